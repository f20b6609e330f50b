using Responder.Analysis.Hunting.Query;

namespace Responder.Analysis.Hunting;

/// <summary>
/// A question to the logs. Without <see cref="Totals"/>, every event that meets the condition is a row, newest first. With them, events are
/// grouped by the columns, and the groups with the most events come first.
/// </summary>
public sealed record Hunt
{
    /// <summary>In kebab case; the name on the command line and of the saved query.</summary>
    public required string Id { get; init; }

    /// <summary>The question in one line.</summary>
    public required string Title { get; init; }

    /// <summary>Exactly which records count, and what the answer does not show.</summary>
    public required string Definition { get; init; }

    /// <summary>How many days it looks back from now.</summary>
    public required int Days { get; init; }

    public required Condition Where { get; init; }

    public required IReadOnlyList<Column> Columns { get; init; }

    public IReadOnlyList<Total> Totals { get; init; } = [];

    /// <summary>Maximum number of rows.</summary>
    public int Limit { get; init; } = 1000;

    /// <summary>Names of the columns of the answer, in order.</summary>
    public IEnumerable<string> Headings => Columns.Select(static c => c.Name).Concat(Totals.Select(static t => t.Name));
}
