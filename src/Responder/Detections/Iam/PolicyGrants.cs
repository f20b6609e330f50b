using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// Turns the content of a policy into a severity and into words. The only place where IAM detections derive severity from power.
/// </summary>
internal static class PolicyGrants
{
    /// <summary>
    /// The severity of a principal having a policy of this level; unread content is more severe than content known to be limited.
    /// </summary>
    internal static Severity SeverityOf(PowerLevel level) => level switch
    {
        PowerLevel.Administrator => Severity.Critical,
        PowerLevel.EscalationCapable or PowerLevel.PowerUser => Severity.High,
        PowerLevel.MayEscalate or PowerLevel.Unreadable => Severity.Medium,
        PowerLevel.Limited => Severity.Low,
        _ => Severity.None,
    };

    /// <summary>What a document in a request or response grants; it may be text, URL-encoded text or an object.</summary>
    internal static IdentityVerdict Judge(CloudTrailEvent e, JsonView document, Principal? holder, string? policyArn) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), Circumstances(e, [holder], [policyArn]));

    internal static IdentityVerdict Judge(CloudTrailEvent e, string document, Principal? holder, string? policyArn) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), Circumstances(e, [holder], [policyArn]));

    /// <summary>
    /// What the documents of an event count for: at its time, in its account. What is read from IAM because of the event counts the same.
    /// </summary>
    /// <param name="holders">Whom the documents may name to mean their holder: himself, and the groups through which he has them.</param>
    /// <param name="policyArns">The managed policies that the documents are, as far as they are any.</param>
    internal static Circumstances Circumstances(
        CloudTrailEvent e, IEnumerable<Principal?> holders, IEnumerable<string?> policyArns) => new(e.AccountId, e.Partition, e.EventTime,
        [
            .. holders.Where(static holder => holder is { Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group })
                .Select(static holder => new OwnThing(holder!.Kind.ToString().ToLowerInvariant(), holder.Name)),
            .. policyArns.Select(Principal.Policy).OfType<Principal>().Select(static policy => new OwnThing("policy", policy.Name)),
        ]);

    /// <summary>The same for all policies that somebody has, those of his groups included.</summary>
    internal static Circumstances Circumstances(
        CloudTrailEvent e, Principal target, IEnumerable<HeldPolicy> held, IEnumerable<string?> policyArns)
    {
        var policies = held.ToList();
        return Circumstances(
            e, [target, .. policies.Select(policy => Principal.Group(e, policy.Group)).Distinct()],
            policyArns.Concat(policies.Select(static policy => policy.Arn)).Distinct(StringComparer.Ordinal));
    }

    /// <summary>True when the document denies something, so that its removal gives that back; also true when it cannot be read.</summary>
    internal static bool Denies(string document)
    {
        var policy = PolicyDocument.Read(document);
        return !policy.IsReadable || policy.Statements.Any(static s => !s.IsAllow);
    }

    /// <summary>"equal to AdministratorAccess", "that leads to administrator": follows the word policy in a title.</summary>
    internal static string Describe(PowerLevel level) => level switch
    {
        PowerLevel.Administrator => "equal to AdministratorAccess",
        PowerLevel.EscalationCapable => "that leads to administrator",
        PowerLevel.PowerUser => "that allows nearly every service",
        PowerLevel.MayEscalate => "that may lead to more power",
        PowerLevel.Unreadable => "with unread content",
        _ => "with limited rights",
    };

    /// <summary>
    /// The reasons of a grant, followed by what makes it worse: the recipient is not named, is a whole group, or is the caller himself.
    /// </summary>
    internal static IReadOnlyList<string> GrantReasons(CloudTrailEvent e, Principal? target, params IEnumerable<string> reasons)
    {
        var all = reasons.ToList();
        if (target is null) all.Add("The event does not name who received it.");
        else if (target.Kind == PrincipalKind.Group) all.Add("Every member of the group has it at once.");
        else if (IsCaller(e, target)) all.Add("The caller gave it to himself.");
        return all;
    }

    /// <summary>True when a policy's name says that it takes rights away. Names count only where the content is not known.</summary>
    internal static bool IsNamedLikeAGuardrail(string? policyName) => policyName is not null && Array.Exists(s_guardrailWords,
        word => policyName.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] s_guardrailWords =
        ["deny", "quarantine", "revoke", "block", "restrict", "boundary", "guardrail", "lockdown", "compromised", "exposedcredential",
            "requiremfa", "forcemfa", "enforcemfa"];

    private static bool IsCaller(CloudTrailEvent e, Principal target) => target.Kind switch
    {
        PrincipalKind.User => Ownership.Caller(e) is { } caller && string.Equals(caller.Name, target.Name, StringComparison.Ordinal),
        PrincipalKind.Role => AwsArn.TryParse(e.Actor.SessionIssuerArn, out var issuer) && issuer.Service == "iam"
            && issuer.Resource.StartsWith("role/", StringComparison.Ordinal)
            && string.Equals(issuer.Name, target.Name, StringComparison.Ordinal),
        _ => false,
    };
}
