using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// One thing that containment can do to one kind of target. A release can undo it unless <see cref="Undo"/> says otherwise. Everything
/// about it is in its own file below <c>Actions/</c>. Each action is promoted on its own: DETECTION_STAGES names (detection, action), as
/// in <c>iam.admin-policy-attached:quarantine-role=Contain</c>.
/// </summary>
/// <param name="name">Kebab case, never reused.</param>
/// <param name="target">The only kind of target it works on.</param>
/// <param name="does">What it does, for help and docs/containment.md.</param>
/// <param name="undo">What a release does about it.</param>
/// <param name="measures">The measures that it consists of, in the order of their calls; at least one.</param>
public sealed class ContainmentAction(
    string name, PrincipalKind target, string does, string undo, params IReadOnlyList<Measure> measures) : IActionRules
{
    public ActionId Id { get; } = new(name);

    public PrincipalKind Target { get; } = target;

    public string Does { get; } = does;

    public string Undo { get; } = undo;

    public IReadOnlyList<Measure> Measures { get; } = measures;

    public Stage DefaultStage { get; init; } = Stage.Alert;

    public bool IsByHandOnly { get; init; }

    /// <summary>True when `responder contain` takes it if no action is named.</summary>
    public bool IsDefaultByHand { get; init; }

    /// <summary>
    /// True when its effect cannot be told afterwards from somebody else's change, so that the state before is written down first:
    /// otherwise a process that dies in between would leave a release that restores nothing. Our boundary shows on its target, so it need
    /// not wait.
    /// </summary>
    public bool WaitsForLedger { get; init; }

    /// <summary>
    /// True for the one action that is meant by a ledger that names none: such a ledger is from before there were several.
    /// </summary>
    public bool IsOfOldLedgers { get; init; }

    /// <summary>The action's own option of `responder contain`, for what cannot be undone; null when --action names it.</summary>
    public OwnOption? Option { get; init; }

    /// <summary>The template's parameter that gives the function its permissions; null: no parameter does.</summary>
    public string? Parameter { get; init; }

    /// <summary>True for a grant that the action cannot answer.</summary>
    public Func<AdministratorGrant, bool> CannotAnswer { get; init; } = static _ => false;

    /// <summary>The IAM actions needed to read what it changes; those for the target itself come first.</summary>
    public IReadOnlyList<string> Reads =>
        Iam([.. IamTargets.CallsFor(Target), .. Measures.SelectMany(m => m.Reads(Target))]);

    /// <summary>The IAM actions needed to take it.</summary>
    public IReadOnlyList<string> Permissions => Iam(Measures.SelectMany(m => m.Does(Target)));

    /// <summary>The IAM actions needed to undo it, besides the reads.</summary>
    public IReadOnlyList<string> UndoPermissions => Iam(Measures.SelectMany(m => m.Undoes(Target)));

    public bool AppliesTo(Principal? principal, AdministratorGrant? grant) =>
        principal?.Kind == Target && (grant is null || !CannotAnswer(grant));

    public override string ToString() => Id.Name;

    private static string[] Iam(IEnumerable<string> calls) => [.. calls.Select(static call => "iam:" + call).Distinct()];
}

/// <param name="Name">The option with its dashes, <c>--remove-console-password</c>.</param>
/// <param name="Description">For --help.</param>
public sealed record OwnOption(string Name, string Description);
