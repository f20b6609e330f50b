using Responder.Vocabulary;

namespace Responder.Containment.Actions;

/// <summary>The only action that is automatic by default.</summary>
internal static class QuarantineUser
{
    public static ContainmentAction Action { get; } = new(
        "quarantine-user", PrincipalKind.User,
        "sets the permissions boundary AWSDenyAll and detaches the administrator policies",
        "puts the boundary from before back and attaches the policies again",
        PermissionsBoundary.Shared, PolicyDetachment.Shared)
    { DefaultStage = Stage.Contain, IsDefaultByHand = true, IsOfOldLedgers = true };
}
