using Responder.Containment;
using Responder.Decisions;
using Responder.Events;
using Responder.Facts;
using Responder.Settings;

namespace Responder;

/// <summary>
/// Decides what it means that somebody changed a containment of ours: a boundary, a detachment, a key or a denial of sessions. The ledger
/// of the target gives the answer.
/// </summary>
internal sealed class PutBacks(ResponderOptions options, ActionCatalog actions)
{
    /// <summary>
    /// The change that the call made to what a containment may have put on; null when there is none, or when a person asks.
    /// </summary>
    public TakenOff? ChangeIn(CloudTrailEvent e) => options.ByHand ? null : actions.TakenOffBy(e);

    /// <summary>Adds the finding that a quarantine was undone, when the ledger says so, or the reason why this is not known.</summary>
    public KnownFacts Judge(CloudTrailEvent e, TakenOff change, KnownFacts known)
    {
        if (known.Ledger.Failure is { } unread)
            known = known with
            {
                UnknownTargets =
                    [.. known.UnknownTargets, $"whether this undid a quarantine of {change.Target} is not known: {unread}"],
            };
        return known.Ledger.Value is { } ledger && ActionCatalog.IsPutBackDue(ledger, change) && !Decider.IsOurRelease(e, known)
            ? known with { Findings = [change.Undone(actions.Repeatable(ledger.Prior.Actions)), .. known.Findings] }
            : known;
    }
}
