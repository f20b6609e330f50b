using System.Diagnostics;
using Responder.Bursts;
using Responder.Decisions;
using Responder.Decisions.Guardrails;
using Responder.Detections;
using Responder.Detections.Insights;
using Responder.Events;
using Responder.Facts;

namespace Responder.Cli.Backtest;

/// <summary>What one event is worth to the result.</summary>
/// <param name="Index">Its place among the well-formed events of its file.</param>
/// <param name="Incident">The principal that would be contained; null: none.</param>
internal sealed record EventScan(
    int Index, EventHead Head, IReadOnlyList<BacktestFinding> Findings, string? Incident, IReadOnlyList<BurstSignal> Signals, InsightMoment? Insight);

/// <summary>
/// One file, read to its end: of each event only the hash of its id stays, of those that matter what they found. Which of them are
/// duplicates of other files' is told later, in input order.
/// </summary>
internal sealed class FileScan
{
    private readonly List<UInt128> _ids = [];
    private readonly List<EventScan> _events = [];
    private readonly List<(long Record, string Error)> _malformed = [];
    private readonly List<InputError> _errors = [];

    private FileScan(string file) => File = file;

    public string File { get; }

    /// <summary>Of every well-formed event, in file order.</summary>
    public IReadOnlyList<UInt128> Ids => _ids;

    /// <summary>In file order.</summary>
    public IReadOnlyList<EventScan> Events => _events;

    public IReadOnlyList<(long Record, string Error)> Malformed => _malformed;

    public IReadOnlyList<InputError> Errors => _errors;

    public TimeSpan Took { get; private set; }

    /// <summary>False: interrupted before its end.</summary>
    public bool IsWhole { get; private set; }

    public static FileScan Read(string file, ResponderOptions options, CancellationToken cancellationToken)
    {
        var scan = new FileScan(file);
        var started = Stopwatch.GetTimestamp();
        var (catalog, decider) = (DetectionCatalog.For(options.Estate), new Decider(options));
        foreach (var input in EventReader.ReadFile(file, scan._errors.Add))
        {
            if (input.Parsed.Event is { } e) scan.Add(e, input, catalog, decider, options);
            else scan._malformed.Add((input.Record, input.Parsed.Error ?? "malformed"));
            if (cancellationToken.IsCancellationRequested) break;
        }

        scan.IsWhole = !cancellationToken.IsCancellationRequested;
        scan.Took = Stopwatch.GetElapsedTime(started);
        return scan;
    }

    private void Add(CloudTrailEvent e, EventInput input, DetectionCatalog catalog, Decider decider, ResponderOptions options)
    {
        _ids.Add(EventIdentity.HashOf(e.IncidentId));
        IReadOnlyList<Finding> found = [.. catalog.Detect(e).Where(finding => options.StageOf(finding.Detection) != Stage.Off)];
        IReadOnlyList<BurstSignal> signals = [.. BurstCatalog.All.Select(burst => burst.SignalOf(e)).OfType<BurstSignal>()];
        var insight = InsightMoment.Of(e);
        if (found.Count == 0 && signals.Count == 0 && insight is null) return;

        var head = EventHead.Of(e, TrustedActorGuardrail.IsTrusted(e, options), input);
        // The event's own time is the now of its decision: what the responder would have done then.
        var decision = decider.Decide(e, KnownFacts.None(found, e.EventTime ?? DateTimeOffset.UnixEpoch), ownAccountId: null);
        _events.Add(new EventScan(
            _ids.Count - 1, head,
            [.. decision.Findings.Select(finding => new BacktestFinding(head, finding.Detection, finding.Severity, finding.Title, decision.Action, decision.Because))],
            decision.IsIncident ? $"{decision.Target} of {decision.Target?.AccountId}" : null,
            signals, insight));
    }
}
