using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Detections;

namespace Responder.Containment;

/// <summary>
/// The AWSDenyAll permissions boundary on a user. One slot per principal, which an attacker cannot fill; an explicit deny in it beats every
/// allow, session and resource policy. Idempotent: setting it twice is the same. Setting replaces, so the one before must be known to undo.
/// </summary>
public sealed class UserBoundary(IAmazonIdentityManagementService iam)
{
    public const string DoAction = "PutUserPermissionsBoundary";
    public const string UndoAction = "DeleteUserPermissionsBoundary";

    public Task<ContainmentStep> DoAsync(Principal user, string boundaryArn, CancellationToken cancellationToken) =>
        IamStep.RunAsync(DoAction, user.Name, boundaryArn, () => iam.PutUserPermissionsBoundaryAsync(
            new PutUserPermissionsBoundaryRequest { UserName = user.Name, PermissionsBoundary = boundaryArn }, cancellationToken));

    /// <summary>Puts the prior boundary back, or removes ours when there was none (an empty ARN).</summary>
    public Task<ContainmentStep> UndoAsync(Principal user, string priorBoundaryArn, CancellationToken cancellationToken) => priorBoundaryArn.Length > 0
        ? DoAsync(user, priorBoundaryArn, cancellationToken)
        : IamStep.RunAsync(UndoAction, user.Name, null, () => iam.DeleteUserPermissionsBoundaryAsync(
            new DeleteUserPermissionsBoundaryRequest { UserName = user.Name }, cancellationToken));
}
