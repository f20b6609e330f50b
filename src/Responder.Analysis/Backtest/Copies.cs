using System.IO.Hashing;
using System.Runtime.InteropServices;
using Responder.Analysis.Bursts;
using Responder.Decisions;

namespace Responder.Analysis.Backtest;

/// <summary>
/// What the copies of one event led to. Copies are the same event delivered several times, so they should say the same; where they do not,
/// the findings of all of them count, each detection once, at its gravest.
/// </summary>
internal sealed class Copies
{
    private readonly Dictionary<(UInt128 Id, string Detection), BacktestResult.Held> _held = [];

    /// <summary>The copies that came first, of events whose findings still wait.</summary>
    private readonly Dictionary<UInt128, (EventHead Head, int Waiting)> _first = [];

    /// <summary>
    /// 16 bytes for each finding and each signal of a burst, so that a copy which says the same is told from one that does not.
    /// </summary>
    private readonly HashSet<UInt128> _made = [];
    private readonly HashSet<UInt128> _differing = [];

    public long Differing => _differing.Count;

    /// <summary>What the copy that came first led to, of events that led to anything: 16 bytes for all of it together.</summary>
    private readonly Dictionary<UInt128, UInt128> _whole = [];

    /// <summary>Remembers what the copy that came first led to.</summary>
    public void AddFirst(UInt128 id, EventScan first)
    {
        if (WholeOf(id, first) is var whole && whole != UInt128.Zero) _whole[id] = whole;
    }

    /// <summary>
    /// Call this for a later copy: it is noted where it leads to anything else than the first. True: it leads to something that no earlier
    /// one did.
    /// </summary>
    /// <param name="copy">Null: it leads to nothing.</param>
    public bool HasNew(UInt128 id, EventScan? copy)
    {
        if (_whole.GetValueOrDefault(id) != (copy is null ? UInt128.Zero : WholeOf(id, copy))) _differing.Add(id);
        return copy is not null
            && !(copy.Findings.All(finding => _made.Contains(Of(id, finding)))
                && copy.Signals.All(signal => _made.Contains(Of(id, signal))));
    }

    /// <summary>False: an earlier copy already gave this signal.</summary>
    public bool AddSignal(UInt128 id, BurstSignal signal) => _made.Add(Of(id, signal));

    /// <summary>The graver one of two findings of one detection: by severity, then by what is done about it.</summary>
    public static bool IsGraver(BacktestFinding finding, BacktestFinding other) =>
        finding.Severity > other.Severity || (finding.Severity == other.Severity && Weight(finding) > Weight(other));

    /// <summary>The finding of an earlier copy that still waits.</summary>
    public BacktestResult.Held? Earlier(UInt128 id, BacktestFinding finding)
    {
        if (!_held.TryGetValue((id, finding.Detection.Id), out var held)) return null;
        _made.Add(Of(id, finding));
        return held;
    }

    /// <summary>True if an earlier copy's finding was written at this severity or a higher one.</summary>
    public bool WasWritten(UInt128 id, BacktestFinding finding)
    {
        for (var severity = (int)finding.Severity; severity <= (int)Vocabulary.Severity.Critical; severity++)
        {
            foreach (var action in Enum.GetValues<DecisionAction>())
            {
                if (_made.Contains(Of(id, finding.Detection.Id, severity, (int)action))) return true;
            }
        }

        return false;
    }

    public void Add(BacktestResult.Held held)
    {
        _made.Add(Of(held.Id, held.Finding));
        _held[(held.Id, held.Finding.Detection.Id)] = held;
        _first[held.Id] = _first.TryGetValue(held.Id, out var first)
            ? (first.Head, first.Waiting + 1)
            : (held.Finding.Event, 1);
    }

    /// <summary>The finding at the copy of its event that came first.</summary>
    public BacktestFinding AtFirst(UInt128 id, BacktestFinding finding) =>
        _first.TryGetValue(id, out var first) ? finding with { Event = first.Head } : finding;

    /// <summary>Call this when the finding is written.</summary>
    public void Forget(BacktestResult.Held held)
    {
        _held.Remove((held.Id, held.Finding.Detection.Id));
        if (!_first.TryGetValue(held.Id, out var first)) return;
        if (first.Waiting > 1) _first[held.Id] = (first.Head, first.Waiting - 1);
        else _first.Remove(held.Id);
    }

    /// <summary>False: a copy of this event already led to one.</summary>
    public bool AddIncident(UInt128 id) => _made.Add(id ^ UInt128.One);

    private static UInt128 WholeOf(UInt128 id, EventScan scan)
    {
        var whole = UInt128.Zero;
        foreach (var finding in scan.Findings) whole ^= Of(id, finding);
        foreach (var signal in scan.Signals) whole ^= Of(id, signal);
        return whole;
    }

    private static int Weight(BacktestFinding finding) => finding.Decision switch
    {
        DecisionAction.Contain => 2,
        DecisionAction.Alert => 1,
        _ => 0,
    };

    private static UInt128 Of(UInt128 id, BacktestFinding finding) =>
        Of(id, finding.Detection.Id, (int)finding.Severity, (int)finding.Decision);

    private static UInt128 Of(UInt128 id, BurstSignal signal) => Of(id, signal.Burst.Info.Id, severity: -1, action: 0);

    private static UInt128 Of(UInt128 id, string detection, int severity, int action) =>
        id ^ XxHash128.HashToUInt128(MemoryMarshal.AsBytes(detection.AsSpan()), (severity * 16) + action);
}
