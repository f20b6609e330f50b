using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// The default version of a customer policy set to one that grants less, and back. Idempotent: setting the default twice is the same. No
/// version is deleted.
/// </summary>
public sealed class PolicyVersionRollback(IAmazonIdentityManagementService iam)
{
    public const string Action = "SetDefaultPolicyVersion";

    public Task<ContainmentStep> DoAsync(Principal policy, string versionId, CancellationToken cancellationToken) => IamStep.RunAsync(
        Action, policy.Name, versionId, () => iam.SetDefaultPolicyVersionAsync(
            new SetDefaultPolicyVersionRequest { PolicyArn = policy.Arn, VersionId = versionId }, cancellationToken));

    /// <summary>Sets the version from before again.</summary>
    public Task<ContainmentStep> UndoAsync(Principal policy, string versionId, CancellationToken cancellationToken) => DoAsync(policy, versionId, cancellationToken);
}
