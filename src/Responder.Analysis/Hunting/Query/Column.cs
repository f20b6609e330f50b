namespace Responder.Analysis.Hunting.Query;

/// <summary>A column of the answer.</summary>
/// <param name="Name">In lower case with underscores, because SQL engines do not preserve case.</param>
public sealed record Column(string Name, Value Value);

/// <summary>What is computed over a group.</summary>
public enum Aggregate
{
    /// <summary>Number of events; copies of one event count once.</summary>
    Events,

    /// <summary>Number of different values.</summary>
    Distinct,

    Earliest,
    Latest,
}

/// <summary>A column that is computed over a group. <paramref name="Value"/> is not read for <see cref="Aggregate.Events"/>.</summary>
public sealed record Total(string Name, Aggregate Aggregate, Value Value);
