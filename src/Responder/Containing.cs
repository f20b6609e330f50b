using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Records;
using Responder.Reporting;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// The fifth step and second round trip: claims record and ledger, takes a place of the budget, contains, and asks which roles a contained
/// user had assumed, all at the same time; only actions that leave no boundary wait for the claim.
/// </summary>
internal sealed class Containing(
    IFacts facts, IContainment containment, IIncidents incidents, IResponderLog log, ActionCatalog actions, Deadlines deadlines)
{
    /// <summary>
    /// Each is a parameter, and a store holds 10,000; nobody renames so many users in an hour by accident.
    /// </summary>
    private const int MostNotes = 50;

    public async Task<(ContainmentResult, Claim)> OfAsync(Decision decision, IncidentNames names, CancellationToken cancellationToken)
    {
        var prior = PriorOf(decision);
        if (prior is not null && !decision.IsTargetUnknown) log.PriorState(decision, prior);

        using var toStore = deadlines.ToStore(cancellationToken);
        var claiming = decision.IsKept ? incidents.ClaimAsync(decision, names, prior, toStore.Token) : Task.FromResult(Claim.Nothing);
        var containing = prior is null
            ? Task.FromResult(ContainmentResult.Nothing(decision))
            : containment.ContainAsync(decision, prior, WrittenAsync(claiming, prior), cancellationToken);
        var asking = prior is not null && !decision.IsTargetUnknown && decision.ContainedUser is { } user
            ? facts.RolesAssumedByAsync(decision.Event, user, cancellationToken)
            : null;
        var taking = decision is { Action: DecisionAction.Contain, IsTargetUnknown: false, Facts: { Place: { } place, Budget: { } budget } }
            && decision.Facts.Ledger.Value is not { Released: false }
            ? incidents.TakePlaceAsync(place, budget, decision.Facts.Now, toStore.Token)
            : Task.FromResult<string?>(null);
        // Whoever shows no grant may be a namesake; the one who was meant may bear another name.
        var wanting = prior is null || (!decision.IsTargetUnknown
            && decision.Facts is not { Target.Value.HoldsGrant: false, Ledger.Value: not { Released: false } })
            ? Task.FromResult<string?>(null)
            : IsBeyondNotes(decision, names)
                ? Task.FromResult<string?>($"{MostNotes} containments of this actor and hour wait for somebody whom IAM does not know, and "
                    + "no more are written down: look for his new name by hand")
                : incidents.Renames.WantAsync(decision, toStore.Token);
        await Task.WhenAll(claiming, containing, taking, wanting).ConfigureAwait(false);
        var (contained, claim) = (await containing.ConfigureAwait(false), await claiming.ConfigureAwait(false));
        if (prior is not null && actions.WithFound(prior, contained.Steps) is { } whole)
            (contained, claim) = await WithFoundAsync(contained, claim, decision, names, whole, toStore.Token).ConfigureAwait(false);
        if (await wanting.ConfigureAwait(false) is { } unwanted) claim = claim with { Failures = [.. claim.Failures, unwanted] };
        if (await taking.ConfigureAwait(false) is { } untaken)
            claim = claim with { Failures = [.. claim.Failures, "the place of the budget was not written down: " + untaken] };
        var roles = asking is null ? null : await asking.ConfigureAwait(false);
        return (contained with { Prior = claim.Prior ?? contained.Prior, RolesAssumed = roles }, claim);
    }

    /// <summary>
    /// IAM showed late what was taken off: a release has to give it back, so it is written down before the page. Only this takes one more
    /// round trip.
    /// </summary>
    private async Task<(ContainmentResult, Claim)> WithFoundAsync(
        ContainmentResult contained, Claim claim, Decision decision, IncidentNames names, PriorState whole,
        CancellationToken cancellationToken)
    {
        log.PriorState(decision, whole);
        var more = await incidents.ClaimAsync(decision, names, whole, cancellationToken).ConfigureAwait(false);
        return (contained with { Prior = whole }, claim with
        {
            Ledger = more.Ledger,
            Prior = more.Prior,
            Failures = [.. claim.Failures, .. more.Failures],
        });
    }

    /// <summary>True where one actor has made up more names in this hour than are kept.</summary>
    private static bool IsBeyondNotes(Decision decision, IncidentNames names) => decision.IsTargetUnknown && names.Limit is not null
        && decision.Facts.PageCounts?.Of(PageCounts.KeyOf(names.NobodyCause, decision.Severity)).Count >= MostNotes;

    /// <summary>Null: nobody is contained. Of whom IAM does not know, there is nothing to restore.</summary>
    private PriorState? PriorOf(Decision decision) => decision switch
    {
        { Action: not DecisionAction.Contain } => null,
        { IsTargetUnknown: true } => new PriorState([], []),
        _ => actions.PriorOf(decision),
    };

    private static async Task<PriorState?> WrittenAsync(Task<Claim> claiming, PriorState prior)
    {
        var claim = await claiming.ConfigureAwait(false);
        return claim.IsWritten ? claim.Prior ?? prior : null;
    }
}
