using Responder.Decisions.Guardrails;
using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>
/// Whom to ask and how to cut him off, where the ARN of the caller is not the person's: a session of Identity Center, of AssumeRoot, or of
/// a delegate. Neither is contained by IAM in this account.
/// </summary>
internal static class WhoActs
{
    /// <summary>The person or account behind the call, as words of a sentence; null when the caller's ARN says it.</summary>
    public static string? InText(Actor actor)
    {
        if (actor.DelegateAccountId is { } account) return "the delegate, account " + Runbooks.Quoted(account);
        if (actor.IsAssumedRoot) return "whoever assumed root of account " + Runbooks.Quoted(actor.AccountId ?? "UNKNOWN");
        if (!actor.IsIdentityCenter && actor.PersonId is null) return null;
        return (actor.PersonId, SessionName(actor)) switch
        {
            ({ } person, { } session) => $"Identity Center user {Runbooks.Quoted(person)} (session {Runbooks.Quoted(session)})",
            var (person, session) => "Identity Center user " + Runbooks.Quoted(
                person ?? session ?? actor.UserName ?? actor.PrincipalId ?? "UNKNOWN"),
        };
    }

    /// <summary>How the caller of the event is stopped, where <c>responder contain</c> cannot; null where it can, or where nobody is meant.
    /// </summary>
    public static string? HowToCutOff(CloudTrailEvent e)
    {
        var actor = e.Actor;
        if (e.EventSource == ResponderOptions.ByHandSource || InText(actor) is not { } who) return null;
        if (actor.DelegateAccountId is not null)
            return $"{who} acts by a temporary delegation; end it in IAM, and contain the principal that it acts as";
        if (actor.IsAssumedRoot)
            return $"find the caller in the AssumeRoot event of the management account and contain him there; {who} has 15 minutes at most";
        return $"disable {who} in Identity Center and delete the active sessions there. Roles of Identity Center cannot be contained; a "
            + "session that is open goes on until it ends or a policy denies it (condition key identitystore:UserId)";
    }

    /// <summary>What to do about a role that AWS manages and that no boundary can be put on; null for anybody else.</summary>
    public static string? InsteadOfContaining(Principal target) => !ContainableTargetGuardrail.IsRoleOfAws(target) ? null
        : ContainableTargetGuardrail.IsOfIdentityCenter(target)
        ? "The role is Identity Center's and cannot be contained: take the policy off its permission set, or delete the assignments, and "
            + "disable the users who have it"
        : "The role is an AWS service's own and cannot be contained: stop what the service does with it";

    /// <summary>Identity Center names each session after its user; whoever has the session cannot choose it.</summary>
    private static string? SessionName(Actor actor) =>
        actor is { Type: ActorType.AssumedRole, IsIdentityCenter: true, Arn: { } arn } && arn.LastIndexOf('/') is > 0 and var slash
            && slash + 1 < arn.Length
            ? arn[(slash + 1)..]
            : null;
}
