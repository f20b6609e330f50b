using Responder.Detections;
using Responder.Detections.OwnStack;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// A call that undoes a containment if there is one. The event does not tell: a boundary goes without a word on what it was. The ledger of
/// the target does, so this is a question to it.
/// </summary>
/// <param name="Measure">What the call would undo.</param>
/// <param name="Subject">The policy, inline policy or access key; null for a boundary.</param>
/// <param name="What">What was done, for a title.</param>
public sealed record TakenOff(Measure Measure, Principal Target, string? Subject, string What)
{
    private static readonly DetectionInfo s_info = new QuarantineUndone().Info;

    /// <summary>New text of what was rewritten; null when it was deleted, or has no text.</summary>
    public string? Document { get; init; }

    /// <summary>The finding, once the ledger has said that it was ours.</summary>
    /// <param name="putsBack">What containment had done to the target.</param>
    public Finding Undone(IReadOnlyList<ActionId> putsBack) => new(s_info, Severity.Critical, $"Quarantine of {Target} undone: {What}")
    {
        Target = Target,
        Resource = Subject,
        Reasons = ["The ledger of the quarantine is open: nobody has released it"],
        PutsBack = putsBack,
    };
}
