using Responder.Decisions.Guardrails;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Decisions;

/// <summary>Decides what is done about an event. Pure: it works on findings and facts, without clock, client or logger.</summary>
/// <param name="actions">All containment actions.</param>
public sealed class Decider(ResponderOptions options, IReadOnlyList<IActionRules> actions)
{
    /// <summary>The order in which guardrails are asked; the first that refuses wins. Pinned by a test.</summary>
    public static IReadOnlyList<IGuardrail> Guardrails { get; } =
    [
        new StageGuardrail(),
        new ModeGuardrail(),
        new CallSucceededGuardrail(),
        new EventOriginGuardrail(),
        new OwnAccountGuardrail(),
        new ContainmentRoleGuardrail(),
        new TrustedActorGuardrail(),
        new ReleaseGuardrail(),
        new ProtectedTargetGuardrail(),
        new ContainableTargetGuardrail(),
        new FreshCallGuardrail(),
        new UnreadLedgerGuardrail(),
        new GoneTargetGuardrail(),
        new GoneGrantGuardrail(),
        new BeforeReleaseGuardrail(),
        new BudgetGuardrail(),
        new PutBackBudgetGuardrail(),
    ];

    /// <summary>The guardrails that still apply when a person asks for a containment. Pinned by a test.</summary>
    public static IReadOnlyList<IGuardrail> GuardrailsByHand { get; } =
        [.. Guardrails.Where(
            static g => g is StageGuardrail or OwnAccountGuardrail or ContainmentRoleGuardrail or ProtectedTargetGuardrail
            or ContainableTargetGuardrail)];

    /// <summary>The sentence that people read about a guardrail; null when there is no such guardrail.</summary>
    public static string? SentenceOf(GuardrailId? id) => Guardrails.FirstOrDefault(g => g.Id == id)?.Sentence;

    /// <summary>
    /// The target that containment may act on, as far as the event alone tells; null when nothing needs to be read for a containment. In
    /// Observe mode there is a target as well, because "would contain" is worth knowing.
    /// </summary>
    public ContainmentTarget? CandidateOf(CloudTrailEvent e, IReadOnlyList<Finding> findings, KnownFacts before, string? ownAccountId)
    {
        // The answer to a question may show an administrator grant, so a finding with a question is a candidate as well.
        foreach (var finding in Counting(findings))
        {
            if (finding.Target is not { } target || (!options.Considers(finding, actions) && finding.Question is null)) continue;
            var candidate = CandidateOf(e, finding, target, before, ownAccountId);
            if (FirstRefusal(Enforced(candidate)) is null) return new ContainmentTarget(target, candidate.Actions, GrantOf(finding));
        }

        return null;
    }

    /// <summary>
    /// What the finding gives, or will turn out to give once its question is answered; null when that is not about one grant.
    /// </summary>
    private static AdministratorGrant? GrantOf(Finding finding) => finding.Grant ?? finding.Question switch
    {
        Question.PolicyDocument policy when finding.PutsBack is null => new AdministratorGrant(policy.PolicyArn),
        Question.GroupPolicies group => new AdministratorGrant(GroupName: group.GroupName),
        _ => null,
    };

    public Decision Decide(CloudTrailEvent e, KnownFacts facts, string? ownAccountId)
    {
        var counting = Counting(facts.Findings);
        var shadow = facts.Findings.Where(f => options.StageOf(f.Detection) == Stage.Shadow).ToArray();
        if (counting is not [var strongest, ..])
            return new Decision(e, facts, DecisionAction.None, "no finding", null) { Shadow = shadow };

        Decision Of(DecisionAction action, string because, GuardrailId? guardrail = null) =>
            new(e, facts, action, because, strongest, guardrail) { Findings = counting, Shadow = shadow };

        if (facts.Release == ReleaseMatch.Restores) return Of(DecisionAction.None, "caused by a release") with { Trusted = true };
        if (!options.ByHand && TrustedActorGuardrail.IsTrusted(e, options)
            && !counting.Any(f => TrustedActorGuardrail.IsPagedNevertheless(e, f, options)))
            return Of(DecisionAction.None, "trusted actor", GuardrailId.TrustedActor) with { Trusted = true };

        if (strongest.Target is { } target && options.Considers(strongest, actions))
        {
            var candidate = CandidateOf(e, strongest, target, facts, ownAccountId);
            var refusal = FirstRefusal(candidate);
            if (refusal is null)
                return Of(DecisionAction.Contain, BecauseOf(strongest, target)) with
                {
                    Target = target,
                    Actions = candidate.Actions,
                    ThroughRole = RoleFor(target),
                };
            // Observe mode is a refusal like any other, yet what would have happened without it is worth knowing.
            var wouldContain = refusal is ModeGuardrail && FirstRefusal(Enforced(candidate)) is null;
            // A spent budget stops automation, which is news in itself: it pages even where the finding alone would not.
            var action = refusal is BudgetGuardrail ? DecisionAction.Alert : Alerting(strongest);
            var sentence = refusal.SentenceFor(candidate);
            return Of(action, "not contained: " + sentence, refusal.Id) with
            {
                Refusal = sentence,
                Target = target,
                WouldContain = wouldContain,
                Actions = wouldContain ? candidate.Actions : [],
            };
        }

        return Alerting(strongest) == DecisionAction.Alert
            ? Of(DecisionAction.Alert, "no containment applies to this finding")
            : Of(DecisionAction.None, $"below the alert severity {options.MinimumAlertSeverity.Name()}");
    }

    private string BecauseOf(Finding finding, Principal target) => options.ByHand ? finding.Reasons.FirstOrDefault() ?? "asked for by hand"
        : finding.PutsBack is not null ? $"somebody else took off the quarantine of {target}"
        : finding.Grant is null ? $"{finding.Detection.Id} is promoted to contain {target}"
        : target.Kind == PrincipalKind.Policy ? $"administrator rights put into {target}"
        : $"administrator rights given to {target}";

    private string? RoleFor(Principal target) => target.AccountId is { } account && options.MemberAccountIds.Contains(account)
        ? options.ByHand ? options.MemberOperatorRoleName : options.MemberRoleName
        : null;

    private DecisionAction Alerting(Finding finding) => finding.Severity >= options.MinimumAlertSeverity
        ? DecisionAction.Alert
        : DecisionAction.None;

    private Finding[] Counting(IReadOnlyList<Finding> findings) =>
        [.. findings.Where(f => options.StageOf(f.Detection) >= Stage.Alert && f.Severity > Severity.None)];

    private Candidate CandidateOf(CloudTrailEvent e, Finding finding, Principal target, KnownFacts facts, string? ownAccountId) =>
        new(e, finding, target, options.ActionsOn(finding, actions), facts, options) { OwnAccountId = ownAccountId };

    private static Candidate Enforced(Candidate candidate) => candidate with
    {
        Options = candidate.Options with { Mode = Mode.Enforce },
        Facts = candidate.Facts with { KillSwitch = false },
    };

    private static IGuardrail? FirstRefusal(Candidate candidate)
    {
        foreach (var guardrail in candidate.Options.ByHand ? GuardrailsByHand : Guardrails)
        {
            if (guardrail.Refuses(candidate)) return guardrail;
        }

        return null;
    }
}
