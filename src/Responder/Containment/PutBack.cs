using Responder.Detections.OwnStack;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>Whether a call took off what a containment put on, as the target's ledger tells, and what puts it back. Pure.</summary>
public static class PutBack
{
    /// <summary>True: the quarantine stands in the ledger, nobody has released it, and the call took a part of it away.</summary>
    public static bool IsDue(LedgerState? ledger, MarkChange change) => ledger is { Released: false, Prior: { } prior } && change.Mark switch
    {
        Mark.Boundary => prior.SetsBoundary,
        Mark.SessionDenial => prior.Sessions is { } denial && string.Equals(denial.PolicyName, change.Subject, StringComparison.OrdinalIgnoreCase)
            && change.Document != SessionRevocation.Document(denial), // our own call says the same again
        Mark.DetachedPolicy => prior.Detached.Contains(change.Subject!, StringComparer.Ordinal),
        Mark.AccessKey => prior.Actions.Contains(ContainmentAction.DeactivateKeys) && prior.Keys.Any(key => key.Id == change.Subject),
        _ => false,
    };

    /// <summary>What was done to the target, without what is done by hand only.</summary>
    public static IReadOnlyList<ContainmentAction> ActionsOf(PriorState prior) => [.. prior.Actions.Where(static a => !a.IsByHandOnly)];
}
