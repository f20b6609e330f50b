using System.Runtime.CompilerServices;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Operations.Routing;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>Each function has exactly the variables of <see cref="SettingTable"/>, and can use their values.</summary>
internal sealed class FunctionSettings : ICheck
{
    private const string Operation = FunctionVariables.Operation;

    /// <summary>The function's name in RESPONDER_FUNCTION, and its logical id.</summary>
    private static readonly (string Name, string Id) s_retention = ("retention", "RetentionFunction");

    public string Name => "settings";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        foreach (var rules in EventPatterns.Of(DetectionCatalog.Default).GroupBy(static rule => (Name: rule.Function, Id: rule.FunctionId)))
        {
            string[] blind = [.. rules.SelectMany(static rule => Blindness.Of(rule.Name, rule.Pattern)).Distinct()];
            yield return await JudgeAsync(installation, resources, rules.Key, blind, cancellationToken);
        }

        yield return await JudgeAsync(installation, resources, s_retention, [], cancellationToken);
    }

    /// <param name="blind">Ids of the detections that see nothing if the function does not start.</param>
    private async Task<CheckResult> JudgeAsync(
        Installation installation, IReadOnlyDictionary<string, StackResource> resources, (string Name, string Id) function, string[] blind,
        CancellationToken cancellationToken)
    {
        try
        {
            if (!resources.TryGetValue(function.Id, out var resource))
                return Failed(installation, function.Id, "ListStackResources: no such function in the stack") with { Blind = blind };
            var variables = await FunctionVariables.ReadAsync(installation, resource, cancellationToken);
            var flaws = FlawsOf(variables, function.Name).ToList();
            return flaws.Count == 0
                ? new CheckResult(Name, function.Id, CheckOutcome.Pass, $"{Operation}: every variable is known and holds what it may")
                : Failed(installation, function.Id, $"{Operation}: {string.Join("; ", flaws.Select(static f => f.Text))}") with
                {
                    Blind = flaws.Exists(static f => f.StopsIt) ? blind : [],
                };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
        {
            return Examination.Unknown(this, function.Id, e) with { Blind = blind };
        }
    }

    /// <summary>The flaws, each with whether it keeps the function from doing its work.</summary>
    private static IEnumerable<(string Text, bool StopsIt)> FlawsOf(Dictionary<string, string> variables, string function)
    {
        var settings = SettingTable.All.Where(static s => s.IsInTemplate).ToDictionary(static s => s.Name, StringComparer.Ordinal);
        foreach (var name in variables.Keys.Where(name => !settings.ContainsKey(name)).Order(StringComparer.Ordinal))
            yield return ($"{name}: no variable of the responder's", false);

        var unusable = false;
        foreach (var setting in settings.Values)
        {
            var flaw = FlawOf(setting, variables);
            unusable |= flaw is { StopsIt: true };
            if (flaw is { } found) yield return found;
        }

        // Some flaws show only in several variables together; one that was already reported is not reported again.
        if (!unusable
            && Unusable(
                () => ResponderOptions.FromEnvironment(
                    variables.GetValueOrDefault, DetectionCatalog.Default, ContainmentActions.All)) is { } error)
            yield return (error, true);
        if (SettingTable.Function.In(variables.GetValueOrDefault) is { } given && given != function && !unusable)
            yield return ($"{SettingTable.Function.Name}: {given}, expected {function}", true);
        if (variables.GetValueOrDefault(SettingTable.Endpoint) is { Length: > 0 })
            yield return ($"{SettingTable.Endpoint}: set, so that the function's calls do not go to AWS", true);
    }

    private static (string Text, bool StopsIt)? FlawOf(Setting setting, Dictionary<string, string> variables)
    {
        if (!variables.ContainsKey(setting.Name)) return ($"{setting.Name}: not set", setting.IsRequired);
        if (setting.In(variables.GetValueOrDefault) is not { } text) return setting.IsRequired ? ($"{setting.Name}: empty", true) : null;
        return Unusable(() => setting.Check(text, new KnownNames(DetectionCatalog.Default, ContainmentActions.All))) is { } error
            ? (error, true)
            : null;
    }

    private static string? Unusable(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (OptionsException e)
        {
            return e.Message;
        }
    }

    private CheckResult Failed(Installation installation, string subject, string rests) =>
        new(Name, subject, CheckOutcome.Fail, rests)
        {
            Mend = Shell.Command("sam deploy", ("--stack-name", installation.Stack)).ToString(),
        };
}
