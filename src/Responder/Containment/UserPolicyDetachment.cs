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

    public Task<ContainmentStep> DoAsync(Principal user, string policyArn, CancellationToken cancellationToken) =>
        IamStep.RunAsync(DoAction, user.Name, policyArn, () => iam.DetachUserPolicyAsync(
            new DetachUserPolicyRequest { UserName = user.Name, PolicyArn = policyArn }, cancellationToken));

    /// <summary>Attaches the policy again.</summary>
    public Task<ContainmentStep> UndoAsync(Principal user, string policyArn, CancellationToken cancellationToken) =>
        IamStep.RunAsync(UndoAction, user.Name, policyArn, () => iam.AttachUserPolicyAsync(
            new AttachUserPolicyRequest { UserName = user.Name, PolicyArn = policyArn }, cancellationToken));
}
