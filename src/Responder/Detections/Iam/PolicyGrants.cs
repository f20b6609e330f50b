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
    internal static IdentityVerdict Judge(CloudTrailEvent e, JsonView document, Principal? holder = null, string? policyArn = null) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), e.AccountId, e.Partition, Own(holder, policyArn), e.EventTime);

    internal static IdentityVerdict Judge(CloudTrailEvent e, string document, string? policyArn = null) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), e.AccountId, e.Partition, Own(null, policyArn), e.EventTime);

    /// <summary>What the document may name to mean its own holder.</summary>
    internal static IReadOnlyList<OwnThing> Own(Principal? holder, string? policyArn)
    {
        var own = new List<OwnThing>();
        if (holder is { Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group })
            own.Add(new OwnThing(holder.Kind.ToString().ToLowerInvariant(), holder.Name));
        if (Principal.Policy(policyArn) is { } policy) own.Add(new OwnThing("policy", policy.Name));
        return own;
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
