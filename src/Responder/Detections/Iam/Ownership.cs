using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>Whose credential a call made or changed.</summary>
internal enum Whose
{
    /// <summary>The caller's own; the caller is an IAM user.</summary>
    Own,

    /// <summary>Another user's, or that of any user when the caller is a role session.</summary>
    Anothers,

    /// <summary>Root's.</summary>
    Roots,

    /// <summary>The event does not say; treated like another user's.</summary>
    Unknown,
}

/// <summary>
/// Whose credential a call is about, and the owner if the event names one. A credential call without a user name means the caller.
/// </summary>
internal sealed record Ownership(Whose Whose, Principal? Holder)
{
    /// <summary>"user bob", "an unnamed user".</summary>
    internal string Of => Holder?.ToString() ?? "an unnamed user";

    internal bool IsOwn => Whose == Whose.Own;

    /// <param name="answered">The user name in the response, for calls that return one; absent otherwise.</param>
    internal static Ownership Read(CloudTrailEvent e, JsonView answered = default)
    {
        var requested = IamCall.NameIn(e.Request["userName"]);
        // In a response to root the user name may be the account's alias, so only the request can name somebody else.
        if (requested is null && e.Actor.IsRoot) return new Ownership(Whose.Roots, Root(e));

        if ((requested ?? IamCall.NameIn(answered)) is { } name)
        {
            var holder = IamCall.User(e, name)!;
            if (holder.Kind == PrincipalKind.Root) return new Ownership(Whose.Roots, holder);
            return new Ownership(IsCaller(e, holder) ? Whose.Own : Whose.Anothers, holder);
        }

        return NamesNobody(e) && Caller(e) is { } caller ? new Ownership(Whose.Own, caller) : new Ownership(Whose.Unknown, null);
    }

    /// <summary>
    /// The IAM user behind the call; null when there is none. Only an ARN that AWS vouches for counts: a role session's name is chosen by
    /// the caller, so a session called alice is not the user alice.
    /// </summary>
    internal static Principal? Caller(CloudTrailEvent e)
    {
        if (AwsArn.TryParse(e.Actor.IssuerArn, out var arn))
            return arn.Service == "iam" && arn.Resource.StartsWith("user/", StringComparison.Ordinal)
                ? IamCall.User(e, e.Actor.IssuerArn)
                : null;
        return e.Actor is { Type: ActorType.IamUser, UserName.Length: > 0 }
            ? new Principal(PrincipalKind.User, e.Actor.AccountId ?? e.AccountId, e.Actor.UserName)
            : null;
    }

    /// <summary>
    /// True when the request has no user name, which means the caller. An omitted request, or a name in a form that cannot be read, may
    /// have meant anybody.
    /// </summary>
    private static bool NamesNobody(CloudTrailEvent e) => !e.RequestOmitted && (e.Request.IsObject || !e.Request.Exists)
        && e.Request["userName"] is var name && (!name.Exists || name.Text is "");

    private static bool IsCaller(CloudTrailEvent e, Principal holder) => Caller(e) is { } caller
        && string.Equals(caller.Name, holder.Name, StringComparison.Ordinal)
        && (caller.AccountId is null || holder.AccountId is null
            || string.Equals(caller.AccountId, holder.AccountId, StringComparison.Ordinal));

    private static Principal Root(CloudTrailEvent e) => new(PrincipalKind.Root, e.AccountId, "root", e.Actor.Arn);
}
