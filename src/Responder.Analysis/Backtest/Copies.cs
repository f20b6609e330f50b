using System.IO.Hashing;
using System.Runtime.InteropServices;

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

    /// <summary>16 bytes for each finding that was made, so that a copy which says the same is told from one that does not.</summary>
    private readonly HashSet<UInt128> _made = [];
    private readonly HashSet<UInt128> _differing = [];

    public long Differing => _differing.Count;

    /// <summary>Whether a later copy leads to anything that no earlier one did.</summary>
    public bool HasNew(UInt128 id, EventScan copy)
    {
        if (copy.Findings.All(finding => _made.Contains(Of(id, finding, (int)finding.Severity)))) return false;
        _differing.Add(id);
        return true;
    }

    /// <summary>The finding of an earlier copy that still waits.</summary>
    public BacktestResult.Held? Earlier(UInt128 id, BacktestFinding finding)
    {
        if (!_held.TryGetValue((id, finding.Detection.Id), out var held)) return null;
        _made.Add(Of(id, finding, (int)finding.Severity));
        return held;
    }

    /// <summary>True if an earlier copy's finding was written at this severity or a higher one.</summary>
    public bool WasWritten(UInt128 id, BacktestFinding finding)
    {
        for (var severity = (int)finding.Severity; severity <= (int)Vocabulary.Severity.Critical; severity++)
        {
            if (_made.Contains(Of(id, finding, severity))) return true;
        }

        return false;
    }

    public void Add(BacktestResult.Held held)
    {
        _made.Add(Of(held.Id, held.Finding, (int)held.Finding.Severity));
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

    private static UInt128 Of(UInt128 id, BacktestFinding finding, int severity) =>
        id ^ XxHash128.HashToUInt128(MemoryMarshal.AsBytes(finding.Detection.Id.AsSpan()), severity);
}
