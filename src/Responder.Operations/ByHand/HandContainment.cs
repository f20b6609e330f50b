using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Paging;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Operations.ByHand;

/// <summary>What a containment by hand would do, read and decided; nothing has been changed yet.</summary>
/// <param name="Decision">Contain, or the guardrail that refuses.</param>
/// <param name="Prior">What a release will restore.</param>
public sealed record HandPlan(Decision Decision, PriorState Prior, IReadOnlyList<PlannedCall> Calls)
{
    public bool IsRefused => Decision.Action != DecisionAction.Contain;

    /// <summary>True when IAM already shows what the call would do.</summary>
    public bool IsDone(PlannedCall call) => Decision.Facts.Target.Value is { } now && call.IsAlreadySo(now);
}

/// <summary>
/// Implements <c>responder contain</c>: runs the main path for a person's request, so that ledger, record, page and undo are the same as
/// the function's. Mode, kill switch, trust, age and budget do not stop a person; a target that is protected or cannot be contained is
/// still refused.
/// </summary>
public sealed class HandContainment
{
    private readonly ContainmentRequest _request;
    private readonly ActionCatalog _actions;
    private readonly TimeProvider _time;
    private readonly Invocation _invocation;
    private readonly SecurityResponder _responder;
    private readonly string _id = Guid.NewGuid().ToString();

    /// <param name="ownAccountId">The account of the credentials; null: unknown, and taken to be the target's account.</param>
    /// <param name="actions">The known actions; null: the built-in ones.</param>
    /// <param name="log">Gets the prior state before anything is changed; null: nobody does.</param>
    /// <param name="pauses">How time passes between two reads of IAM; null: as the clock says.</param>
    public HandContainment(
        ContainmentRequest request, ResponderOptions options, AwsClients clients, string? ownAccountId, string region, TimeProvider time,
        ActionCatalog? actions = null, IResponderLog? log = null, Pauses? pauses = null)
    {
        _request = request;
        _actions = actions ?? ActionCatalog.Default;
        _time = time;
        _invocation = new Invocation(ownAccountId, region);
        var byHand = options with
        {
            ByHand = true,
            Mode = Mode.Enforce,
            ContainmentBudgetPerHour = null,
            MaximumAge = null,
            MaximumAgeWithoutLedger = null,
            MinimumAlertSeverity = Severity.Low,
            Stages = new Dictionary<string, Stage>(),
            ActionStages = request.Actions.ToDictionary(static a => (ContainedByHand.Metadata.Id, a.Id), static _ => Stage.Contain),
        };
        var accounts = new IamAccounts(
            clients, options, options.MemberOperatorRoleName, AwsArn.TryParse(request.By, out var by) ? by.Partition : "aws", time);
        var incidents = new SsmIncidents(clients.Ssm(), new ParameterNames(options.ParameterRoot), _actions, TrustedLedgers.Rule(options));
        _responder = new SecurityResponder(
            new DetectionCatalog([new ContainedByHand(request)]), byHand, new AwsFacts(accounts, incidents, byHand, _actions, time),
            new IamContainment(accounts, _actions, pauses ?? new Pauses(time)),
            options.AlertTopicArn is { } topic ? new SnsAlerts(clients.Sns(), topic, options.ChatTopicArn) : null, incidents,
            log ?? new NoLog(), _actions, time, pauses);
    }

    /// <summary>What containing would do now. Changes nothing.</summary>
    public async Task<HandPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var decision = await _responder.DecideAsync(Event(), _invocation, cancellationToken).ConfigureAwait(false);
        if (decision.Action != DecisionAction.Contain) return new HandPlan(decision, new PriorState([], []), []);
        var prior = _actions.PriorOf(decision);
        return new HandPlan(decision, prior, _actions.Plan(decision, prior));
    }

    /// <summary>Contains, pages if there is a topic, and records.</summary>
    public Task<Response> ContainAsync(CancellationToken cancellationToken) =>
        _responder.RespondAsync(ParsedEvent.Of(Event()), _invocation, cancellationToken);

    /// <summary>The request as an event with the current time, because a person may take a while to confirm.</summary>
    private CloudTrailEvent Event()
    {
        var parsed = EventParser.Parse(_request.ToEvent(_id, _time.GetUtcNow(), _invocation.HomeRegion ?? "us-east-1"));
        return parsed.Event ?? throw new InvalidOperationException($"the request does not read back: {parsed.Error}");
    }
}
