using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// One thing that containment can do to one kind of target, and a release can undo: everything about it stands in its own file below
/// <c>Actions/</c>. Each is promoted by itself: DETECTION_STAGES names (detection, action), as in
/// <c>iam.admin-policy-attached:quarantine-role=Contain</c>.
/// </summary>
/// <param name="name">Kebab case, never reused.</param>
/// <param name="target">The only kind of target it works on.</param>
/// <param name="does">What it does, for help and docs/containment.md.</param>
/// <param name="undo">What a release does about it.</param>
/// <param name="measures">What it changes, in the order of its calls; at least one.</param>
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

    /// <summary>What `responder contain` does when no action is named.</summary>
    public bool IsDefaultByHand { get; init; }

    /// <summary>
    /// What it does cannot be told afterwards from what somebody else did, so the state before is written down first: a process that dies
    /// in between would leave a release that restores nothing. A boundary of ours marks its target, and need not wait.
    /// </summary>
    public bool WaitsForLedger { get; init; }

    /// <summary>What a ledger tells of that names no action: it is from before there were several. One action is.</summary>
    public bool IsOfOldLedgers { get; init; }

    /// <summary>
    /// The option of `responder contain` that asks for it, beside the quarantine; null: --action names it. For what cannot be undone.
    /// </summary>
    public OwnOption? Option { get; init; }

    /// <summary>The template's parameter that gives the function its permissions; null: no parameter does.</summary>
    public string? Parameter { get; init; }

    /// <summary>What was given to the target and cannot be answered by it, if anything.</summary>
    public Func<AdministratorGrant, bool> CannotAnswer { get; init; } = static _ => false;

    /// <summary>IAM actions that reading what it changes takes, the target itself first.</summary>
    public IReadOnlyList<string> Reads =>
        Iam([.. IamTargets.CallsFor(Target), .. Measures.SelectMany(m => m.Reads(Target))]);

    /// <summary>IAM actions that doing it takes.</summary>
    public IReadOnlyList<string> Permissions => Iam(Measures.SelectMany(m => m.Does(Target)));

    /// <summary>IAM actions that undoing it takes, beside the reads.</summary>
    public IReadOnlyList<string> UndoPermissions => Iam(Measures.SelectMany(m => m.Undoes(Target)));

    public bool AppliesTo(Principal? principal, AdministratorGrant? grant) =>
        principal?.Kind == Target && (grant is null || !CannotAnswer(grant));

    public override string ToString() => Id.Name;

    private static string[] Iam(IEnumerable<string> calls) => [.. calls.Select(static call => "iam:" + call).Distinct()];
}

/// <param name="Name">With its dashes, <c>--remove-console-password</c>.</param>
/// <param name="Description">For --help.</param>
public sealed record OwnOption(string Name, string Description);
