using Responder.Containment;
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
    /// <param name="state">The target as IAM shows it now, for a call from before the containment; null: not asked.</param>
    public KnownFacts Judge(CloudTrailEvent e, TakenOff change, KnownFacts known, PrincipalState? state)
    {
        if (known.Ledger.Failure is { } unread)
        {
            known = known with
            {
                UnknownTargets =
                    [.. known.UnknownTargets, $"whether this undid a quarantine of {change.Target} is not known: {unread}"],
            };
        }

        if (known.Release != ReleaseMatch.None) return Released(change, known);
        if (known.Ledger.Value is not { } ledger || !ActionCatalog.IsPutBackDue(ledger, change)
            || (state is not null && ActionCatalog.StillStands(change, state, ledger.Prior)))
            return known;
        var undone = change.Undone(actions.Repeatable(ledger.Prior.Actions));
        if (IsBefore(e, ledger))
        {
            undone = undone with
            {
                Reasons = [.. undone.Reasons, "This call was made before the containment: somebody else took it off later"],
            };
        }

        return known with { Findings = [undone, .. known.Findings] };
    }

    /// <summary>
    /// What a release took off is not put back. Where nothing that the responder wrote supports the release, people are told.
    /// </summary>
    private static KnownFacts Released(TakenOff change, KnownFacts known) => known.Release switch
    {
        ReleaseMatch.Unsupported or ReleaseMatch.Unproven => known with
        {
            Findings =
            [
                change.Undone([]) with
                {
                    PutsBack = null,
                    Reasons = ["A release lifted it, and no ledger that the responder wrote says that this restores the state before"],
                },
                .. known.Findings,
            ],
        },
        _ => known,
    };

    /// <summary>
    /// True when the call was made before the containment: it cannot have undone it. In the same second it may have.
    /// </summary>
    public static bool IsBefore(CloudTrailEvent e, LedgerState ledger) => ledger.ContainedAt is { } contained && e.IsBefore(contained);

    /// <summary>
    /// The facts without the finding that a quarantine was undone, where IAM shows that the ledger is of somebody else who had the name.
    /// </summary>
    public static KnownFacts OfThisOne(KnownFacts known) => known.Ledger is { Known: true, Value: null }
        ? known with { Findings = [.. known.Findings.Where(static f => f.PutsBack is null)] }
        : known;
}
