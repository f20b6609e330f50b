using Responder.Vocabulary;

namespace Responder.Containment.Actions;

/// <summary>A group has no boundary, so policies are only detached from it; its inline policies are not deleted.</summary>
internal static class DetachFromGroup
{
    public static ContainmentAction Action { get; } = new(
        "detach-from-group", PrincipalKind.Group,
        "detaches the administrator policies from the group",
        "attaches them again",
        PolicyDetachment.Shared)
    {
        IsDefaultByHand = true,
        WaitsForLedger = true,
        Parameter = "ContainGroups",
        CannotAnswer = static grant => grant.InlinePolicyName is not null,
    };
}
