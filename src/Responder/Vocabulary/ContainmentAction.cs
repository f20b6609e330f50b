using Responder.Paging;

namespace Responder.Vocabulary;

/// <summary>
/// One thing that containment can do to one kind of target. Each is promoted by itself: DETECTION_STAGES names (detection, action), as in
/// <c>iam.admin-policy-attached:quarantine-role=Contain</c>.
/// </summary>
/// <param name="Name">Kebab case, never reused; stands in stages, ledgers and on the command line.</param>
/// <param name="Target">The only kind of target it works on.</param>
/// <param name="Does">What it does, for help and docs/containment.md.</param>
/// <param name="Undo">What a release does about it.</param>
public sealed record ContainmentAction(string Name, PrincipalKind Target, string Does, string Undo)
{
    public static ContainmentAction QuarantineUser { get; } = new(
        "quarantine-user", PrincipalKind.User,
        "sets the permissions boundary AWSDenyAll and detaches the administrator policies",
        "puts the boundary from before back and attaches the policies again")
    { DefaultStage = Stage.Contain, IsDefaultByHand = true };

    public static ContainmentAction DeactivateKeys { get; } = new(
        "deactivate-keys", PrincipalKind.User,
        "deactivates the access keys that are active; none is deleted",
        "activates those that were active before");

    public static ContainmentAction RemoveConsolePassword { get; } = new(
        "remove-console-password", PrincipalKind.User,
        "deletes the console password, by hand only",
        "cannot be undone: create a new password")
    { IsByHandOnly = true };

    public static ContainmentAction QuarantineRole { get; } = new(
        "quarantine-role", PrincipalKind.Role,
        "sets the permissions boundary AWSDenyAll, which also stops every running session, and detaches the administrator policies",
        "puts the boundary from before back and attaches the policies again")
    { IsDefaultByHand = true };

    public static ContainmentAction RevokeSessions { get; } = new(
        "revoke-sessions", PrincipalKind.Role,
        "denies everything to sessions issued before now by an inline policy on the role, narrowed to one session where the event names it",
        "deletes that inline policy");

    public static ContainmentAction DetachFromGroup { get; } = new(
        "detach-from-group", PrincipalKind.Group,
        "detaches the administrator policies from the group",
        "attaches them again")
    { IsDefaultByHand = true };

    public static ContainmentAction RestorePolicyVersion { get; } = new(
        "restore-policy-version", PrincipalKind.Policy,
        "makes the newest version of a customer policy that grants less the default version, by hand only",
        "makes the version from before the default again")
    { IsDefaultByHand = true, IsByHandOnly = true };

    public static IReadOnlyList<ContainmentAction> All { get; } =
        [QuarantineUser, DeactivateKeys, RemoveConsolePassword, QuarantineRole, RevokeSessions, DetachFromGroup, RestorePolicyVersion];

    /// <summary>How far the action goes under a detection of stage Contain unless DETECTION_STAGES names both.</summary>
    public Stage DefaultStage { get; private init; } = Stage.Alert;

    /// <summary>Never automatic: what cannot be undone, and what takes a person to know whom it concerns.</summary>
    public bool IsByHandOnly { get; private init; }

    /// <summary>What `responder contain` does when no action is named.</summary>
    public bool IsDefaultByHand { get; private init; }

    /// <summary>The action sets the boundary of its target.</summary>
    public bool SetsBoundary => this == QuarantineUser || this == QuarantineRole;

    /// <summary>
    /// What it does cannot be told afterwards from what somebody else did, so the state before is written down first: a process that dies in
    /// between would leave a release that restores nothing. A boundary of ours marks its target, and need not wait.
    /// </summary>
    public bool WaitsForLedger => this == DeactivateKeys || this == RevokeSessions || this == DetachFromGroup || this == RestorePolicyVersion;

    /// <summary>The action detaches administrator policies.</summary>
    public bool DetachesPolicies => SetsBoundary || this == DetachFromGroup;

    public static ContainmentAction? Find(string name) => All.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.Ordinal));

    /// <summary>Whether the action can answer what was given to the principal: a group is only detached from, its inline policies are not deleted.</summary>
    public bool AppliesTo(Principal? principal, AdministratorGrant? grant) => principal?.Kind == Target && (this != DetachFromGroup || grant is not { InlinePolicyName: not null });

    public override string ToString() => Name;

    public bool Equals(ContainmentAction? other) => other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);
}
