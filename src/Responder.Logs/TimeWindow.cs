namespace Responder.Logs;

/// <summary>The period that is asked about, UTC; null: open at that end.</summary>
/// <param name="Since">The first moment that counts.</param>
/// <param name="End">The end of the period; at least a day away from the smallest and largest possible time.</param>
/// <param name="HoldsEnd">False: the end itself is excluded, like the midnight after a day.</param>
public sealed record TimeWindow(DateTimeOffset? Since, DateTimeOffset? End, bool HoldsEnd)
{
    /// <summary>The last moment that counts.</summary>
    public DateTimeOffset? Last => HoldsEnd ? End : End?.AddTicks(-1);

    /// <summary>The first moment that no longer counts.</summary>
    public DateTimeOffset? Beyond => HoldsEnd ? End?.AddTicks(1) : End;

    public bool IsOpen => Since is null && End is null;

    public bool Holds(DateTimeOffset time) => !(time < Since) && !(time >= Beyond);

    /// <summary>The period as text, such as <c>2026-03-01 00:00:00Z to the newest</c>.</summary>
    /// <param name="textOf">Formats a time.</param>
    public string Describe(Func<DateTimeOffset, string> textOf) =>
        $"{(Since is { } since ? textOf(since) : "the oldest record")} to {(Last is { } last ? textOf(last) : "the newest")}";
}
