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
    internal static IdentityVerdict Judge(
        CloudTrailEvent e, JsonView document, Principal? holder, string? policyArn, Estate? estate = null) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), Circumstances(e, [holder], [policyArn], estate));

    internal static IdentityVerdict Judge(
        CloudTrailEvent e, string document, Principal? holder, string? policyArn, Estate? estate = null) =>
        IdentityAccess.WhatIsGranted(PolicyDocument.Read(document), Circumstances(e, [holder], [policyArn], estate));

    /// <summary>
    /// What the documents of an event count for: at its time, in its account. What is read from IAM because of the event counts the same.
    /// </summary>
    /// <param name="holders">Whom the documents may name to mean their holder: himself, and the groups through which he has them.</param>
    /// <param name="policyArns">The managed policies that the documents are, as far as they are any.</param>
    /// <param name="estate">Tells our organizations; null where that makes no difference.</param>
    internal static Circumstances Circumstances(
        CloudTrailEvent e, IEnumerable<Principal?> holders, IEnumerable<string?> policyArns, Estate? estate = null) =>
        new(e.AccountId, e.Partition, e.EventTime,
        [
            .. holders.Where(static holder => holder is { Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group })
                .Select(static holder => new OwnThing(holder!.Kind.ToString().ToLowerInvariant(), holder.Name)),
            // Nobody but AWS changes a policy of AWS, and its conditions are meant for whoever has it.
            .. policyArns.Where(static arn => ManagedPolicies.KindOf(arn) is ManagedPolicyKind.Customer or ManagedPolicyKind.Unreadable)
                .Select(Principal.Policy).OfType<Principal>().Select(static policy => new OwnThing("policy", policy.Name)),
        ])
        {
            OrganizationIds = estate?.OrganizationIds ?? (IReadOnlyCollection<string>)[],
        };

    /// <summary>
    /// The same for all policies that somebody has, those of his groups included. They are judged for him, whoever else has them.
    /// </summary>
    internal static Circumstances Circumstances(
        CloudTrailEvent e, Principal target, IEnumerable<HeldPolicy> held, IEnumerable<string?> policyArns, Estate? estate = null)
    {
        var policies = held.ToList();
        return Circumstances(
            e, [target, .. policies.Select(policy => Principal.Group(e, policy.Group)).Distinct()],
            policyArns.Concat(policies.Select(static policy => policy.Arn)).Distinct(StringComparer.Ordinal), estate) with
        {
            Holder = target.Kind switch
            {
                PrincipalKind.User => new OwnThing("user", target.Name),
                PrincipalKind.Role => new OwnThing("role", target.Name),
                PrincipalKind.Group => new OwnThing("user", "*"),
                _ => null,
            },
        };
    }

    /// <summary>
    /// What managed policies of AWS, by their ARNs, leave somebody who has these documents as well: an explicit Deny wins over each. Null
    /// when the Denys take nothing of what the ARNs alone tell; otherwise what all of it gives together.
    /// </summary>
    internal static IdentityVerdict? AfterDenies(
        IEnumerable<string> policyArns, IReadOnlyList<PolicyDocument> documents, Circumstances circumstances)
    {
        var kinds = policyArns.Select(ManagedPolicies.KindOf).ToList();
        var isDenied = kinds.Contains(ManagedPolicyKind.DenyAll);
        if (!isDenied && !documents.Any(static document => document.Statements.Any(static s => !s.IsAllow))) return null;
        List<PolicyDocument> all = [.. documents];
        if (kinds.Contains(ManagedPolicyKind.Administrator) || kinds.Contains(ManagedPolicyKind.Escalation)) all.Add(s_everything);
        if (isDenied) all.Add(s_nothing);
        var verdict = IdentityAccess.WhatIsGranted(all, circumstances);
        return verdict.IsAdministrator ? null : verdict;
    }

    /// <summary>Stands for a policy that gives administrator, or leads there: what Denys leave of everything is no less.</summary>
    private static readonly PolicyDocument s_everything =
        PolicyDocument.Read("""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""");

    private static readonly PolicyDocument s_nothing =
        PolicyDocument.Read("""{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}""");

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
