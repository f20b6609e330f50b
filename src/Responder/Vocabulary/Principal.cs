using Responder.Events;

namespace Responder.Vocabulary;

public enum PrincipalKind
{
    User,
    Role,
    Group,
    Root,

    /// <summary>
    /// A customer managed policy. It is not a principal, but what its default version allows can be contained, so it has a ledger as well.
    /// </summary>
    Policy,
}

/// <summary>The principal that a call acted on, or that received permissions. The name has no path; only the ARN may hold one.</summary>
/// <param name="AccountId">Twelve digits; null when the event does not say.</param>
/// <param name="Arn">Null when the event gives only a name: the path is then unknown.</param>
public sealed record Principal(PrincipalKind Kind, string? AccountId, string Name, string? Arn = null)
{
    /// <summary>
    /// The unique id that IAM gave (<c>AIDA…</c> a user, <c>AROA…</c> a role), which a rename keeps and a principal made anew under the
    /// same name does not have; null until IAM was asked, and of kinds for which it is not.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The user that a name or ARN in a request stands for; null when the text is null or empty.</summary>
    public static Principal? User(CloudTrailEvent e, string? nameOrArn) => Of(PrincipalKind.User, e, nameOrArn);

    public static Principal? Role(CloudTrailEvent e, string? nameOrArn) => Of(PrincipalKind.Role, e, nameOrArn);

    public static Principal? Group(CloudTrailEvent e, string? nameOrArn) => Of(PrincipalKind.Group, e, nameOrArn);

    /// <summary>
    /// The customer managed policy with this ARN; null for AWS managed policies and for anything that is not a policy's ARN.
    /// </summary>
    public static Principal? Policy(string? policyArn) => AwsArn.TryParse(policyArn, out var arn)
        && arn is { Service: "iam", AccountId.Length: 12 }
        && arn.Resource.StartsWith("policy/", StringComparison.Ordinal)
        ? new Principal(PrincipalKind.Policy, arn.AccountId, arn.Name, policyArn)
        : null;

    private static Principal? Of(PrincipalKind kind, CloudTrailEvent e, string? nameOrArn)
    {
        if (string.IsNullOrEmpty(nameOrArn)) return null;
        return AwsArn.TryParse(nameOrArn, out var arn)
            ? new Principal(kind, arn.AccountId, arn.Name, nameOrArn)
            // IAM has no cross-account calls: a bare name belongs to the caller's account, whichever other account received a copy of the
            // event.
            : new Principal(kind, e.Actor.AccountId ?? e.AccountId, nameOrArn);
    }

    /// <summary>"user mallory", "role Deploy", "root of 123456789012": not escaped, renderers do that.</summary>
    public override string ToString() => Kind switch
    {
        PrincipalKind.User => "user " + Name,
        PrincipalKind.Role => "role " + Name,
        PrincipalKind.Group => "group " + Name,
        PrincipalKind.Policy => "policy " + Name,
        _ => "root of " + AccountId,
    };
}
