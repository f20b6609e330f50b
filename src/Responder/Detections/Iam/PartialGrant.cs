using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// A policy that is limited on its own but contains part of a path to administrator; what its holder already has may be the rest. Two
/// halves given in two calls make a whole.
/// </summary>
/// <param name="Documents">What the call gave: the document of one policy, or those of a group that was joined.</param>
/// <param name="Arn">The managed policy that the call attached; null for an inline one.</param>
/// <param name="InlineName">The inline policy that the call put; null for a managed one.</param>
internal sealed record PartialGrant(IReadOnlyList<PolicyDocument> Documents, string? Arn, string? InlineName)
{
    /// <summary>Tells our organizations.</summary>
    internal Estate Estate { get; init; } = Estate.Unknown;

    /// <summary>The group that was joined; null when a policy was given.</summary>
    internal string? Group { get; init; }

    /// <summary>The managed policies of that group.</summary>
    internal IReadOnlyList<string> Arns { get; init; } = [];

    /// <summary>
    /// A LOW finding that asks what the target has; null when the document contains no part of such a path or nobody is named. It has no
    /// target until it is answered: a question about a principal is no reason to prepare its containment.
    /// </summary>
    /// <param name="limited">The finding so far; its severity, title, target and reasons are replaced.</param>
    /// <param name="what">The policy, for the title: "Inline policy", "Policy deployer".</param>
    internal Finding? Ask(CloudTrailEvent e, Finding limited, Principal? target, string what)
    {
        if (target is not { Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group }
            || !HasPart(e)) return null;
        var unread = limited with
        {
            Severity = Severity.Low,
            Title = $"{what} with a part of a way to administrator given to {target}",
            Target = target,
            Grant = null,
            Reasons = PolicyGrants.GrantReasons(e, target, "Alone it gives limited rights; what its holder has besides was not read."),
            Question = null,
            WhenAnswered = null,
        };
        return unread with
        {
            Target = null,
            Question = new Question.HeldPolicies(target.Kind, target.Name),
            WhenAnswered = answer => answer is Answer.HeldPolicies held ? Together(e, unread, what, target, held.Policies) : unread,
        };
    }

    /// <summary>The finding, which stands, and the question whether its target's other policies make more of it.</summary>
    internal Finding AskBeyond(CloudTrailEvent e, Finding finding, string what)
    {
        if (finding.Target is not { Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group } target || !HasPart(e))
            return finding;
        return finding with
        {
            Target = null,
            Question = new Question.HeldPolicies(target.Kind, target.Name),
            WhenAnswered = answer => answer is Answer.HeldPolicies held
                ? Together(e, finding, what, target, held.Policies) ?? finding
                : finding,
        };
    }

    /// <summary>
    /// Null when the policy takes its holder no further: with it the others still lead nowhere, or they lead there without it.
    /// </summary>
    private Finding? Together(CloudTrailEvent e, Finding unread, string what, Principal target, IReadOnlyList<HeldPolicy> held)
    {
        // IAM may or may not show the new policy yet.
        var others = held.Where(policy => !IsThis(policy)).ToList();
        if (others.Any(static p => ManagedPolicies.KindOf(p.Arn) is ManagedPolicyKind.DenyAll)) return null;
        var documents = others.Select(static p => PolicyDocument.Read(p.Document)).ToList();
        var circumstances = PolicyGrants.Circumstances(
            e, target, Group is null ? held : [.. held, new HeldPolicy(null, null, "") { Group = Group }], [Arn, .. Arns], Estate);
        var alone = IdentityAccess.WhatIsGranted(documents, circumstances);
        var before = alone.Level;
        foreach (var other in others)
        {
            var atLeast = ManagedPolicies.KindOf(other.Arn) switch
            {
                ManagedPolicyKind.Administrator => PowerLevel.Administrator,
                ManagedPolicyKind.Escalation when !(AwsArn.TryParse(other.Arn, out var arn) && arn.IsAwsManagedPolicy("PowerUserAccess")) =>
                    PowerLevel.EscalationCapable,
                _ => PowerLevel.Nothing,
            };
            if (other.Arn is not null && atLeast > before) before = atLeast;
        }

        var after = IdentityAccess.WhatIsGranted([.. documents, .. Documents], circumstances);
        if (!after.IsEscalationCapable || after.Level < before) return null;
        // Of two ways that lead as far, the new one is told when it was not there before.
        if (after.Level == before && (alone.Level < before || !after.Reasons.Except(alone.Reasons, StringComparer.Ordinal).Any()))
            return null;
        return unread with
        {
            Severity = PolicyGrants.SeverityOf(after.Level),
            Target = target,
            Title = Group is null
                ? $"{what} given to {target}: with its other policies {PolicyGrants.Describe(after.Level)}"
                : $"{what} joined by {target}: with his other policies {PolicyGrants.Describe(after.Level)}",
            Reasons = PolicyGrants.GrantReasons(
                e, target, [.. after.Reasons, $"Neither this {(Group is null ? "policy" : "group")} nor the others give that alone."]),
            Grant = after.IsAdministrator ? new AdministratorGrant(Arn, InlineName, Group) : null,
            Question = null,
            WhenAnswered = null,
        };
    }

    private bool HasPart(CloudTrailEvent e)
    {
        var circumstances = PolicyGrants.Circumstances(e, [], [Arn], Estate);
        return Documents.Any(document => IdentityAccess.HasPartOfAPath(document, circumstances));
    }

    private bool IsThis(HeldPolicy policy) => Group is not null
        ? string.Equals(policy.Group, Group, StringComparison.Ordinal)
        : policy.Group is null && (Arn is not null ? string.Equals(policy.Arn, Arn, StringComparison.Ordinal) : InlineName is not null
            && string.Equals(policy.InlineName, InlineName, StringComparison.Ordinal));
}
