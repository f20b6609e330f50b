using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// The console password of a user deleted: only when a person asks, because IAM keeps no copy. Idempotent: a password that is gone already
/// (NoSuchEntity) is skipped. A console session that is open goes on; the quarantine stops what it may do.
/// </summary>
public sealed class ConsolePasswordRemoval(IAmazonIdentityManagementService iam)
{
    public const string Action = "DeleteLoginProfile";

    /// <summary>There is no undo; what a release says instead.</summary>
    public const string CannotUndo = "the console password cannot be restored: create a new one (aws iam create-login-profile)";

    public Task<ContainmentStep> DoAsync(Principal user, CancellationToken cancellationToken) => IamStep.RunAsync(
        Action, user.Name, null, () => iam.DeleteLoginProfileAsync(new DeleteLoginProfileRequest { UserName = user.Name }, cancellationToken));
}
