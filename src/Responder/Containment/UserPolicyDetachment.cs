using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Detections;

namespace Responder.Containment;

/// <summary>
/// A managed policy detached from a user. Idempotent: a policy that is no longer attached (NoSuchEntity, also after a retry whose first
/// attempt worked) is skipped, not failed.
/// </summary>
public sealed class UserPolicyDetachment(IAmazonIdentityManagementService iam)
{
    public const string DoAction = "DetachUserPolicy";
    public const string UndoAction = "AttachUserPolicy";

    public async Task<ContainmentStep> DoAsync(Principal user, string policyArn, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await iam.DetachUserPolicyAsync(
                new DetachUserPolicyRequest { UserName = user.Name, PolicyArn = policyArn }, cancellationToken).ConfigureAwait(false);
            return new ContainmentStep(DoAction, user.Name, StepResult.Succeeded, RequestId: answer.ResponseMetadata?.RequestId) { Subject = policyArn };
        }
        catch (NoSuchEntityException e)
        {
            return new ContainmentStep(DoAction, user.Name, StepResult.Skipped, e.Message, e.RequestId) { Subject = policyArn };
        }
        catch (UnmodifiableEntityException e)
        {
            return new ContainmentStep(DoAction, user.Name, StepResult.Skipped, e.Message, e.RequestId) { Subject = policyArn };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new ContainmentStep(DoAction, user.Name, StepResult.Failed, AwsFailure.Describe(DoAction, e)) { Subject = policyArn };
        }
    }

    /// <summary>Attaches the policy again.</summary>
    public async Task<ContainmentStep> UndoAsync(Principal user, string policyArn, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await iam.AttachUserPolicyAsync(
                new AttachUserPolicyRequest { UserName = user.Name, PolicyArn = policyArn }, cancellationToken).ConfigureAwait(false);
            return new ContainmentStep(UndoAction, user.Name, StepResult.Succeeded, RequestId: answer.ResponseMetadata?.RequestId) { Subject = policyArn };
        }
        catch (NoSuchEntityException e)
        {
            return new ContainmentStep(UndoAction, user.Name, StepResult.Skipped, e.Message, e.RequestId) { Subject = policyArn };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new ContainmentStep(UndoAction, user.Name, StepResult.Failed, AwsFailure.Describe(UndoAction, e)) { Subject = policyArn };
        }
    }
}
