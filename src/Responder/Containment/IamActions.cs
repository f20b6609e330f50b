using Amazon.IdentityManagement;

namespace Responder.Containment;

/// <summary>Every action on IAM, do and undo, in one account.</summary>
internal sealed class IamActions(IAmazonIdentityManagementService iam)
{
    public PermissionsBoundary Boundary { get; } = new(iam);

    public PolicyDetachment Detachment { get; } = new(iam);

    public AccessKeyDeactivation Key { get; } = new(iam);

    public ConsolePasswordRemoval Password { get; } = new(iam);

    public SessionRevocation Sessions { get; } = new(iam);

    public PolicyVersionRollback Version { get; } = new(iam);
}
