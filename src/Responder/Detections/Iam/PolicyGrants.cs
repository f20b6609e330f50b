using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// What the content of a policy is worth, and how to say it. The one place where IAM detections turn power into severity.
/// </summary>
internal static class PolicyGrants
{
    /// <summary>What it is worth that a principal holds this: unread content is worth more than content known to be limited.</summary>
    internal static Severity SeverityOf(PowerLevel level) => level switch
    {
        PowerLevel.Administrator => Severity.Critical,
        PowerLevel.EscalationCapable or PowerLevel.PowerUser => Severity.High,
        PowerLevel.Unreadable => Severity.Medium,
        PowerLevel.Limited => Severity.Low,
        _ => Severity.None,
    };

    /// <summary>What a document in a request or answer grants: text, URL-encoded text or an object.</summary>
    internal static IdentityVerdict Judge(CloudTrailEvent e, JsonView document) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), e.AccountId);

    internal static IdentityVerdict Judge(CloudTrailEvent e, string document) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), e.AccountId);

    /// <summary>Whether the document takes something away: its removal then gives it back.</summary>
    internal static bool Denies(string document)
    {
        var policy = PolicyDocument.Read(document);
        return !policy.IsReadable || policy.Statements.Any(static s => !s.IsAllow);
    }

    /// <summary>"a policy equal to AdministratorAccess", for titles.</summary>
    internal static string Describe(PowerLevel level) => level switch
    {
        PowerLevel.Administrator => "equal to AdministratorAccess",
        PowerLevel.EscalationCapable => "that leads to administrator",
        PowerLevel.PowerUser => "that allows nearly every service",
        PowerLevel.Unreadable => "with unread content",
        _ => "with limited rights",
    };

    /// <summary>The reasons of a grant, then what makes it worse: given by the caller to himself, or to a whole group.</summary>
    internal static IReadOnlyList<string> GrantReasons(CloudTrailEvent e, Principal? target, params IEnumerable<string> reasons)
    {
        var all = reasons.ToList();
        if (target is null) all.Add("The event does not name who received it.");
        else if (target.Kind == PrincipalKind.Group) all.Add("Every member of the group has it at once.");
        else if (IsCaller(e, target)) all.Add("The caller gave it to himself.");
        return all;
    }

    /// <summary>Whether a policy's name says that it takes rights away. Names are only asked where the content is gone.</summary>
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
