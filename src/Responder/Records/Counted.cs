using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;

namespace Responder.Records;

/// <summary>Under which cause an event counts, and what it adds there.</summary>
/// <param name="Key">Of <see cref="PageCounts"/>.</param>
internal sealed record Counted(string Key, Saying Saying)
{
    /// <summary>Null: nothing is counted, because pages are not limited, or because the event says nothing new.</summary>
    public static Counted? Of(ContainmentResult result, IncidentNames names)
    {
        var decision = result.Decision;
        if (names.Limit is null) return null;
        if (decision.IsTargetUnknown)
            return new Counted(PageCounts.KeyOf(names.NobodyCause, decision.Severity), HoldersOf(decision));
        if (decision.IsIncident)
            return IsFirst(decision) ? null : new Counted(PageCounts.KeyOf(names.PrincipalCause, decision.Severity), Bare(decision));
        var record = decision.Facts.SharedRecord.Value;
        var isNews = record is not { Complete: true }
            || (!record.EventIds.Contains(decision.Event.IncidentId, StringComparer.Ordinal) && record.Told.IsNew(SayingOf(decision)));
        return isNews ? new Counted(PageCounts.KeyOf(names.Cause, decision.Severity), Bare(decision)) : null;
    }

    /// <summary>What the event says in light of the answers.</summary>
    public static Saying SayingOf(Decision decision) => Saying.Of(decision.Event, decision.Findings);

    /// <summary>Who has the policy instead of somebody whom IAM does not know.</summary>
    public static Saying HoldersOf(Decision decision) => Saying.OfTexts(
        decision.Severity, (decision.Facts.Holders.Value ?? []).Select(static h => h.Principal.Id ?? h.Principal.ToString()));

    /// <summary>The first containment of somebody who was not contained: it always pages, and spends nothing.</summary>
    public static bool IsFirst(Decision decision) => decision is { Action: DecisionAction.Contain, Facts.Ledger: { Known: true } ledger }
        && ledger.Value is not { Released: false };

    /// <summary>A cause needs no sayings: what is new is told by the record that the findings share.</summary>
    private static Saying Bare(Decision decision) => SayingOf(decision) with { Hashes = [] };
}
