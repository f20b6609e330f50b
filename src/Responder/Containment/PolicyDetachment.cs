using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// A managed policy detached from a user, role or group. Idempotent: a policy that is no longer attached (NoSuchEntity, also after a retry
/// whose first attempt worked) is skipped, not failed.
/// </summary>
public sealed class PolicyDetachment(IAmazonIdentityManagementService iam)
{
    public static string DoAction(PrincipalKind kind) => $"Detach{kind}Policy";

    public static string UndoAction(PrincipalKind kind) => $"Attach{kind}Policy";

    public Task<ContainmentStep> DoAsync(Principal target, string policyArn, CancellationToken cancellationToken) => target.Kind switch
    {
        PrincipalKind.Role => IamStep.RunAsync(DoAction(target.Kind), target.Name, policyArn, () => iam.DetachRolePolicyAsync(
            new DetachRolePolicyRequest { RoleName = target.Name, PolicyArn = policyArn }, cancellationToken)),
        PrincipalKind.Group => IamStep.RunAsync(DoAction(target.Kind), target.Name, policyArn, () => iam.DetachGroupPolicyAsync(
            new DetachGroupPolicyRequest { GroupName = target.Name, PolicyArn = policyArn }, cancellationToken)),
        _ => IamStep.RunAsync(DoAction(target.Kind), target.Name, policyArn, () => iam.DetachUserPolicyAsync(
            new DetachUserPolicyRequest { UserName = target.Name, PolicyArn = policyArn }, cancellationToken)),
    };

    /// <summary>Attaches the policy again.</summary>
    public Task<ContainmentStep> UndoAsync(Principal target, string policyArn, CancellationToken cancellationToken) => target.Kind switch
    {
        PrincipalKind.Role => IamStep.RunAsync(UndoAction(target.Kind), target.Name, policyArn, () => iam.AttachRolePolicyAsync(
            new AttachRolePolicyRequest { RoleName = target.Name, PolicyArn = policyArn }, cancellationToken)),
        PrincipalKind.Group => IamStep.RunAsync(UndoAction(target.Kind), target.Name, policyArn, () => iam.AttachGroupPolicyAsync(
            new AttachGroupPolicyRequest { GroupName = target.Name, PolicyArn = policyArn }, cancellationToken)),
        _ => IamStep.RunAsync(UndoAction(target.Kind), target.Name, policyArn, () => iam.AttachUserPolicyAsync(
            new AttachUserPolicyRequest { UserName = target.Name, PolicyArn = policyArn }, cancellationToken)),
    };
}
