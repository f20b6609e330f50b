using System.Globalization;
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

namespace Responder.Operations.ByHand;

/// <summary>What a containment by hand would do, read and decided; nothing has been changed yet.</summary>
/// <param name="Decision">Contain, or the guardrail that refuses.</param>
/// <param name="Prior">What a release will restore.</param>
public sealed record HandPlan(Decision Decision, PriorState Prior, IReadOnlyList<PlannedCall> Calls)
{
    public bool IsRefused => Decision.Action != DecisionAction.Contain;
}

/// <summary>
/// `responder contain`: the main path over a person's request, so that ledger, record, page and undo are the function's. Mode, kill switch,
/// trust, age and budget do not stop a person; targets that are protected or cannot be contained do.
/// </summary>
public sealed class HandContainment
{
    private readonly ContainmentRequest _request;
    private readonly ActionCatalog _actions;
    private readonly ResponderOptions _options;
    private readonly TimeProvider _time;
    private readonly Invocation _invocation;
    private readonly IamContainment _containment;
    private readonly SsmIncidents _incidents;
    private readonly AwsFacts _facts;
    private readonly IAlerts? _alerts;
    private readonly string _id = Guid.NewGuid().ToString();

    /// <param name="ownAccountId">The account of the credentials; null: unknown, the target's is taken for it.</param>
    /// <param name="actions">The actions that there are; null: those that ship.</param>
    public HandContainment(
        ContainmentRequest request, ResponderOptions options, AwsClients clients, string? ownAccountId, string region, TimeProvider time, ActionCatalog? actions = null)
    {
        _request = request;
        _actions = actions ?? ActionCatalog.Default;
        _time = time;
        _invocation = new Invocation(ownAccountId, region);
        _options = options with
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
        var accounts = new IamAccounts(clients, options, options.MemberReleaseRoleName, AwsArn.TryParse(request.By, out var by) ? by.Partition : "aws", time);
        _containment = new IamContainment(accounts, _actions);
        _incidents = new SsmIncidents(clients.Ssm(), new ParameterNames(options.ParameterRoot), _actions);
        _facts = new AwsFacts(accounts, _incidents, _options, _actions, time);
        _alerts = options.AlertTopicArn is { } topic ? new SnsAlerts(clients.Sns(), topic, options.ChatTopicArn) : null;
    }

    public async Task<HandPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var e = Event();
        var findings = Catalog().Detect(e);
        var decider = new Decider(_options, _actions.All);
        var before = KnownFacts.None(findings, _time.GetUtcNow());
        var candidate = decider.CandidateOf(e, findings, before, _invocation.OwnAccountId);
        var names = new ParameterNames(_options.ParameterRoot);
        var known = candidate is null
            ? before
            : await _facts.LookUpAsync(e, findings, candidate, new IncidentNames(names.Incident(e, before.Now), null, names.Ledger(candidate.Principal)), cancellationToken).ConfigureAwait(false);
        var decision = decider.Decide(e, known, _invocation.OwnAccountId);
        if (decision.Action != DecisionAction.Contain) return new HandPlan(decision, new PriorState([], []), []);
        var prior = _actions.PriorOf(decision);
        return new HandPlan(decision, prior, _actions.Plan(decision, prior));
    }

    /// <summary>Contains, pages if there is a topic, and records.</summary>
    public Task<Response> ContainAsync(CancellationToken cancellationToken) =>
        new SecurityResponder(Catalog(), _options, _facts, _containment, _alerts, _incidents, new NoLog(), _actions, _time).RespondAsync(EventParser.Parse(Element()), _invocation, cancellationToken);

    private DetectionCatalog Catalog() => new([new ContainedByHand(_request)]);

    private CloudTrailEvent Event() => EventParser.Parse(Element()).Event
        ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the request does not read back: {EventParser.Parse(Element()).Error}"));

    private System.Text.Json.JsonElement Element() => _request.ToEvent(_id, _time.GetUtcNow(), _invocation.HomeRegion ?? "us-east-1");
}
