namespace Responder.Analysis.Bursts;

/// <summary>A burst that was found: one for each window, account, actor and kind.</summary>
/// <param name="Start">Beginning of the window.</param>
/// <param name="Because">How many of what, and from where.</param>
/// <param name="Anchor">What was passed in with the earliest signal of the window.</param>
internal sealed record BurstFound<TAnchor>(
    IBurst Burst, DateTimeOffset Start, string Account, string Actor, string Because, TAnchor Anchor);

/// <summary>Every kind of burst, in the order of the table in docs/backtest.md.</summary>
public static class BurstCatalog
{
    public static IReadOnlyList<IBurst> All { get; } = [new RefusedCalls(), new RootLogins(), new PasswordData(), new SecretReads()];

    public static IBurst? Find(string id) => All.FirstOrDefault(burst => string.Equals(burst.Info.Id, id, StringComparison.Ordinal));
}

/// <summary>
/// Counts signals in tumbling windows of event time. The order in which they are added does not matter; each event must be added once.
/// </summary>
/// <typeparam name="TAnchor">What the caller wants back about the first event of a burst.</typeparam>
internal sealed class BurstCounter<TAnchor>
{
    private readonly Dictionary<(IBurst Burst, string Account, string Actor, long Window), Entry> _windows = [];

    private sealed class Entry(BurstSignal first, TAnchor anchor)
    {
        public BurstTally Tally { get; } = new();

        public BurstSignal First { get; set; } = first;

        public TAnchor Anchor { get; set; } = anchor;
    }

    public void Add(BurstSignal signal, TAnchor anchor)
    {
        var window = signal.Time.UtcTicks / signal.Burst.Window.Ticks;
        var key = (signal.Burst, signal.Account, signal.Actor, window);
        if (!_windows.TryGetValue(key, out var entry)) _windows[key] = entry = new Entry(signal, anchor);
        else if (Precedes(signal, entry.First)) (entry.First, entry.Anchor) = (signal, anchor);
        entry.Tally.Add(signal);
    }

    /// <summary>The bursts, ordered by the beginning of the window, then by kind, account and actor.</summary>
    public IReadOnlyList<BurstFound<TAnchor>> Found() =>
    [
        .. _windows
            .Select(static window => (window.Key, window.Value, Because: window.Key.Burst.Judge(window.Value.Tally)))
            .Where(static window => window.Because is not null)
            .Select(static window => new BurstFound<TAnchor>(
                window.Key.Burst, new DateTimeOffset(window.Key.Window * window.Key.Burst.Window.Ticks, TimeSpan.Zero),
                window.Key.Account, window.Key.Actor, window.Because!, window.Value.Anchor))
            .OrderBy(static burst => burst.Start)
            .ThenBy(static burst => burst.Burst.Info.Id, StringComparer.Ordinal)
            .ThenBy(static burst => burst.Account, StringComparer.Ordinal)
            .ThenBy(static burst => burst.Actor, StringComparer.Ordinal),
    ];

    private static bool Precedes(BurstSignal signal, BurstSignal other) =>
        signal.Time < other.Time || (signal.Time == other.Time && string.CompareOrdinal(signal.EventId, other.EventId) < 0);
}
