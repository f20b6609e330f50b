namespace Responder.LocalAws.State;

/// <summary>Writes parameters without any checks: the operations make them, and seeding needs none.</summary>
internal static class ParameterStore
{
    public static SsmParameter Write(
        Account account, string region, string name, string value, string type, string tier, string? description, string? modifiedBy)
    {
        var world = account.World;
        var all = account.Parameters.GetValueOrDefault(region) ?? Ordinal.Map<SsmParameter>();
        if (!all.TryGetValue(name, out var parameter))
        {
            parameter = new SsmParameter(
                name, $"arn:{world.Partition}:ssm:{region}:{account.Id}:parameter{(name.StartsWith('/') ? "" : "/")}{name}");
            all = all.Add(name, parameter);
        }

        var version = parameter.History.IsEmpty ? 1 : parameter.Version + 1;
        var history = parameter.History.Add(
            new SsmParameterVersion(version, value, type, tier, description, world.Now, modifiedBy ?? account.Arn("root")));
        parameter.History = history.Count > world.Limits.ParameterVersions ? history.RemoveAt(0) : history;
        account.Parameters = account.Parameters.SetItem(region, all);
        return parameter;
    }
}
