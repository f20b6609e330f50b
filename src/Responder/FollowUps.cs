using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Records;

namespace Responder;

/// <summary>What a look at IAM after the containment showed.</summary>
/// <param name="IsNews">True when the page that left meanwhile is not true any more, so that another one is due.</param>
internal sealed record FollowUp(ContainmentResult Contained, Claim Claim, bool IsNews);

/// <summary>
/// What happens beside the page, which does not wait for it: what was done is read back, and whom IAM did not know is looked for again.
/// </summary>
internal sealed class FollowUps(
    IContainment containment, Containing containing, Deadlines deadlines, Pauses pauses)
{
    /// <summary>
    /// At most so many pages of one delivery: whoever takes a containment off faster than we put it on has won this round.
    /// </summary>
    private const int MostRounds = 3;

    /// <summary>IAM lags 3 to 4 s behind its own answers: a user who was just made or renamed is known after 5 s at most.</summary>
    private static readonly TimeSpan[] s_lookAgainAfter = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)];

    /// <param name="round">How many pages this delivery has sent before.</param>
    /// <param name="lookAndDecide">Looks everything up once more, and decides.</param>
    /// <param name="releasedSince">When the ledger that the decision read as open was released meanwhile; null: it was not, or that is
    /// not known.</param>
    public async Task<FollowUp> OfAsync(
        FollowUp known, int round, Func<Task<(Decision Decision, IncidentNames Names)>> lookAndDecide,
        Func<string?, Task<DateTimeOffset?>> releasedSince, CancellationToken cancellationToken)
    {
        if (known.Contained.Decision.IsTargetUnknown)
        {
            return round == 0
                ? await LookAgainAsync(known, lookAndDecide, cancellationToken).ConfigureAwait(false)
                : known with { IsNews = false };
        }

        using var toReadBack = deadlines.ToReadBack(cancellationToken);
        var contained = await containment.ReadBackAsync(known.Contained, toReadBack.Token).ConfigureAwait(false);
        // A release that ended while the boundary was put back: nobody may be told that there was none.
        if (contained.Decision is { Strongest.PutsBack: not null, Facts.Ledger.Value.Released: false } decision
            && await releasedSince(decision.KnownTarget?.Id).ConfigureAwait(false) is { } at)
            contained = contained with { ReleasedMeanwhile = at };
        return known with { Contained = contained, IsNews = contained.HasNews(known.Contained) && round + 1 < MostRounds };
    }

    private async Task<FollowUp> LookAgainAsync(
        FollowUp known, Func<Task<(Decision Decision, IncidentNames Names)>> lookAndDecide, CancellationToken cancellationToken)
    {
        if (known.Contained.Decision.IsPastYoung) return known with { IsNews = false };
        try
        {
            foreach (var pause in s_lookAgainAfter)
            {
                await pauses.ForAsync(pause, cancellationToken).ConfigureAwait(false);
                // From the beginning: ledger, place and guardrails are those of the one who shows.
                var (found, names) = await lookAndDecide().ConfigureAwait(false);
                if (found is not { Action: DecisionAction.Contain, IsTargetUnknown: false }) continue;
                var (contained, claim) = await containing.OfAsync(found, names, cancellationToken).ConfigureAwait(false);
                return new FollowUp(contained with { WasFoundLate = true }, claim, IsNews: true);
            }
        }
        catch (OperationCanceledException)
        {
            // The time that belongs to the next page is up: the delivery fails and is tried again.
        }

        return known with { IsNews = false };
    }
}
