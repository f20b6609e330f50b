using Responder.Detections;
using Responder.Detections.OwnStack;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// A call that undoes a containment, if there is one. The event does not tell: one that removes a boundary does not say what the boundary
/// was. The ledger of the target does, so this is a question to the ledger.
/// </summary>
/// <param name="Measure">The measure that the call would undo.</param>
/// <param name="Subject">The policy, inline policy or access key; null for a boundary.</param>
/// <param name="What">What was done, for a title.</param>
public sealed record TakenOff(Measure Measure, Principal Target, string? Subject, string What)
{
    private static readonly DetectionInfo s_info = new QuarantineUndone().Info;

    /// <summary>The new text of a policy that was rewritten; null when it was deleted or has no text.</summary>
    public string? Document { get; init; }

    /// <summary>The finding, once the ledger has confirmed that what was removed was ours.</summary>
    /// <param name="putsBack">The actions that containment had taken on the target.</param>
    public Finding Undone(IReadOnlyList<ActionId> putsBack) => new(s_info, Severity.Critical, $"Quarantine of {Target} undone: {What}")
    {
        Target = Target,
        Resource = Subject,
        Reasons = ["The ledger of the quarantine is open: nobody has released it"],
        PutsBack = putsBack,
    };
}
