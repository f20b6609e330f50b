namespace Responder.Cli.Evidence;

/// <summary>What was asked for; both ends belong to it. Null: as far as the records go.</summary>
internal sealed record Period(DateTimeOffset? Since, DateTimeOffset? Until)
{
    public bool Holds(DateTimeOffset time) => !(time < Since) && !(time > Until);
}
