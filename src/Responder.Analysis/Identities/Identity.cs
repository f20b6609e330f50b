using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Analysis.Identities;

/// <summary>A user, a role or root of an account. IAM names are unique in their account, regardless of path and case.</summary>
/// <param name="Key">The name in lower case, for comparing.</param>
/// <param name="Arn">The ARN as it was seen; null when only the name is known. Not compared.</param>
public sealed record Identity(PrincipalKind Kind, string AccountId, string Key, string Name, string? Arn)
{
    public bool Equals(Identity? other) => other is not null && Kind == other.Kind && AccountId == other.AccountId && Key == other.Key;

    public override int GetHashCode() => HashCode.Combine(Kind, AccountId, Key);

    public static Identity Of(PrincipalKind kind, string accountId, string name, string? arn = null) =>
        new(kind, accountId, name.ToLowerInvariant(), name, arn);

    /// <summary>
    /// Who is behind a call, as AWS vouches for it: the issuer of the session, else the caller. Never the name of a session.
    /// </summary>
    public static Identity? Of(Actor actor) => OfArn(actor.IssuerArn);

    /// <summary>Null: not the ARN of an IAM user, a role or root.</summary>
    public static Identity? OfArn(string? text)
    {
        if (!AwsArn.TryParse(text, out var arn) || arn.Service != "iam" || arn.AccountId.Length == 0) return null;
        if (arn.Resource == "root") return Of(PrincipalKind.Root, arn.AccountId, "root", text);
        if (arn.Resource.StartsWith("user/", StringComparison.Ordinal)) return Of(PrincipalKind.User, arn.AccountId, arn.Name, text);
        return arn.Resource.StartsWith("role/", StringComparison.Ordinal) ? Of(PrincipalKind.Role, arn.AccountId, arn.Name, text) : null;
    }

    /// <summary>The user or role that an IAM call is about; null: it is about neither, or does not say.</summary>
    public static Identity? TargetOf(CloudTrailEvent e)
    {
        if (e.EventSource != "iam.amazonaws.com" || (e.Actor.AccountId ?? e.AccountId) is not { } account) return null;
        if (e.Request["userName"].Text is { Length: > 0 } user) return Of(PrincipalKind.User, account, user);
        return e.Request["roleName"].Text is { Length: > 0 } role ? Of(PrincipalKind.Role, account, role) : null;
    }

    /// <summary>For example "user alice of 123456789012"; not escaped.</summary>
    public override string ToString() => Kind switch
    {
        PrincipalKind.User => $"user {Name} of {AccountId}",
        PrincipalKind.Role => $"role {Name} of {AccountId}",
        _ => $"root of {AccountId}",
    };
}
