using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Reporting;
using Responder.Settings;

namespace Responder;

/// <summary>
/// The third step: reads what is needed for the decision, in one round trip. An answer may name the principal; only then does what must be
/// known before containing it take one more.
/// </summary>
internal sealed class LookUp(IFacts facts, Decider decider, Storms storms, PutBacks putBacks, ResponderOptions options, TimeProvider time)
{
    /// <summary>What is known about the event, and the names under which its traces are kept; without names when nothing is kept.</summary>
    public async Task<(KnownFacts, IncidentNames)> OfAsync(
        CloudTrailEvent e, IReadOnlyList<Finding> found, Invocation invocation, CancellationToken cancellationToken)
    {
        var findings = Askable(e, found, invocation);
        var nothing = KnownFacts.None(findings, time.GetUtcNow());
        var first = decider.Decide(e, nothing, invocation.OwnAccountId);
        var candidate = decider.CandidateOf(e, findings, nothing, invocation.OwnAccountId);
        var change = candidate is null ? putBacks.ChangeIn(e) : null;
        if ((first.Strongest ?? change?.Undone([])) is not { } strongest || !IsWorthReading(first, candidate, change))
            return (nothing, IncidentNames.None);

        var names = storms.NamesOf(e, strongest, candidate, nothing.Now);
        if (change is not null) names = names with { Ledger = storms.LedgerOf(change.Target), MustReadLedger = true };
        var known = await facts.LookUpAsync(e, findings, candidate, names, cancellationToken).ConfigureAwait(false);
        if (candidate is not null) return (known, names);
        if (change is not null) known = putBacks.Judge(e, change, known);
        return await OfAnsweredAsync(e, known, names, nothing, invocation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks up once more when the answers show somebody who is to be contained.</summary>
    private async Task<(KnownFacts, IncidentNames)> OfAnsweredAsync(
        CloudTrailEvent e, KnownFacts known, IncidentNames names, KnownFacts nothing, Invocation invocation,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> answered = [.. known.Findings.Select(static f => f with { Question = null, WhenAnswered = null })];
        if (decider.CandidateOf(e, answered, nothing, invocation.OwnAccountId) is not { } named) return (known, names);
        names = storms.NamesOf(e, answered[0], named, nothing.Now);
        return (await facts.LookUpAsync(e, answered, named, names, cancellationToken).ConfigureAwait(false), names);
    }

    private static bool IsWorthReading(Decision first, ContainmentTarget? candidate, TakenOff? change) =>
        first.IsKept || candidate is not null || change is not null || first.Facts.Findings.Any(static f => f.Question is not null);

    /// <summary>IAM is asked only about accounts that are ours: a group of the same name here is not the group there.</summary>
    private IReadOnlyList<Finding> Askable(CloudTrailEvent e, IReadOnlyList<Finding> findings, Invocation invocation)
    {
        if (invocation.OwnAccountId is not { } own || e.AccountId is not { } account || account == own
            || options.MemberAccountIds.Contains(account)) return findings;
        var unanswered = new Answer.Unanswered($"account {account} is not ours");
        return DetectionCatalog.Ordered(
            [.. findings.Select(f => f.Question is null ? f : f.WhenAnswered?.Invoke(unanswered)).OfType<Finding>()]);
    }
}
