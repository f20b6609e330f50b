using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// The AWSDenyAll permissions boundary on a user or role. One slot per principal, which an attacker cannot fill; an explicit deny in it beats
/// every allow, session and resource policy. Idempotent: setting it twice is the same. Setting replaces, so the one before must be known to undo.
/// </summary>
public sealed class PermissionsBoundary(IAmazonIdentityManagementService iam)
{
    public static string DoAction(PrincipalKind kind) => kind == PrincipalKind.Role ? "PutRolePermissionsBoundary" : "PutUserPermissionsBoundary";

    /// <summary>Removes ours; a boundary from before is put back with <see cref="DoAction"/>.</summary>
    public static string UndoAction(PrincipalKind kind) => kind == PrincipalKind.Role ? "DeleteRolePermissionsBoundary" : "DeleteUserPermissionsBoundary";

    public Task<ContainmentStep> DoAsync(Principal target, string boundaryArn, CancellationToken cancellationToken) => target.Kind == PrincipalKind.Role
        ? IamStep.RunAsync(DoAction(target.Kind), target.Name, boundaryArn, () => iam.PutRolePermissionsBoundaryAsync(
            new PutRolePermissionsBoundaryRequest { RoleName = target.Name, PermissionsBoundary = boundaryArn }, cancellationToken))
        : IamStep.RunAsync(DoAction(target.Kind), target.Name, boundaryArn, () => iam.PutUserPermissionsBoundaryAsync(
            new PutUserPermissionsBoundaryRequest { UserName = target.Name, PermissionsBoundary = boundaryArn }, cancellationToken));

    /// <summary>Puts the prior boundary back, or removes ours when there was none (an empty ARN).</summary>
    public Task<ContainmentStep> UndoAsync(Principal target, string priorBoundaryArn, CancellationToken cancellationToken) => (priorBoundaryArn.Length, target.Kind) switch
    {
        (> 0, _) => DoAsync(target, priorBoundaryArn, cancellationToken),
        (_, PrincipalKind.Role) => IamStep.RunAsync(UndoAction(target.Kind), target.Name, null, () => iam.DeleteRolePermissionsBoundaryAsync(
            new DeleteRolePermissionsBoundaryRequest { RoleName = target.Name }, cancellationToken)),
        _ => IamStep.RunAsync(UndoAction(target.Kind), target.Name, null, () => iam.DeleteUserPermissionsBoundaryAsync(
            new DeleteUserPermissionsBoundaryRequest { UserName = target.Name }, cancellationToken)),
    };
}
