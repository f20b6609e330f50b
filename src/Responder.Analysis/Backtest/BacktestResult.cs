using System.Runtime.InteropServices;
using Responder.Analysis.Bursts;
using Responder.Decisions;
using Responder.Detections;
using Responder.Detections.Insights;
using Responder.Logs;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Analysis.Backtest;

/// <summary>
/// Combines files in input order: drops duplicates, joins the two halves of an Insight, counts bursts and everything else. Of the findings
/// it keeps counts and the first few, not all of them.
/// </summary>
/// <param name="onFinding">Called with every finding, in input order; bursts come last.</param>
public sealed class BacktestResult(ResponderOptions options, Action<BacktestFinding> onFinding)
{
    /// <summary>How many findings wait for graver copies of their events.</summary>
    private const int MaxHeld = 20_000;

    /// <summary>How many entries of a long list are shown.</summary>
    public const int Shown = 20;

    private readonly IdSet _seen = new();
    private readonly IdSet _madeUp = new();
    private bool[] _areNew = [];
    private readonly BurstCounter<EventHead> _bursts = new();
    private readonly Dictionary<string, InsightMoment> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Held> _unended = new(StringComparer.Ordinal);
    private readonly Queue<Held> _held = [];
    private readonly Copies _copies = new();

    // Counts of the file whose parts are being added.
    private long _recordsOfFile;
    private long _eventsOfFile;
    private bool _fileHasErrors;

    /// <summary>
    /// A finding that waits to be written: a graver copy of its event may still come, or, for the start of an Insight, its end.
    /// </summary>
    internal sealed class Held(BacktestFinding finding)
    {
        public BacktestFinding Finding { get; set; } = finding;

        public UInt128 Id { get; init; }

        public InsightMoment? Start { get; set; }
    }

    /// <summary>Number of files that will be read; 0: unknown.</summary>
    public int ExpectedFiles { get; init; }

    public int Files { get; private set; }

    /// <summary>Files that were read to their end, or as far as they can be.</summary>
    public int WholeFiles { get; private set; }

    /// <summary>All records that were read and passed the filter, including duplicates and malformed ones.</summary>
    public long Records { get; private set; }

    /// <summary>Records left out by the filter.</summary>
    public long SkippedRecords { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Event ids whose copies led to different findings.</summary>
    public long DifferingCopies => _copies.Differing;

    public long Malformed { get; private set; }

    /// <summary>Well-formed records without a time that can be read; they pass every period.</summary>
    public long Undated { get; private set; }

    /// <summary>
    /// Events that have the id of an earlier, different one: CloudTrail did not write it, so it proves no copy, and their contents tell
    /// them apart.
    /// </summary>
    public long SharedIds { get; private set; }

    /// <summary>False: something that looks like a log was not read, or not to its end.</summary>
    public bool IsComplete => Unreadable.Count == 0 && Malformed == 0;

    /// <summary>Files and folders that could not be read, or only in part.</summary>
    public List<InputError> Unreadable { get; } = [];

    public long Findings { get; private set; }

    /// <summary>Events that the responder would have answered with a containment.</summary>
    public long WouldContain { get; private set; }

    public Dictionary<Severity, long> BySeverity { get; } = new()
    {
        [Severity.Critical] = 0,
        [Severity.High] = 0,
        [Severity.Medium] = 0,
        [Severity.Low] = 0,
    };

    public Dictionary<string, DetectionCount> ByDetection { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ActorCount> ByActor { get; } = new(StringComparer.Ordinal);

    /// <summary>By account and principal.</summary>
    private readonly Dictionary<(string? Account, string Principal), IncidentCount> _incidents = [];

    /// <summary>The principals that would have been contained, by the time of their first incident.</summary>
    public IReadOnlyList<IncidentCount> Incidents =>
    [
        .. _incidents.Values.OrderBy(static count => count.First.EventTime ?? DateTimeOffset.MaxValue)
        .ThenBy(static count => count.Incident.Principal, StringComparer.Ordinal)
            .ThenBy(static count => count.Incident.Account, StringComparer.Ordinal),
    ];

    /// <summary>The first findings of each of the two highest severities.</summary>
    public Dictionary<Severity, List<BacktestFinding>> First { get; } = new() { [Severity.Critical] = [], [Severity.High] = [] };

    public List<(string File, string Error)> MalformedFirst { get; } = [];

    public List<string> WithoutEvents { get; } = [];

    public List<(string File, long Records, TimeSpan Took)> Slowest { get; } = [];

    public DateTimeOffset? From { get; private set; }

    public DateTimeOffset? To { get; private set; }

    public Severity Highest => BySeverity.Where(static severity => severity.Value > 0).Select(static severity => severity.Key)
        .DefaultIfEmpty(Severity.None).Max();

    /// <summary>Adds a part. The parts of a file must come one after the other, file after file.</summary>
    public void Add(ScanPart part)
    {
        Unreadable.AddRange(part.Errors.Where(static error => error.Issue == InputIssue.Unreadable));
        _fileHasErrors |= part.Errors.Any(static error => error.Issue != InputIssue.Notice);
        Undated += part.Undated;
        var records = part.Ids.Count + part.Malformed.Count;
        _recordsOfFile += records + part.Skipped;
        _eventsOfFile += part.Ids.Count + part.Skipped;
        Records += records;
        SkippedRecords += part.Skipped;
        Malformed += part.Malformed.Count;
        foreach (var error in part.Malformed.Take(Shown - MalformedFirst.Count)) MalformedFirst.Add((part.File.Name, error));

        if (_areNew.Length < part.Ids.Count) _areNew = new bool[Math.Max(part.Ids.Count, ScanPart.MaxIds)];
        var areNew = _areNew.AsSpan(0, part.Ids.Count);
        _seen.Add(CollectionsMarshal.AsSpan(part.Ids), areNew);
        foreach (var (index, id) in part.MadeUp)
        {
            if (areNew[index] && !_madeUp.Add(id)) SharedIds++;
        }

        var duplicates = areNew.Count(false);
        Duplicates += duplicates;
        if (duplicates > 0) AddQuietCopies(part, areNew);
        foreach (var scan in part.Events)
        {
            Add(scan, part.Ids[scan.Index], areNew[scan.Index]);
        }

        if (part.IsLast) EndFile(part);
    }

    /// <summary>Notes the later copies that lead to nothing though the first led to something.</summary>
    private void AddQuietCopies(ScanPart part, ReadOnlySpan<bool> areNew)
    {
        var next = 0;
        for (var i = 0; i < areNew.Length; i++)
        {
            while (next < part.Events.Count && part.Events[next].Index < i) next++;
            if (!areNew[i] && !(next < part.Events.Count && part.Events[next].Index == i)) _copies.HasNew(part.Ids[i], copy: null);
        }
    }

    private void EndFile(ScanPart last)
    {
        if (last.IsWhole) WholeFiles++;
        if (WholeFiles > 0) _seen.Expected = Records / WholeFiles * ExpectedFiles;
        if (_recordsOfFile > 0 || !_fileHasErrors)
        {
            Files++;
            if (_eventsOfFile == 0 && last.IsWhole) WithoutEvents.Add(last.File.Name);
            KeepSlowest(last.File.Name, _recordsOfFile, last.Took);
        }

        (_recordsOfFile, _eventsOfFile, _fileHasErrors) = (0, 0, false);
    }

    /// <summary>Call this after the last file: emits the findings that still wait, then the bursts.</summary>
    public void Finish()
    {
        foreach (var held in _held) held.Start = null;
        Release(kept: 0);
        foreach (var burst in _bursts.Found())
        {
            var info = burst.Burst.Info;
            if (options.StageOf(info) < Stage.Alert) continue;
            var (action, because) = burst.Anchor.IsTrusted ? (DecisionAction.None, "trusted actor: " + burst.Because)
                : info.Severity >= options.MinimumAlertSeverity ? (DecisionAction.Alert, burst.Because)
                : (DecisionAction.None, burst.Because);
            Emit(new BacktestFinding(burst.Anchor, info, info.Severity, $"{info.Title}: {burst.Because}", action, because));
        }
    }

    private void Add(EventScan scan, UInt128 id, bool isNew)
    {
        if (isNew) _copies.AddFirst(id, scan);
        else if (!_copies.HasNew(id, scan)) return;
        foreach (var signal in scan.Signals)
        {
            if (_copies.AddSignal(id, signal)) _bursts.Add(signal, scan.Head);
        }

        if (scan.Insight is { IsEnd: true } end) AddEnd(end);
        if (scan.Incident is { } incident && _copies.AddIncident(id))
        {
            WouldContain++;
            var key = (incident.Account, incident.Principal);
            if (_incidents.TryGetValue(key, out var count)) count.Add(incident, scan.Head);
            else _incidents[key] = new IncidentCount(incident, scan.Head);
        }

        foreach (var finding in scan.Findings)
        {
            if (!isNew && _copies.Earlier(id, finding) is { } earlier)
            {
                // The graver one of two copies counts; what is shown is the copy that came first.
                if (Copies.IsGraver(finding, earlier.Finding)) earlier.Finding = finding with { Event = earlier.Finding.Event };
                continue;
            }

            if (!isNew && _copies.WasWritten(id, finding)) continue;
            var held = new Held(isNew ? finding : _copies.AtFirst(id, finding)) { Id = id };
            _copies.Add(held);
            if (scan.Insight is { IsEnd: false } start)
            {
                if (_ended.TryGetValue(start.Key, out var before)) held.Finding = Joined(finding, start, before);
                else if (_unended.TryAdd(start.Key, held)) held.Start = start;
            }

            _held.Enqueue(held);
        }

        Release(MaxHeld);
    }

    private void AddEnd(InsightMoment end)
    {
        if (!_ended.TryAdd(end.Key, end) || !_unended.Remove(end.Key, out var held) || held.Start is not { } start) return;
        held.Finding = Joined(held.Finding, start, end);
        held.Start = null;
    }

    private static BacktestFinding Joined(BacktestFinding finding, InsightMoment start, InsightMoment end) => finding with
    {
        Title = $"{finding.Title}; {start.EndedBy(end)}",
        Because = $"{finding.Because}; {start.EndedBy(end)}",
    };

    private void Release(int kept)
    {
        while (_held.Count > kept && _held.TryPeek(out var held) && held.Start is null)
        {
            _held.Dequeue();
            _copies.Forget(held);
            Emit(held.Finding);
        }
    }

    private void Emit(BacktestFinding finding)
    {
        Findings++;
        BySeverity[finding.Severity]++;
        if (!ByDetection.TryGetValue(finding.Detection.Id, out var detection))
            ByDetection[finding.Detection.Id] = detection = new DetectionCount(finding.Detection);
        detection.Add(finding);
        if (!ByActor.TryGetValue(finding.Event.ActorKey, out var actor))
            ByActor[finding.Event.ActorKey] = actor = new ActorCount(finding.Event.ActorKey);
        actor.Add(finding);
        if (First.TryGetValue(finding.Severity, out var first) && first.Count < Shown) first.Add(finding);
        if (finding.Event.EventTime is { } time)
        {
            if (From is null || time < From) From = time;
            if (To is null || time > To) To = time;
        }

        onFinding(finding);
    }

    private void KeepSlowest(string file, long records, TimeSpan took)
    {
        const int Kept = 3;
        Slowest.Add((file, records, took));
        Slowest.Sort(static (a, b) => b.Took.CompareTo(a.Took));
        if (Slowest.Count > Kept) Slowest.RemoveAt(Kept);
    }
}

public sealed class DetectionCount(DetectionInfo detection)
{
    public DetectionInfo Detection { get; } = detection;

    public long Findings { get; private set; }

    public Severity Highest { get; private set; }

    public void Add(BacktestFinding finding)
    {
        Findings++;
        if (finding.Severity > Highest) Highest = finding.Severity;
    }
}

public sealed class ActorCount(string actor)
{
    public string Actor { get; } = actor;

    public long Findings { get; private set; }

    /// <summary>Number of these findings that are severe enough to page.</summary>
    public long Severe { get; private set; }

    public Severity Highest { get; private set; }

    public void Add(BacktestFinding finding)
    {
        Findings++;
        if (finding.Severity >= Severity.High) Severe++;
        if (finding.Severity > Highest) Highest = finding.Severity;
    }
}

/// <summary>One principal that would have been contained.</summary>
public sealed class IncidentCount(Incident incident, EventHead first)
{
    /// <summary>The earliest incident.</summary>
    public Incident Incident { get; private set; } = incident;

    /// <summary>
    /// The call that would have led to it: the earliest by event time, and among calls of the same time the one with the lowest id.
    /// </summary>
    public EventHead First { get; private set; } = first;

    public long Events { get; private set; } = 1;

    public void Add(Incident incident, EventHead head)
    {
        Events++;
        var (time, firstTime) = (head.EventTime ?? DateTimeOffset.MaxValue, First.EventTime ?? DateTimeOffset.MaxValue);
        if (time < firstTime || (time == firstTime && string.CompareOrdinal(head.EventId, First.EventId) < 0)) (Incident, First) = (
            incident, head);
    }
}
