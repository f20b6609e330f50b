namespace Responder.Analysis.Evidence;

/// <summary>What was asked for; both ends belong to it. Null: as far as the records go.</summary>
public sealed record Period(DateTimeOffset? Since, DateTimeOffset? Until)
{
    public bool Holds(DateTimeOffset time) => !(time < Since) && !(time > Until);
}
