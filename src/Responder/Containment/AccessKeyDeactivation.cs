using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// An access key of a user set inactive, never deleted: its id stays for the investigation. Idempotent: setting a status twice is the same.
/// It does not end sessions that the key started (GetFederationToken: up to 36 h); the quarantine does.
/// </summary>
public sealed class AccessKeyDeactivation(IAmazonIdentityManagementService iam)
{
    public const string Action = "UpdateAccessKey";

    public Task<ContainmentStep> DoAsync(Principal user, string accessKeyId, CancellationToken cancellationToken) => SetAsync(user, accessKeyId, StatusType.Inactive, cancellationToken);

    /// <summary>Activates the key again.</summary>
    public Task<ContainmentStep> UndoAsync(Principal user, string accessKeyId, CancellationToken cancellationToken) => SetAsync(user, accessKeyId, StatusType.Active, cancellationToken);

    private Task<ContainmentStep> SetAsync(Principal user, string accessKeyId, StatusType status, CancellationToken cancellationToken) =>
        IamStep.RunAsync(Action, user.Name, accessKeyId, () => iam.UpdateAccessKeyAsync(
            new UpdateAccessKeyRequest { UserName = user.Name, AccessKeyId = accessKeyId, Status = status }, cancellationToken));
}
