using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Decisions;

public enum DecisionAction
{
    /// <summary>Nobody is told; the decision is only logged.</summary>
    None,

    /// <summary>People are told.</summary>
    Alert,

    /// <summary>The target is contained, and people are told.</summary>
    Contain,
}

/// <summary>What is done about one event, and why. Carries everything that led to it, so that alert and record can explain it.</summary>
/// <param name="Because">One clause: the guardrail that refused, or why the target is contained.</param>
/// <param name="Strongest">The finding that decides; null: there is none that counts.</param>
/// <param name="Guardrail">The guardrail that refused containment; null when none did or none was asked.</param>
public sealed record Decision(
    CloudTrailEvent Event, KnownFacts Facts, DecisionAction Action, string Because, Finding? Strongest, GuardrailId? Guardrail = null)
{
    /// <summary>The sentence of the guardrail that refused, worded for this target; null when none refused. For people only.</summary>
    public string? Refusal { get; init; }

    /// <summary>The findings that count, strongest first; findings of detections in stage Off or Shadow do not.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Findings of detections in stage Shadow: logged, nothing else.</summary>
    public IReadOnlyList<Finding> Shadow { get; init; } = [];

    /// <summary>The principal that is, or would have been, contained; null: containment was never in question.</summary>
    public Principal? Target { get; init; }

    /// <summary>The user who is being contained, by the name that IAM has; null when nobody is contained, or not a user.</summary>
    public Principal? ContainedUser => this is { Action: DecisionAction.Contain, Target: { Kind: PrincipalKind.User } user }
        ? user with
        {
            AccountId = user.AccountId ?? Event.AccountId,
            Arn = Facts.Target.Value?.Arn ?? user.Arn,
            Name = AwsArn.TryParse(Facts.Target.Value?.Arn, out var arn) ? arn.Name : user.Name,
        }
        : null;

    /// <summary>
    /// True when IAM knows nobody of the target's name who was there at the time of the call: he was just made, renamed or deleted.
    /// </summary>
    public bool IsTargetMissing => Target is not null && Facts.Target.Value is { Exists: false };

    /// <summary>
    /// True when nobody could read who bears the target's name, and IAM does not show the grant under it either: containing the name may
    /// hit somebody else.
    /// </summary>
    public bool IsTargetUnread => Action == DecisionAction.Contain
        && Target is { Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group } && Strongest?.Grant is not null
        && Facts.Target.Value is { Exists: true, Id: null, HoldsGrant: false };

    /// <summary>True when it is not known whom the event means, so that nobody is touched.</summary>
    public bool IsTargetUnknown => IsTargetMissing || IsTargetUnread;

    /// <summary>The target with what IAM says about him.</summary>
    public Principal? KnownTarget => Target is { } target && Facts.Target.Value is { Exists: true } state
        ? target with { Arn = state.Arn ?? target.Arn, Id = state.Id ?? target.Id }
        : Target;

    /// <summary>
    /// True when the call is so old that IAM has told everybody of it: what IAM does not show now is gone. A call whose time is unknown
    /// counts as young.
    /// </summary>
    public bool IsPastYoung => Event.IsOlderThan(Facts.Now, Young);

    /// <summary>How long a call counts as young: attach, use, detach must not pay.</summary>
    public static TimeSpan Young { get; } = TimeSpan.FromMinutes(15);

    /// <summary>What is, or would have been, done to the target; empty when nothing is.</summary>
    public IReadOnlyList<ActionId> Actions { get; init; } = [];

    /// <summary>The name of the role in the target's account through which it is contained; null for the responder's own account.</summary>
    public string? ThroughRole { get; init; }

    /// <summary>True when containment was in question and only the installation's mode prevented it.</summary>
    public bool WouldContain { get; init; }

    /// <summary>True when a copy of the event shows that its target was released, and is contained again all the same.</summary>
    public bool IsAgainInSpiteOfRelease { get; init; }

    /// <summary>True when nobody is paged because the actor is trusted or a release of ours caused the event.</summary>
    public bool Trusted { get; init; }

    public Severity Severity => Strongest?.Severity ?? Severity.None;

    /// <summary>
    /// True when the event leaves a record. Refused calls, and findings that nobody is told about, are logged and counted but never written
    /// to SSM, because anybody can cause them at will.
    /// </summary>
    public bool IsKept => Action != DecisionAction.None && Event.Outcome == CallOutcome.Succeeded;

    /// <summary>True for an incident, which has its own record: contained, failed to contain, or would contain.</summary>
    public bool IsIncident => Action == DecisionAction.Contain || WouldContain;
}
