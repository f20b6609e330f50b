namespace Responder.Containment.Actions;

/// <summary>
/// Every containment action, in a plain list that doubles as the table of contents. Help, documents and plans use its order.
/// </summary>
public static class ContainmentActions
{
    public static IReadOnlyList<ContainmentAction> All { get; } =
    [
        QuarantineUser.Action,
        DeactivateKeys.Action,
        RemoveConsolePassword.Action,
        QuarantineRole.Action,
        RevokeSessions.Action,
        DetachFromGroup.Action,
        RestorePolicyVersion.Action,
    ];
}
