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

    /// <summary>
    /// The whole condition: <see cref="Where"/>, and no copy that an endpoint of a VPC makes of a call that is recorded itself.
    /// </summary>
    public Condition Counts => WorkedOnly ? new All(RecordFields.NoCopy, Where, RecordFields.Worked) : new All(RecordFields.NoCopy, Where);

    /// <summary>True: calls that were refused or failed do not count.</summary>
    public bool WorkedOnly { get; init; }

    /// <summary>False: infra/hunting.yaml has no room for it as a saved query.</summary>
    public bool IsSaved { get; init; } = true;

    /// <summary>Groups with fewer events are left out.</summary>
    public int AtLeast { get; init; } = 1;

    public required IReadOnlyList<Column> Columns { get; init; }

    public IReadOnlyList<Total> Totals { get; init; } = [];

    /// <summary>Maximum number of rows.</summary>
    public int Limit { get; init; } = 1000;

    /// <summary>The same question, also about calls that did not work; a column says why they did not.</summary>
    public Hunt WithAttempts()
    {
        const int Behind = 3; // account, region and event id come last
        if (!WorkedOnly) return this;
        return this with
        {
            WorkedOnly = false,
            Columns = [.. Columns.Take(Columns.Count - Behind), RecordFields.Error, .. Columns.Skip(Columns.Count - Behind)],
        };
    }

    /// <summary>Names of the columns of the answer, in order.</summary>
    public IEnumerable<string> Headings => Columns.Select(static c => c.Name).Concat(Totals.Select(static t => t.Name));
}
