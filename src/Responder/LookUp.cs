using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// The third step: reads what is needed for the decision, in one round trip. An answer may name the principal; only then does what must be
/// known before containing it take one more.
/// </summary>
internal sealed class LookUp(IFacts facts, Decider decider, Storms storms, PutBacks putBacks, ResponderOptions options, TimeProvider time)
{
    /// <summary>The most names of one id that are followed.</summary>
    private const int MostNames = 5;

    /// <summary>What is known about the event, and the names under which its traces are kept; without names when nothing is kept.</summary>
    public async Task<(KnownFacts, IncidentNames)> OfAsync(
        CloudTrailEvent e, IReadOnlyList<Finding> found, Invocation invocation, CancellationToken cancellationToken)
    {
        var (known, names) = await ReadAsync(e, found, invocation, cancellationToken).ConfigureAwait(false);
        return storms.Settled(e, known, names);
    }

    private async Task<(KnownFacts, IncidentNames)> ReadAsync(
        CloudTrailEvent e, IReadOnlyList<Finding> found, Invocation invocation, CancellationToken cancellationToken)
    {
        var findings = Askable(e, found, invocation);
        var nothing = KnownFacts.None(findings, time.GetUtcNow());
        var first = decider.Decide(e, nothing, invocation.OwnAccountId);
        var candidate = decider.CandidateOf(e, findings, nothing, invocation.OwnAccountId);
        var change = candidate is null ? putBacks.ChangeIn(e) : null;
        if ((first.Strongest ?? change?.Undone([])) is not { } strongest || !IsWorthReading(first, candidate, change))
            return (nothing, IncidentNames.None);

        var names = storms.NamesOf(e, strongest, findings, candidate, nothing.Now);
        if (change is not null) names = names with
        {
            Record = storms.OwnRecordOf(e, nothing.Now), // another delivery may have found that this undid a quarantine
            Ledger = storms.LedgerOf(change.Target),
            MustReadLedger = true,
        };
        // Whom the event is about is not known yet; another delivery may have known, and IAM may not show him any more.
        else if (candidate is null && findings.Any(static f => f.Question is not null))
            names = names with { Record = storms.OwnRecordOf(e, nothing.Now) };
        var known = await facts.LookUpAsync(e, findings, candidate, names, cancellationToken).ConfigureAwait(false);
        if (candidate is not null && known.Release == ReleaseMatch.None && known.Renamed is { } note && IsMeant(note, e, known))
        {
            if (await OfRenamedAsync(e, known, names, candidate, note, cancellationToken).ConfigureAwait(false) is { } renamed)
                return renamed;
            // Whoever bears the name now is known to be another one.
            known = known with { Target = Read<PrincipalState>.Of(PrincipalState.Missing) };
        }

        if (known.Release == ReleaseMatch.RestoresByHand) known = ByHand(e, known);
        if (change is not null)
        {
            var state = known.Ledger.Value is { Released: false } open && PutBacks.IsBefore(e, open)
                ? await facts.ReadTargetAsync(e, new ContainmentTarget(change.Target, open.Prior.Actions), cancellationToken)
                    .ConfigureAwait(false)
                : default;
            known = putBacks.Judge(e, change, known, state.Value);
        }

        return candidate is null
            ? await OfAnsweredAsync(e, known, names, nothing, invocation, cancellationToken).ConfigureAwait(false)
            : (await WithHoldersAsync(e, candidate, known, cancellationToken).ConfigureAwait(false), names);
    }

    /// <summary>
    /// Whoever contains by hand writes what a release restores, so every right that comes back so is told, with both sessions.
    /// </summary>
    private static KnownFacts ByHand(CloudTrailEvent e, KnownFacts known) => known with
    {
        Findings =
        [
            .. known.Findings.Select(f => f with
            {
                Severity = Severity.High,
                Reasons =
                [
                    .. f.Reasons,
                    $"A release by {PlainText.OneLine(e.Actor.Arn, 300)} gave it back from a ledger that "
                        + $"{PlainText.OneLine(known.ContainedByHand, 300)} wrote",
                ],
            }),
        ],
    };

    /// <summary>Looks up once more when the answers show somebody who is to be contained.</summary>
    private async Task<(KnownFacts, IncidentNames)> OfAnsweredAsync(
        CloudTrailEvent e, KnownFacts known, IncidentNames names, KnownFacts nothing, Invocation invocation,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> answered = [.. known.Findings.Select(static f => f with { Question = null, WhenAnswered = null })];
        if (decider.CandidateOf(e, answered, nothing, invocation.OwnAccountId) is not { } named) return (known, names);
        names = storms.NamesOf(e, answered[0], answered, named, nothing.Now);
        known = PutBacks.OfThisOne(await facts.LookUpAsync(e, answered, named, names, cancellationToken).ConfigureAwait(false));
        return (await WithHoldersAsync(e, named, known, cancellationToken).ConfigureAwait(false), names);
    }

    /// <summary>
    /// True when the event names somebody who was renamed since: IAM does not know the name any more, or somebody else bears it.
    /// </summary>
    private static bool IsMeant(RenameNote note, CloudTrailEvent e, KnownFacts known) => known.Now - note.At < RenameNote.Kept
        && IsBefore(e, note)
        && (known.Target.Value is { Exists: false }
            // Of a note without an id nobody could read who was renamed; whoever bears the name now came after him.
            || (known.Target.Value is { Id: { } id } && id != note.To.Id));

    /// <summary>A call after the rename means somebody else.</summary>
    private static bool IsBefore(CloudTrailEvent e, RenameNote note) => e.EventTime is null || e.EventTime <= note.At;

    /// <summary>
    /// Looks up once more under the new name, and under those that came after it; null when nobody has the id under any of them.
    /// </summary>
    private async Task<(KnownFacts, IncidentNames)?> OfRenamedAsync(
        CloudTrailEvent e, KnownFacts known, IncidentNames names, ContainmentTarget target, RenameNote note,
        CancellationToken cancellationToken)
    {
        for (var followed = 0; followed < MostNames; followed++)
        {
            var to = note.To;
            IReadOnlyList<Finding> renamed =
            [
                .. known.Findings.Select(f => f.Target == target.Principal
                    ? f with { Target = to, Title = $"{f.Title}, now {to.Name}", Question = null, WhenAnswered = null }
                    : f with { Question = null, WhenAnswered = null }),
            ];
            if (renamed is not [var strongest, ..]) return null;
            // What the event shares with its like does not depend on how often somebody was renamed since.
            var kept = storms.NamesOf(e, strongest, renamed, target with { Principal = to }, known.Now) with
            {
                SharedRecord = names.SharedRecord,
            };
            var found = await facts.LookUpAsync(e, renamed, target with { Principal = to }, kept, cancellationToken).ConfigureAwait(false);
            if (found.Target.Value is { Exists: true } state && (to.Id is null ? state.HoldsGrant == true : state.Id == to.Id))
            {
                found = found with { IsFoundByRename = true };
                return (await WithHoldersAsync(e, target, found, cancellationToken).ConfigureAwait(false), kept);
            }

            // An older note is about somebody who had the name before.
            if (found.Renamed is not { } next || next.At < note.At) return null;
            note = next;
        }

        return null;
    }

    /// <summary>
    /// Where IAM shows neither the target nor his grant, or names were given away since, asks who has the policy now: it may be the same
    /// user under another name, and whoever bears the name may be another.
    /// </summary>
    private async Task<KnownFacts> WithHoldersAsync(
        CloudTrailEvent e, ContainmentTarget target, KnownFacts known, CancellationToken cancellationToken) =>
        (target.Grant ?? (known.Findings is [{ Grant: { } given }, ..] ? given : null))?.PolicyArn is { } policy
        && (known.IsFoundByRename || known.Findings is [{ Rename.LedgerFollows: false, Grant: not null }, ..]
            || known.Target.Value is ({ Exists: false } or { HoldsGrant: false } or { Id: null }))
            ? known with { Holders = await facts.HoldersOfAsync(e, policy, cancellationToken).ConfigureAwait(false) }
            : known;

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
