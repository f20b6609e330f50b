using Responder.Detections;
using Responder.Events;

namespace Responder.Notifications;

/// <summary>The exact AWS CLI commands a page carries, quoted so that no name breaks out.</summary>
public static class Commands
{
    /// <summary>The quarantine of a principal by hand: the AWSDenyAll boundary, for a group the detachment of AdministratorAccess.</summary>
    public static string Contain(CloudTrailEvent e, Principal? principal)
    {
        if (principal is null) return "";
        var boundary = DenyAllArn(e);
        return principal.Kind switch
        {
            PrincipalKind.User => Shell.Command("aws", "iam", "put-user-permissions-boundary", "--user-name", principal.Name, "--permissions-boundary", boundary),
            PrincipalKind.Role => Shell.Command("aws", "iam", "put-role-permissions-boundary", "--role-name", principal.Name, "--permissions-boundary", boundary),
            PrincipalKind.Group => Shell.Command("aws", "iam", "detach-group-policy", "--group-name", principal.Name, "--policy-arn", $"arn:{e.Partition}:iam::aws:policy/AdministratorAccess"),
            _ => "",
        };
    }

    /// <summary>The one command that would contain the actor; null for root, services and actors whose name the event does not tell.</summary>
    public static string? ContainActor(CloudTrailEvent e)
    {
        if (!AwsArn.TryParse(e.Actor.IssuerArn, out var arn) || arn.Service != "iam") return null;
        if (arn.Resource.StartsWith("user/", StringComparison.Ordinal)) return Contain(e, new Principal(PrincipalKind.User, arn.AccountId, arn.Name));
        // AWS refuses a boundary on roles that it manages itself.
        if (!arn.Resource.StartsWith("role/", StringComparison.Ordinal) || arn.Resource.StartsWith("role/aws-", StringComparison.Ordinal)) return null;
        return Contain(e, new Principal(PrincipalKind.Role, arn.AccountId, arn.Name));
    }

    public static string DenyAllArn(CloudTrailEvent e) => $"arn:{e.Partition}:iam::aws:policy/AWSDenyAll";
}
