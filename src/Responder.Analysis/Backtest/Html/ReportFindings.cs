using Responder.Vocabulary;

namespace Responder.Analysis.Backtest.Html;

/// <summary>
/// What the report counts over all findings, and the findings that it lists: the most severe, and among these the first in input order.
/// </summary>
public sealed class ReportFindings(int limit)
{
    private readonly Dictionary<Severity, List<BacktestFinding>> _kept = new()
    {
        [Severity.Critical] = [],
        [Severity.High] = [],
        [Severity.Medium] = [],
        [Severity.Low] = [],
    };

    /// <summary>Counts by hour (UTC) and severity.</summary>
    public SortedDictionary<DateTimeOffset, SeverityCounts> ByHour { get; } = [];

    public Dictionary<string, SeverityCounts> ByAddress { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SeverityCounts> ByPrincipal { get; } = new(StringComparer.Ordinal);

    /// <summary>Number of findings whose event does not state its time; they are in no column of the timeline.</summary>
    public long Untimed { get; private set; }

    public void Add(BacktestFinding finding)
    {
        var e = finding.Event;
        if (e.EventTime is { } time)
            Count(ByHour, new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero), finding.Severity);
        else Untimed++;
        Count(ByAddress, e.SourceIpAddress ?? "not told", finding.Severity);
        Count(ByPrincipal, e.ActorKey, finding.Severity);
        if (_kept.TryGetValue(finding.Severity, out var kept) && kept.Count < limit) kept.Add(finding);
    }

    /// <summary>Most severe first; within a severity by time, those without a time last.</summary>
    public IReadOnlyList<BacktestFinding> Shown() =>
    [
        .. ((Severity[])[Severity.Critical, Severity.High, Severity.Medium, Severity.Low]).SelectMany(severity => _kept[severity])
        .Take(limit)
            .OrderByDescending(static finding => finding.Severity)
            .ThenBy(static finding => finding.Event.EventTime ?? DateTimeOffset.MaxValue),
    ];

    private static void Count<TKey>(IDictionary<TKey, SeverityCounts> counts, TKey key, Severity severity)
        where TKey : notnull
    {
        if (!counts.TryGetValue(key, out var count)) counts[key] = count = new SeverityCounts();
        count.Add(severity);
    }
}

/// <summary>Numbers of findings by severity.</summary>
public sealed class SeverityCounts
{
    private readonly long[] _counts = new long[(int)Severity.Critical + 1];

    /// <summary>Worst first, the order in which they are stacked and listed.</summary>
    public static IReadOnlyList<Severity> Order { get; } = [Severity.Critical, Severity.High, Severity.Medium, Severity.Low];

    public long this[Severity severity] => _counts[(int)severity];

    public long Total => _counts.Sum();

    public Severity Highest => Order.FirstOrDefault(severity => this[severity] > 0, Severity.None);

    public void Add(Severity severity) => _counts[(int)severity]++;

    public void Add(SeverityCounts other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    /// <summary>For example "2 CRITICAL, 1 LOW".</summary>
    public override string ToString() =>
        string.Join(", ", Order.Where(severity => this[severity] > 0).Select(severity => $"{this[severity]} {severity.Name()}"));
}
