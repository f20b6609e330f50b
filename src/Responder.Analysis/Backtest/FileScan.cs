using System.Diagnostics;
using Responder.Analysis.Bursts;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Decisions.Guardrails;
using Responder.Detections;
using Responder.Detections.Insights;
using Responder.Events;
using Responder.Facts;
using Responder.Logs;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Analysis.Backtest;

/// <summary>What one event contributes to the result.</summary>
/// <param name="Index">Index among the well-formed events of its part.</param>
/// <param name="Incident">The principal that would be contained; null: none.</param>
public sealed record EventScan(
    int Index, EventHead Head, IReadOnlyList<BacktestFinding> Findings, Incident? Incident, IReadOnlyList<BurstSignal> Signals,
    InsightMoment? Insight);

/// <summary>A containment that the responder would have begun.</summary>
/// <param name="Principal">Such as "user mallory".</param>
/// <param name="Detection">Id of the detection that decides.</param>
public sealed record Incident(string Principal, string? Account, string Detection);

/// <summary>
/// A stretch of one file, in file order. Of each event only the id is kept, and of the events that matter also what they contribute. Which
/// of them are duplicates is decided later, in input order.
/// </summary>
public sealed class ScanPart(LogFile file, List<UInt128> ids)
{
    /// <summary>
    /// A part ends after this many events, or after <see cref="MaxHeld"/> that matter, so that memory per file is bounded.
    /// </summary>
    public const int MaxIds = 4096;

    private const int MaxHeld = 128;

    public LogFile File => file;

    /// <summary>The id of every well-formed event, in file order.</summary>
    public List<UInt128> Ids => ids;

    /// <summary>In file order.</summary>
    public List<EventScan> Events { get; } = [];

    public List<string> Malformed { get; } = [];

    /// <summary>Why the file could not be read, or only in part.</summary>
    public List<InputError> Errors { get; } = [];

    /// <summary>Records left out by the filter.</summary>
    public long Skipped { get; set; }

    /// <summary>Well-formed records whose time is missing or cannot be read.</summary>
    public long Undated { get; set; }

    /// <summary>The ids that CloudTrail did not write, such as placeholders, with the indexes of their events.</summary>
    public List<(int Index, UInt128 Id)> MadeUp { get; } = [];

    /// <summary>True for the last part of its file.</summary>
    public bool IsLast { get; set; }

    /// <summary>False: interrupted before the file's end.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Time spent on the whole file; set in the last part.</summary>
    public TimeSpan Took { get; set; }

    public bool IsFull => Ids.Count >= MaxIds || Events.Count + Malformed.Count >= MaxHeld;
}

/// <summary>
/// Reads files into parts. Only records that a detection or burst watches become events; of the others only the id is read.
/// </summary>
/// <param name="watches">Null: every record becomes an event; the parts are the same, but take longer.</param>
public sealed class FileScan(ResponderOptions options, LogFilter filter, WatchTable? watches)
{
    private readonly DetectionCatalog _catalog = DetectionCatalog.For(options.Estate);
    private readonly Decider _decider = new(options, ContainmentActions.All);
    private readonly Stack<List<UInt128>> _lists = [];
    private readonly IBurst[] _bursts = [.. BurstCatalog.All.Where(burst => filter.Wants(burst.Info))];

    /// <param name="onPart">Called with every part, in file order; the last one always comes, even for a file that cannot be
    /// opened.</param>
    /// <param name="onBytes">Called with the number of stored bytes that were read since the last call.</param>
    public void Read(LogFile file, Action<ScanPart> onPart, Action<int>? onBytes, CancellationToken cancellationToken)
    {
        var part = NewPart();
        var started = Stopwatch.GetTimestamp();
        RecordSieve? sieve = watches is null ? null : IsWanted;
        void OnError(InputError error)
        {
            // A failure caused by the interruption is not an error of the file.
            if (!cancellationToken.IsCancellationRequested) part.Errors.Add(error);
        }

        if (file.Open(OnError, cancellationToken) is { } stream)
        {
            using var counted = onBytes is null ? stream : new CountedStream(stream, onBytes);
            foreach (var input in file.EventsOf(counted, sieve, OnError, cancellationToken))
            {
                if (input.Parsed.Event is { } e) Add(part, e, input);
                else
                {
                    // Inside an archive the name of the file alone does not say where.
                    var place = input.File == file.Name ? "" : input.File[file.Name.Length..] + ": ";
                    part.Malformed.Add(place + (input.Parsed.Error ?? "malformed"));
                }

                HandOver();
            }
        }

        part.IsWhole = !cancellationToken.IsCancellationRequested;
        part.Took = Stopwatch.GetElapsedTime(started);
        part.IsLast = true;
        onPart(part);

        bool IsWanted(in RecordHead head)
        {
            switch (filter.Excludes(head))
            {
                case null: return true;
                case true: part.Skipped++; break;
                case false when watches.Matches(head): return true;
                default:
                    part.Ids.Add(EventIds.Of(head, out var isGenuine));
                    if (!isGenuine) part.MadeUp.Add((part.Ids.Count - 1, EventIds.Of(head.EventId)));
                    if (!LogFilter.IsDated(head)) part.Undated++;
                    break;
            }

            HandOver();
            return false;
        }

        void HandOver()
        {
            if (!part.IsFull) return;
            onPart(part);
            part = NewPart();
        }

        ScanPart NewPart() => new(file, FreeList());
    }

    /// <summary>Reuses the part's list of ids for another part; the part must not be used afterwards.</summary>
    public void Recycle(ScanPart part)
    {
        part.Ids.Clear();
        lock (_lists) _lists.Push(part.Ids);
    }

    private List<UInt128> FreeList()
    {
        lock (_lists) return _lists.TryPop(out var list) ? list : new List<UInt128>(64);
    }

    private void Add(ScanPart part, CloudTrailEvent e, EventInput input)
    {
        if (filter.Excludes(e))
        {
            part.Skipped++;
            return;
        }

        part.Ids.Add(EventIds.Of(e.CopyKey));
        if (e is { HasGenuineId: false, EventId: { } id }) part.MadeUp.Add((part.Ids.Count - 1, EventIds.Of(id)));
        if (e.EventTime is null) part.Undated++;
        var found = _catalog.Detect(e);
        IReadOnlyList<Finding> all = found.Count == 0 ? [] : [.. found.Where(finding => options.StageOf(finding.Detection) != Stage.Off)];
        var isWanted = all.Any(finding => filter.Wants(finding.Detection));
        var signals = SignalsOf(e);
        var insight = InsightMoment.Of(e);
        if (!isWanted && signals.Count == 0 && insight is null) return;

        var head = EventHead.Of(e, TrustedActorGuardrail.IsTrusted(e, options), input);
        if (!isWanted)
        {
            part.Events.Add(new EventScan(part.Ids.Count - 1, head, [], null, signals, insight));
            return;
        }

        // All findings take part in the decision, also those that the filter hides. The decision is made as of the event's own time: what
        // the responder would have done then.
        var decision = _decider.Decide(e, KnownFacts.None(all, e.EventTime ?? DateTimeOffset.UnixEpoch), ownAccountId: null);
        var incident = decision is { IsIncident: true, Target: { } target, Strongest: { } strongest } && filter.Wants(strongest.Detection)
            ? new Incident(target.ToString(), target.AccountId, strongest.Detection.Id)
            : null;
        part.Events.Add(new EventScan(
            part.Ids.Count - 1, head,
            [
                .. decision.Findings.Index().Where(found => filter.Wants(found.Item.Detection)).Select(found => new BacktestFinding(
                    head, found.Item.Detection, found.Item.Severity, found.Item.Title, decision.Action,
                    decision.Because) { Place = found.Index }),
            ],
            incident, signals, insight));
    }

    private IReadOnlyList<BurstSignal> SignalsOf(CloudTrailEvent e)
    {
        List<BurstSignal>? signals = null;
        foreach (var burst in _bursts)
        {
            if (burst.SignalOf(e) is { } signal) (signals ??= []).Add(signal);
        }

        return signals ?? (IReadOnlyList<BurstSignal>)[];
    }
}
