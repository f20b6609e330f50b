using System.Globalization;
using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>The exact commands that a page carries, quoted so that no name can break out.</summary>
internal static class Commands
{
    /// <summary>
    /// The `responder contain` command for a principal, which contains by hand but keeps undo data; null when there is nothing to contain.
    /// </summary>
    public static ShellCommand? ByHand(CloudTrailEvent e, Principal? principal)
    {
        if (principal is null or { Kind: PrincipalKind.Root } || principal is { Arn: null, AccountId: null }) return null;
        var arn = principal.Arn
            ?? $"arn:{e.Partition}:iam::{principal.AccountId}:{principal.Kind.ToString().ToLowerInvariant()}/{principal.Name}";
        return Shell.Command("responder contain", CommandPart.Operand(arn), ("--incident", e.IncidentId));
    }

    /// <summary>
    /// The command that lists the roles a user assumed in the last twelve hours, in one region: the responder's own question, to be asked
    /// later and in other regions.
    /// </summary>
    public static ShellCommand RolesAssumedBy(CloudTrailEvent e, Principal user, DateTimeOffset now) => Shell.Command(
        "aws cloudtrail lookup-events",
        CommandPart.Structure("--lookup-attributes", ("AttributeKey", "Username"), ("AttributeValue", user.Name)),
        ("--start-time", (now - RoleSessions.Longest).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ("--query", "Events[?EventName=='AssumeRole'].Resources[].ResourceName"), CommandPart.Region(AwsRegion.Of(e)));

    /// <summary>The `responder contain` command that denies everything to the sessions of a role that were issued so far.</summary>
    public static ShellCommand RevokeSessions(CloudTrailEvent e, string roleArn)
    {
        var action = Containment.Actions.RevokeSessions.Action.Id;
        return Shell.Command(
            "responder contain", CommandPart.Operand(roleArn), ("--action", action.Name), ("--incident", e.IncidentId));
    }

    /// <summary>
    /// The AWS CLI command that quarantines a principal by hand, without undo data: the AWSDenyAll boundary, or for a group the detachment
    /// of AdministratorAccess. For a policy it only lists the versions; null when nothing can be done.
    /// </summary>
    public static ShellCommand? Contain(CloudTrailEvent e, Principal? principal)
    {
        if (principal is null) return null;
        var boundary = DenyAllArn(e);
        return principal.Kind switch
        {
            PrincipalKind.User => Shell.Command(
                "aws iam put-user-permissions-boundary", ("--user-name", principal.Name), ("--permissions-boundary", boundary)),
            PrincipalKind.Role => Shell.Command(
                "aws iam put-role-permissions-boundary", ("--role-name", principal.Name), ("--permissions-boundary", boundary)),
            PrincipalKind.Group => Shell.Command(
                "aws iam detach-group-policy", ("--group-name", principal.Name),
                ("--policy-arn", $"arn:{e.Partition}:iam::aws:policy/AdministratorAccess")),
            PrincipalKind.Policy => Shell.Command("aws iam list-policy-versions", ("--policy-arn", principal.Arn ?? principal.Name)),
            _ => null,
        };
    }

    /// <summary>
    /// The one command that would contain the actor; null for root, services, our own roles and actors whose name the event does not tell.
    /// </summary>
    public static ShellCommand? ContainActor(CloudTrailEvent e)
    {
        if (Detections.OwnStack.StackNames.IsFunctionRole(e.Actor)) return null; // a role of ours, which nothing contains
        if (e.EventSource == ResponderOptions.ByHandSource) return null; // the person who contained is not the suspect
        if (!AwsArn.TryParse(e.Actor.IssuerArn, out var arn) || arn.Service != "iam") return null;
        if (arn.Resource.StartsWith("user/", StringComparison.Ordinal))
            return ByHand(e, new Principal(PrincipalKind.User, arn.AccountId, arn.Name, e.Actor.IssuerArn));
        // AWS refuses a boundary on roles that it manages itself.
        if (!arn.Resource.StartsWith("role/", StringComparison.Ordinal) || arn.Resource.StartsWith("role/aws-", StringComparison.Ordinal))
            return null;
        return ByHand(e, new Principal(PrincipalKind.Role, arn.AccountId, arn.Name, e.Actor.IssuerArn));
    }

    public static string DenyAllArn(CloudTrailEvent e) => $"arn:{e.Partition}:iam::aws:policy/AWSDenyAll";
}
