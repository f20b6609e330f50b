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

    public async Task<ContainmentStep> DoAsync(Principal user, string boundaryArn, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await iam.PutUserPermissionsBoundaryAsync(
                new PutUserPermissionsBoundaryRequest { UserName = user.Name, PermissionsBoundary = boundaryArn }, cancellationToken).ConfigureAwait(false);
            return new ContainmentStep(DoAction, user.Name, StepResult.Succeeded, RequestId: answer.ResponseMetadata?.RequestId) { Subject = boundaryArn };
        }
        catch (NoSuchEntityException e)
        {
            return new ContainmentStep(DoAction, user.Name, StepResult.Skipped, e.Message, e.RequestId) { Subject = boundaryArn };
        }
        catch (UnmodifiableEntityException e)
        {
            return new ContainmentStep(DoAction, user.Name, StepResult.Skipped, e.Message, e.RequestId) { Subject = boundaryArn };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new ContainmentStep(DoAction, user.Name, StepResult.Failed, AwsFailure.Describe(DoAction, e)) { Subject = boundaryArn };
        }
    }

    /// <summary>Puts the prior boundary back, or removes ours when there was none.</summary>
    public async Task<ContainmentStep> UndoAsync(Principal user, string priorBoundaryArn, CancellationToken cancellationToken)
    {
        if (priorBoundaryArn.Length > 0) return await DoAsync(user, priorBoundaryArn, cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await iam.DeleteUserPermissionsBoundaryAsync(
                new DeleteUserPermissionsBoundaryRequest { UserName = user.Name }, cancellationToken).ConfigureAwait(false);
            return new ContainmentStep(UndoAction, user.Name, StepResult.Succeeded, RequestId: answer.ResponseMetadata?.RequestId);
        }
        catch (NoSuchEntityException e)
        {
            return new ContainmentStep(UndoAction, user.Name, StepResult.Skipped, e.Message, e.RequestId);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new ContainmentStep(UndoAction, user.Name, StepResult.Failed, AwsFailure.Describe(UndoAction, e));
        }
    }
}
