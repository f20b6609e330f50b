using System.Text.Json;
using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Paging;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// The main path: parse, detect, look up, decide, contain, notify, record. The live function, `replay` and the tests run this code and
/// differ in the ports they give it.
/// </summary>
public sealed class SecurityResponder
{
    private readonly DetectionCatalog _catalog;
    private readonly IAlerts? _alerts;
    private readonly IIncidents _incidents;
    private readonly IFacts _facts;
    private readonly IResponderLog _log;
    private readonly TimeProvider _time;
    private readonly Decider _decider;
    private readonly Deadlines _deadlines;
    private readonly Storms _storms;
    private readonly LookUp _lookUp;
    private readonly EarlyEnds _earlyEnds;
    private readonly Containing _containing;
    private readonly FollowUps _followUps;
    private readonly PageWarnings _warnings;
    private readonly Pulse _pulse;

    /// <param name="pauses">How time passes between two reads of IAM; null: as the clock says.</param>
    /// <param name="alerts">When null, nobody is paged; only a containment that a person asks for may do that.</param>
    public SecurityResponder(
        DetectionCatalog catalog, ResponderOptions options, IFacts facts, IContainment containment, IAlerts? alerts, IIncidents incidents,
        IResponderLog log, ActionCatalog actions, TimeProvider time, Pauses? pauses = null)
    {
        (Options, _catalog, _facts, _alerts, _incidents, _log, _time) = (options, catalog, facts, alerts, incidents, log, time);
        _decider = new Decider(options, actions.All);
        _deadlines = new Deadlines(time);
        _storms = new Storms(options);
        _lookUp = new LookUp(facts, _decider, _storms, new PutBacks(options, actions), options, time);
        _earlyEnds = new EarlyEnds(_storms, actions);
        _containing = new Containing(facts, containment, incidents, log, actions, _deadlines);
        _followUps = new FollowUps(containment, _containing, _deadlines, pauses ?? new Pauses(time));
        _warnings = new PageWarnings(options, _storms);
        _pulse = new Pulse(options);
    }

    public ResponderOptions Options { get; }

    public Task<Response> RespondAsync(JsonElement input, Invocation invocation, CancellationToken cancellationToken = default) =>
        RespondAsync(EventParser.Parse(input), invocation, cancellationToken);

    /// <summary>
    /// Responds to one event. Never throws because of the event: a failed step is in <see cref="Response.Failures"/>, and the caller then
    /// fails its invocation.
    /// </summary>
    public async Task<Response> RespondAsync(ParsedEvent parsed, Invocation invocation, CancellationToken cancellationToken = default)
    {
        if (parsed.Event is not { } e) return Logged(new Response(Outcome.Malformed, null) { MalformedBecause = parsed.Error });

        using var toAct = _deadlines.ToAct(invocation, cancellationToken);
        var findings = Detect(e);
        var (known, names) = await _lookUp.OfAsync(e, findings, invocation, toAct.Token).ConfigureAwait(false);
        var decision = Decide(e, known, names, invocation);
        _log.Decided(decision);
        var unfollowed = await FollowRenameAsync(decision, toAct.Token).ConfigureAwait(false);
        if (_earlyEnds.Of(decision, names) is { } early)
            return _earlyEnds.Finished(Logged(early with { Failures = [.. early.Failures, .. unfollowed] }));

        var (contained, claim) = await _containing.OfAsync(decision, names, toAct.Token).ConfigureAwait(false);
        var latest = new FollowUp(contained, claim, IsNews: true);
        AlertReceipt? receipt = null;
        for (var round = 0; latest.IsNews; round++)
        {
            // Beside the page, which does not wait for it.
            var following = _followUps.OfAsync(
                latest, round, () => DecidedAsync(e, invocation, toAct.Token), id => _facts.ReleasedSinceAsync(names, id, toAct.Token),
                toAct.Token);
            receipt = await NotifyAsync(latest, names, invocation, cancellationToken).ConfigureAwait(false);
            latest = await following.ConfigureAwait(false);
        }

        (contained, claim, _) = latest;
        var completion = await RecordAsync(contained, receipt, names, cancellationToken).ConfigureAwait(false);
        return _earlyEnds.Finished(Logged(Response.Of(contained, claim, receipt, completion, names, unfollowed)));
    }

    /// <summary>Lets ledger and late events find a principal under his new name; without a rename, nothing is done.</summary>
    /// <returns>Why it could not be written down; empty otherwise.</returns>
    private async Task<IReadOnlyList<string>> FollowRenameAsync(Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Findings.FirstOrDefault(static f => f.Rename is not null) is not { Rename: { } rename, Target: { } named }) return [];
        using var toStore = _deadlines.ToStore(cancellationToken);
        var to = named with { Id = named.Id ?? decision.Facts.Target.Value?.Id };
        var at = decision.Event.EventTime ?? decision.Facts.Now;
        return await _incidents.Renames.FollowAsync(rename, to, at, toStore.Token).ConfigureAwait(false) is { } failure
            ? [failure]
            : [];
    }

    /// <summary>The same up to the decision: what would be done about the event. Changes nothing and remembers nothing.</summary>
    public async Task<Decision> DecideAsync(CloudTrailEvent e, Invocation invocation, CancellationToken cancellationToken) =>
        (await DecidedAsync(e, invocation, cancellationToken).ConfigureAwait(false)).Decision;

    private async Task<(Decision Decision, IncidentNames Names)> DecidedAsync(
        CloudTrailEvent e, Invocation invocation, CancellationToken cancellationToken)
    {
        var (known, names) = await _lookUp.OfAsync(e, Detect(e), invocation, cancellationToken).ConfigureAwait(false);
        return (Decide(e, known, names, invocation), names);
    }

    private IReadOnlyList<Finding> Detect(CloudTrailEvent e) =>
        [.. _catalog.Detect(e).Where(f => Options.StageOf(f.Detection) != Stage.Off)];

    private Decision Decide(CloudTrailEvent e, KnownFacts known, IncidentNames names, Invocation invocation) =>
        _earlyEnds.InSpiteOfRelease(_decider.Decide(e, known, invocation.OwnAccountId), names);

    /// <summary>
    /// The third round trip: the page. Null when nobody is paged: the event is a repeat, or a person asked and there is no topic.
    /// </summary>
    private async Task<AlertReceipt?> NotifyAsync(
        FollowUp latest, IncidentNames names, Invocation invocation, CancellationToken cancellationToken)
    {
        var (contained, claim, _) = latest;
        var decision = contained.Decision;
        if (_alerts is null || _storms.IsRepeat(contained, names)) return null;
        // A store that takes nothing holds neither: the page must not send anybody there.
        var isLost = claim is { Record: ClaimResult.StoreFull, Ledger: ClaimResult.StoreFull };
        var alert = new Alert(
            contained, _time.GetUtcNow(), isLost ? null : names.RecordOf(decision), isLost ? null : names.LedgerOf(decision))
        {
            HomeRegion = invocation.HomeRegion,
            HomeAccount = invocation.OwnAccountId,
            ReleaseRoleArn = Options.ReleaseRoleArn,
            OperatorRoleArn = Options.OperatorRoleArn,
            Warnings = _warnings.Of(contained, claim, names),
        };
        var receipt = await _alerts.PublishAsync(alert, cancellationToken).ConfigureAwait(false);
        if (receipt.MessageId is not null && !decision.IsKept) _storms.PagedRefusal(decision);
        return receipt;
    }

    /// <summary>The fourth round trip: the record is finished only after the page was sent.</summary>
    private async Task<Completion> RecordAsync(
        ContainmentResult contained, AlertReceipt? receipt, IncidentNames names, CancellationToken cancellationToken)
    {
        if (!contained.Decision.IsKept || receipt is { MessageId: null }) return Completion.Nothing;
        return await _incidents.CompleteAsync(contained, names, receipt?.Paged, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs the response. A pulse went through the catalog like any other event: being recognized hides nothing.</summary>
    private Response Logged(Response response)
    {
        if (response.Event is { } e && _pulse.LatencyOf(e, _time.GetUtcNow()) is { } latency)
            response = response with { PulseLatency = latency };
        _log.Responded(response);
        return response;
    }
}
