using System.Globalization;
using System.Text.Json;
using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Detections.OwnStack;
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
public sealed class SecurityResponder(
    DetectionCatalog catalog, ResponderOptions options, IFacts facts, IContainment containment, IAlerts? alerts, IIncidents incidents,
    IResponderLog log, TimeProvider time)
{
    /// <summary>Before the platform ends an invocation, running calls are cancelled this early: the time belongs to the page.</summary>
    private static readonly TimeSpan s_timeToPage = TimeSpan.FromSeconds(3);

    /// <summary>What incident records and ledgers may take beside the containment; they never delay it or the page by more.</summary>
    private static readonly TimeSpan s_storeTime = TimeSpan.FromSeconds(2);

    /// <summary>What reading back, and doing again what was taken back, may take in all.</summary>
    private static readonly TimeSpan s_readBackTime = TimeSpan.FromSeconds(3);

    private readonly Decider _decider = new(options);
    private readonly ParameterNames _names = new(options.ParameterRoot);
    private readonly Pulse _pulse = new(options);
    private readonly FinishedEvents _finished = new(capacity: 4096);
    private readonly FinishedEvents _pagedRefusals = new(capacity: 4096);
    private readonly FloodLimit _floods = new(options.RecordsPerCauseAndHour);

    public ResponderOptions Options { get; } = options;

    /// <summary>The responder over the real services, or over the endpoint that the clients name.</summary>
    /// <exception cref="OptionsException">There is no topic to page.</exception>
    public static SecurityResponder OnAws(DetectionCatalog catalog, ResponderOptions options, AwsClients clients, IResponderLog log, TimeProvider time)
    {
        var topic = options.AlertTopicArn ?? throw new OptionsException("ALERT_TOPIC_ARN", "expected the ARN of the topic that pages go to; it is not set");
        var accounts = new IamAccounts(clients, options, options.MemberRoleName, AwsArn.TryParse(topic, out var arn) ? arn.Partition : "aws", time);
        var incidents = new SsmIncidents(clients.Ssm(), new ParameterNames(options.ParameterRoot));
        return new SecurityResponder(
            catalog, options, new AwsFacts(accounts, incidents, options, time), new IamContainment(accounts),
            new SnsAlerts(clients.Sns(), topic, options.ChatTopicArn), incidents, log, time);
    }

    public Task<Response> RespondAsync(JsonElement input, Invocation invocation, CancellationToken cancellationToken = default) =>
        RespondAsync(EventParser.Parse(input), invocation, cancellationToken);

    /// <summary>Never throws on an event; a failed step is in <see cref="Response.Failures"/>, and the caller fails its invocation.</summary>
    public async Task<Response> RespondAsync(ParsedEvent parsed, Invocation invocation, CancellationToken cancellationToken = default)
    {
        if (parsed.Event is not { } e) return Logged(new Response(Outcome.Malformed, null) { MalformedBecause = parsed.Error });

        var findings = Detect(e);
        using var timeToAct = TimeToAct(invocation);
        using var calls = CancellationTokenSource.CreateLinkedTokenSource(timeToAct.Token, cancellationToken);
        var (known, names) = await LookUpAsync(e, Askable(e, findings, invocation), invocation, calls.Token).ConfigureAwait(false);
        var decision = InSpiteOfRelease(_decider.Decide(e, known, invocation.OwnAccountId), names);
        log.Decided(decision);
        if (EndsHere(decision, names) is { } early) return Finished(Logged(early.Outcome == Outcome.Duplicate ? early with { RecordName = RecordNameOf(decision, names) } : early));

        var (contained, claim) = await ContainAsync(decision, names, calls.Token).ConfigureAwait(false);
        var readingBack = ReadBackAsync(contained, calls.Token); // beside the page, which does not wait for it
        var receipt = await NotifyAsync(contained, claim, names, invocation, cancellationToken).ConfigureAwait(false);
        contained = await readingBack.ConfigureAwait(false);
        if (contained.WasTakenBack) receipt = await NotifyAsync(contained, claim, names, invocation, cancellationToken).ConfigureAwait(false);
        var unrecorded = await RecordAsync(contained, receipt, names, cancellationToken).ConfigureAwait(false);
        return Finished(Logged(ResponseOf(contained, claim, receipt, unrecorded, names)));
    }

    private IReadOnlyList<Finding> Detect(CloudTrailEvent e) =>
        [.. catalog.Detect(e).Where(f => Options.StageOf(f.Detection) != Stage.Off)];

    private async Task<(KnownFacts, IncidentNames)> LookUpAsync(CloudTrailEvent e, IReadOnlyList<Finding> findings, Invocation invocation, CancellationToken cancellationToken)
    {
        var nothing = KnownFacts.None(findings, time.GetUtcNow());
        var first = _decider.Decide(e, nothing, invocation.OwnAccountId);
        var candidate = _decider.CandidateOf(e, findings, nothing, invocation.OwnAccountId);
        var change = candidate is null && !Options.ByHand ? MarkChange.Of(e) : null;
        if ((first.Strongest ?? change?.Undone([])) is not { } strongest || !IsKept(first) && candidate is null && change is null && !findings.Any(static f => f.Question is not null))
            return (nothing, new IncidentNames(null, null, null));

        var names = NamesOf(e, strongest, candidate, nothing.Now);
        if (change is not null) names = names with { Ledger = _names.Ledger(change.Target), MustReadLedger = true };
        var known = await facts.LookUpAsync(e, findings, candidate, names, cancellationToken).ConfigureAwait(false);
        if (candidate is not null) return (known, names);

        // An answer may name the principal; what must be known before he is contained takes one more round trip, in this case only.
        if (change is not null && known.Ledger.Failure is { } unread) known = known with { UnknownTargets = [.. known.UnknownTargets, $"whether this undid a quarantine of {change.Target} is not known: {unread}"] };
        if (UndoneQuarantine(e, change, known) is { } undone) known = known with { Findings = [undone, .. known.Findings] };
        IReadOnlyList<Finding> answered = [.. known.Findings.Select(static f => f with { Question = null, WhenAnswered = null })];
        if (_decider.CandidateOf(e, answered, nothing, invocation.OwnAccountId) is not { } named) return (known, names);
        names = NamesOf(e, answered[0], named, nothing.Now);
        return (await facts.LookUpAsync(e, answered, named, names, cancellationToken).ConfigureAwait(false), names);
    }

    /// <summary>The ledger is the answer to what a call on a mark of ours meant.</summary>
    private static Finding? UndoneQuarantine(CloudTrailEvent e, MarkChange? change, KnownFacts known) =>
        change is not null && known.Ledger.Value is { } ledger && PutBack.IsDue(ledger, change) && !Decider.IsOurRelease(e, known)
            ? change.Undone(PutBack.ActionsOf(ledger.Prior))
            : null;

    /// <summary>IAM is asked in accounts that are ours only: a group of that name here is not the one there.</summary>
    private IReadOnlyList<Finding> Askable(CloudTrailEvent e, IReadOnlyList<Finding> findings, Invocation invocation)
    {
        if (invocation.OwnAccountId is not { } own || e.AccountId is not { } account || account == own || Options.MemberAccountIds.Contains(account)) return findings;
        var unanswered = new Answer.Unanswered($"account {account} is not ours");
        return DetectionCatalog.Ordered([.. findings.Select(f => f.Question is null ? f : f.WhenAnswered?.Invoke(unanswered)).OfType<Finding>()]);
    }

    private IncidentNames NamesOf(CloudTrailEvent e, Finding strongest, ContainmentTarget? candidate, DateTimeOffset now)
    {
        var ledger = (candidate?.Principal ?? strongest.Target) is { Kind: not PrincipalKind.Root } target ? _names.Ledger(target) : null;
        var (shared, isFlood) = SharedNameOf(e, strongest, now);
        if (candidate is null) return new IncidentNames(null, shared, ledger) { Severity = strongest.Severity, IsFlood = isFlood };

        var own = _names.Incident(e, now);
        var cause = ledger ?? candidate.Principal.ToString();
        var isStorm = _floods.Exceeds(cause, own, HourOf(now));
        return new IncidentNames(isStorm ? _names.FloodIncident(e, cause, now) : own, shared, ledger) { Severity = strongest.Severity, IsFlood = isStorm };
    }

    /// <summary>The record that a finding shares with its repeats; with all others of its cause, once these are too many.</summary>
    private (string Name, bool IsFlood) SharedNameOf(CloudTrailEvent e, Finding finding, DateTimeOffset now)
    {
        var name = _names.SharedIncident(e, finding, now);
        var cause = ParameterNames.CauseOf(e, finding);
        return _floods.Exceeds(cause, name, HourOf(now)) ? (_names.FloodIncident(e, cause, now), true) : (name, false);
    }

    private static string HourOf(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);

    /// <summary>Refused calls and findings nobody is told of are logged and counted, never written to SSM: anybody can cause them at will.</summary>
    private static bool IsKept(Decision decision) => decision.Action != DecisionAction.None && decision.Event.Outcome == CallOutcome.Succeeded;

    /// <summary>The answer to an event that needs no further step; null when there is something to do.</summary>
    private Response? EndsHere(Decision decision, IncidentNames names)
    {
        Response As(Outcome outcome) => new(outcome, decision.Event) { Decision = decision };

        if (_finished.Contains(decision.Event.IncidentId) || IsFinished(decision, names)) return As(Outcome.Duplicate);
        if (decision.Trusted) return As(Outcome.Trusted);
        // Whom it concerns, or whether it undid a quarantine, is not known yet: the delivery is tried again.
        if (decision.Strongest is null) return As(Outcome.None) with { Failures = decision.Facts.UnknownTargets };
        if (decision.Action == DecisionAction.None && !decision.IsIncident) return As(Outcome.Recorded) with { Failures = decision.Facts.UnknownTargets };
        // No record tells repeats of a refused call apart, so this process does: the first of its hour pages.
        return !IsKept(decision) && _pagedRefusals.Contains(RefusalKey(decision)) ? As(Outcome.Recorded) : null;
    }

    /// <summary>An earlier delivery finished it, or a person has released what it contained; a later delivery that could not know may have left the record open.</summary>
    private static bool IsFinished(Decision decision, IncidentNames names)
    {
        var record = (decision.IsIncident ? decision.Facts.Record : decision.Facts.SharedRecord).Value;
        return (record is { Complete: true } && record.EventIds.Contains(decision.Event.IncidentId, StringComparer.Ordinal))
            || (decision.IsIncident && names.Record is { } own && decision.Facts.Ledger.Value is { Released: true } ledger && ledger.FirstIncident == own);
    }

    /// <summary>
    /// A target that was released from this incident and looks contained: a delivery that could not read the ledger did it, and was perhaps
    /// cut off before it could say so. A person decides.
    /// </summary>
    private static Decision InSpiteOfRelease(Decision decision, IncidentNames names) =>
        decision is { Action: DecisionAction.Contain, Facts.Ledger.Value: { Released: true } ledger } && IsFinished(decision, names) && PriorStates.LooksContained(decision, ledger.Prior)
            ? decision with
            {
                Action = DecisionAction.Alert,
                Because = $"released before, and now contained again by somebody, or by a try that could not read the ledger. Release it once more: {Shell.Command("responder", "release", names.Record ?? "", "--force")}",
                Actions = [],
            }
            : decision;

    /// <summary>
    /// The second round trip: claim record and ledger, contain, and ask which roles a contained user took on, all at the same time; what leaves
    /// no mark waits for the claim.
    /// </summary>
    private async Task<(ContainmentResult, Claim)> ContainAsync(Decision decision, IncidentNames names, CancellationToken cancellationToken)
    {
        var prior = decision.Action == DecisionAction.Contain ? PriorStates.Of(decision) : null;
        if (prior is not null) log.PriorState(decision, prior);

        using var storeTime = new CancellationTokenSource(s_storeTime, time);
        using var store = CancellationTokenSource.CreateLinkedTokenSource(storeTime.Token, cancellationToken);
        var claiming = IsKept(decision) ? incidents.ClaimAsync(decision, names, prior, store.Token) : Task.FromResult(Claim.Nothing);
        var containing = prior is null
            ? Task.FromResult(ContainmentResult.Nothing(decision))
            : containment.ContainAsync(decision, prior, WrittenAsync(claiming, prior), cancellationToken);
        var asking = prior is not null && decision.ContainedUser is { } user ? facts.RolesAssumedByAsync(decision.Event, user, cancellationToken) : null;
        await Task.WhenAll(claiming, containing).ConfigureAwait(false);
        var (contained, claim) = (await containing.ConfigureAwait(false), await claiming.ConfigureAwait(false));
        var roles = asking is null ? null : await asking.ConfigureAwait(false);
        return (contained with { Prior = claim.Prior ?? contained.Prior, RolesAssumed = roles }, claim);
    }

    private static async Task<PriorState?> WrittenAsync(Task<Claim> claiming, PriorState prior)
    {
        var claim = await claiming.ConfigureAwait(false);
        return claim.IsWritten ? claim.Prior ?? prior : null;
    }

    private async Task<ContainmentResult> ReadBackAsync(ContainmentResult contained, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_readBackTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await containment.ReadBackAsync(contained, both.Token).ConfigureAwait(false);
    }

    /// <summary>The third: the page. Null when nobody is to be paged: a repeat within its hour, or a person without a topic.</summary>
    private async Task<AlertReceipt?> NotifyAsync(ContainmentResult contained, Claim claim, IncidentNames names, Invocation invocation, CancellationToken cancellationToken)
    {
        if (alerts is null || IsRepeat(contained, names)) return null;
        var alert = new Alert(contained, time.GetUtcNow(), RecordNameOf(contained.Decision, names), LedgerNameOf(contained.Decision, names))
        {
            HomeRegion = invocation.HomeRegion,
            Warnings = [.. TakenBack(contained), .. Unknowing(contained), .. contained.Decision.Facts.Failures, .. claim.Failures, .. FloodWarning(contained.Decision, names)],
        };
        var receipt = await alerts.PublishAsync(alert, cancellationToken).ConfigureAwait(false);
        if (receipt.MessageId is not null && !IsKept(contained.Decision)) _pagedRefusals.TryAdd(RefusalKey(contained.Decision));
        return receipt;
    }

    private static IEnumerable<string> TakenBack(ContainmentResult contained)
    {
        if (contained.WasTakenBack) yield return "read back at once, a part of the containment was gone and was done again: a script may be undoing it; contain whoever runs it";
    }

    /// <summary>What a delivery that could not read the ledger may have done, in spite of a release.</summary>
    private IEnumerable<string> Unknowing(ContainmentResult contained)
    {
        if (Options.ByHand || contained.Decision is not { Facts.Ledger.Failure: not null, Target: { } target } decision) yield break;
        if (decision.Action == DecisionAction.Contain) yield return $"the ledger could not be read: if {target} was released before, this contained it again; release it once more";
        else if (decision.Guardrail == GuardrailId.UnreadLedger) yield return $"{target} is contained by a later try as soon as the ledger can be read and shows no release; by hand at once";
    }

    private string RefusalKey(Decision decision) => SharedNameOf(decision.Event, decision.Strongest!, decision.Facts.Now).Name;

    private IEnumerable<string> FloodWarning(Decision decision, IncidentNames names)
    {
        if (names.IsFlood || SharedNameOf(decision.Event, decision.Strongest!, decision.Facts.Now).IsFlood)
            yield return $"more than {Options.RecordsPerCauseAndHour} of this kind in this hour: further ones page only if they are more severe or a containment fails; the log has each";
    }

    /// <summary>The fourth: the record is finished only when the page has left. Null: recorded, or nothing is to be recorded.</summary>
    private async Task<string?> RecordAsync(ContainmentResult contained, AlertReceipt? receipt, IncidentNames names, CancellationToken cancellationToken)
    {
        if (!IsKept(contained.Decision) || receipt is { MessageId: null }) return null;
        return await incidents.CompleteAsync(contained, names, receipt?.Paged, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The hour's record is finished and the severity has not risen: counted, not paged. Every incident pages, save in a storm over one
    /// principal, as long as it is contained each time.
    /// </summary>
    private static bool IsRepeat(ContainmentResult contained, IncidentNames names)
    {
        var decision = contained.Decision;
        if (contained.WasTakenBack) return false;
        var isShared = decision.IsIncident ? names.IsFlood && !contained.Failed : decision.Action == DecisionAction.Alert;
        return isShared && (decision.IsIncident ? decision.Facts.Record : decision.Facts.SharedRecord).Value is { Complete: true } record
            && decision.Severity <= record.Severity;
    }

    private static Response ResponseOf(ContainmentResult contained, Claim claim, AlertReceipt? receipt, string? unrecorded, IncidentNames names)
    {
        var decision = contained.Decision;
        var failures = contained.Steps.Where(static s => s.Result == StepResult.Failed).Select(static s => s.Error ?? s.Action)
            .Concat(claim.Ledger == ClaimResult.Failed ? claim.Failures : [])
            .Concat(decision.IsIncident ? [] : decision.Facts.UnknownTargets)
            .Concat(decision.Guardrail == GuardrailId.UnreadLedger ? [decision.Facts.Ledger.Failure!] : [])
            .Append(receipt?.Failure)
            .Append(unrecorded)
            .OfType<string>();
        return new Response(decision.IsIncident ? Outcome.Incident : receipt is null ? Outcome.Recorded : Outcome.Alert, decision.Event)
        {
            Decision = decision,
            Containment = contained.Steps,
            RolesAssumed = contained.RolesAssumed,
            Alert = receipt,
            RecordName = unrecorded is null && receipt is not { MessageId: null } ? RecordNameOf(decision, names) : null,
            LedgerName = LedgerNameOf(decision, names),
            Failures = [.. failures],
        };
    }

    private static string? RecordNameOf(Decision decision, IncidentNames names) => IsKept(decision) ? SsmIncidents.NameOf(decision, names) : null;

    /// <summary>Only a containment writes the ledger; a page must not point at one that nobody wrote.</summary>
    private static string? LedgerNameOf(Decision decision, IncidentNames names) => decision.Action == DecisionAction.Contain ? names.Ledger : null;

    private CancellationTokenSource TimeToAct(Invocation invocation) => invocation.Remaining is not { } remaining ? new CancellationTokenSource()
        : new CancellationTokenSource(remaining > s_timeToPage ? remaining - s_timeToPage : TimeSpan.Zero, time);

    private Response Logged(Response response)
    {
        // A pulse went through the catalogue like any other event: being recognised hides nothing.
        if (response.Event is { } e && _pulse.LatencyOf(e, time.GetUtcNow()) is { } latency) response = response with { PulseLatency = latency };
        log.Responded(response);
        return response;
    }

    private Response Finished(Response response)
    {
        if (response is { Failures.Count: 0, Event: { } e }) _finished.TryAdd(e.IncidentId);
        return response;
    }
}
