using Responder.Analysis.Hunting.Query;

namespace Responder.Analysis.Hunting;

/// <summary>
/// A question to the logs. Without <see cref="Totals"/> every event that meets the condition is a row, newest first; with them the columns
/// are what events are grouped by, and the groups with the most events come first.
/// </summary>
public sealed record Hunt
{
    /// <summary>Kebab case; what the command line and the saved queries call it.</summary>
    public required string Id { get; init; }

    /// <summary>The question, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>Exactly which records count, and what the answer does not show.</summary>
    public required string Definition { get; init; }

    /// <summary>How far it looks back from now.</summary>
    public required int Days { get; init; }

    public required Condition Where { get; init; }

    public required IReadOnlyList<Column> Columns { get; init; }

    public IReadOnlyList<Total> Totals { get; init; } = [];

    /// <summary>Rows at most.</summary>
    public int Limit { get; init; } = 1000;

    /// <summary>Names of the columns of the answer, in order.</summary>
    public IEnumerable<string> Headings => Columns.Select(static c => c.Name).Concat(Totals.Select(static t => t.Name));
}
