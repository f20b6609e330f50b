namespace Responder.Analysis.Hunting.Query;

/// <summary>A column of the answer.</summary>
/// <param name="Name">Lower case with underscores: SQL engines keep no other case.</param>
public sealed record Column(string Name, Value Value);

/// <summary>What a group is counted by.</summary>
public enum Aggregate
{
    /// <summary>Events, copies of one event counted once.</summary>
    Events,

    /// <summary>Different values.</summary>
    Distinct,

    Earliest,
    Latest,
}

/// <summary>A column that is computed over a group. <paramref name="Value"/> is not read for <see cref="Aggregate.Events"/>.</summary>
public sealed record Total(string Name, Aggregate Aggregate, Value Value);
