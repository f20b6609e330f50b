using Responder.Vocabulary;

namespace Responder.Containment.Actions;

internal static class QuarantineRole
{
    public static ContainmentAction Action { get; } = new(
        "quarantine-role", PrincipalKind.Role,
        "sets the permissions boundary AWSDenyAll, which also stops every running session, and detaches the administrator policies",
        "puts the boundary from before back and attaches the policies again",
        PermissionsBoundary.Shared, PolicyDetachment.Shared)
    { IsDefaultByHand = true, Parameter = "ContainRoles" };
}
