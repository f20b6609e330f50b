using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// What the reader of a page must know about how it came about: what was not read, was undone, or is left out from now on.
/// </summary>
internal sealed class PageWarnings(ResponderOptions options, Storms storms)
{
    private const int MostHolders = 8;

    public IReadOnlyList<string> Of(ContainmentResult contained, Claim claim, IncidentNames names) =>
    [
        .. Missing(contained), .. TakenBack(contained), .. Unread(contained.Decision), .. Unanswered(contained.Decision),
        .. Unknowing(contained),
        .. contained.Decision.Facts.Failures, .. claim.Failures,
        .. Flood(contained, names),
    ];

    /// <summary>What IAM does not show of the target or of his grant, and who has the policy instead.</summary>
    private static IEnumerable<string> Missing(ContainmentResult contained)
    {
        var decision = contained.Decision;
        if (decision.IsTargetUnknown)
            yield return MissingTarget.Sentence(decision) + (decision is { Action: DecisionAction.Contain, IsPastYoung: false }
                ? ". It is asked again now; if he shows, another page says so"
                : "");
        else if (contained.WasFoundLate)
            yield return $"IAM did not know {decision.Target} at first" + (contained.Contained ? "; he is contained now" : "");
        else if (WasShownLate(contained))
            yield return $"IAM did not show the grant on {decision.Target} when it was asked, and took it off all the same: its answers "
                + "lag by seconds";
        else if (decision.Facts.Target.Value is { HoldsGrant: false } && decision.Facts.Ledger.Value is not { Released: false }
            && (decision.Target ?? decision.Strongest?.Target) is { } named)
            yield return $"IAM does not show the grant on {named}: taken back, not yet shown, somebody else's"
                + (PermissionsBoundary.IsDenyAll(decision.Facts.Target.Value?.BoundaryArn)
                    ? ", or taken off by an earlier try, since AWSDenyAll is on him"
                    : "");
        if (decision is { Action: DecisionAction.Contain, Target.Kind: PrincipalKind.Group })
            yield return $"{decision.Target} has no boundary: policies that are written into the group stay, and so do its members";
        if (contained.IsUnproven)
            yield return $"IAM accepted the boundary for the name {decision.Target}, and whom that name means could not be read: "
                + "another page says so as soon as it was";
        if (contained.AnotherId is { } another)
        {
            yield return $"{decision.Target} is somebody else now ({another}): whom the call named was renamed or deleted while he was "
                + "contained; look for his id";
            if (decision.Target is { Kind: PrincipalKind.User or PrincipalKind.Role } other)
                yield return $"if AWSDenyAll is on {other} now, it is ours, and what boundary was there before was not read. To take it "
                    + "off: " + Shell.Command(
                        $"aws iam delete-{other.Kind.ToString().ToLowerInvariant()}-permissions-boundary",
                        (other.Kind == PrincipalKind.User ? "--user-name" : "--role-name", other.Name));
        }

        if (contained.ReleasedMeanwhile is { } releasedAt && decision.Target is { } freed)
            yield return $"a release of {freed} ended at {releasedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, while this was put back: the "
                + "boundary is on again. If the release was meant, release this incident, too";
        if (IsFoundByRename(decision) && decision.Facts.Holders.Value is not null)
            yield return "names were given away since the call, and events name no ids: look whether the one who is contained is the one "
                + "who was given the policy";
        if (WasShownLate(contained)) yield break;
        if (decision.Facts.Holders.Value is { } holders) yield return "the policy is now held by: " + Named(holders);
        else if (decision.Facts.Holders.Failure is { } unread) yield return $"who has the policy now could not be read: {unread}";
    }

    /// <summary>True when the policy of the grant was taken off although the read before did not show it.</summary>
    private static bool WasShownLate(ContainmentResult contained) =>
        contained.Decision is { Facts.Target.Value.HoldsGrant: false, Strongest.Grant.PolicyArn: { } policy }
        && contained.Steps.Any(s => s.Result == StepResult.Succeeded && s.Subject == policy);

    /// <summary>True when the target was found by a rename: another user may bear the new name by now.</summary>
    private static bool IsFoundByRename(Decision decision) => !decision.IsTargetUnknown
        && (decision.Facts.IsFoundByRename || decision.Strongest is { Rename.LedgerFollows: false, Grant: not null });

    private static string Named(IReadOnlyList<PolicyHolder> holders) => holders.Count == 0 ? "nobody"
        : string.Join(", ", holders.Take(MostHolders).Select(static h => $"{h.Principal}{(h.Principal.Id is { } id ? $" ({id})" : "")}"
            + (h.IsContained ? ", contained" : "")))
            + (holders.Count > MostHolders ? $" and {holders.Count - MostHolders} more" : "");

    private static IEnumerable<string> TakenBack(ContainmentResult contained)
    {
        if (contained.WasTakenBack)
            yield return "four seconds after it was done, IAM did not show a part of the containment, and it was done again: somebody may "
                + "be undoing it, or IAM's answers lag; look who made calls about the target since";
    }

    /// <summary>What the grade of this page leaves out; the delivery is tried again and pages only if that changes something.</summary>
    private static IEnumerable<string> Unanswered(Decision decision)
    {
        if (decision.Facts.UnreadAnswers.Count > 0)
            yield return $"graded without what could not be read: {string.Join("; ", decision.Facts.UnreadAnswers)}. It is tried again; "
                + "another page comes only if the grade changes";
    }

    /// <summary>Containing in spite of a kill switch that nobody could read is a risk that the reader has to know.</summary>
    private IEnumerable<string> Unread(Decision decision)
    {
        if (options.ByHand || decision.Facts.KillSwitchUnread is not { } because) yield break;
        yield return decision.Facts.KillSwitch
            ? $"the kill switch could not be read; when this process last read it, it said observe ({because})"
            : $"the kill switch could not be read, so the installation's mode {options.Mode} counted ({because})";
    }

    /// <summary>What a delivery that could not read the ledger may have done, in spite of a release.</summary>
    private IEnumerable<string> Unknowing(ContainmentResult contained)
    {
        if (options.ByHand || contained.Decision is not { Facts.Ledger.Failure: not null, Target: { } target } decision) yield break;
        if (decision.Action == DecisionAction.Contain && contained.Steps.Any(static s => s.Result == StepResult.Succeeded))
            yield return $"the ledger could not be read: if {target} was released before, this contained it again; release it once more";
        else if (decision.Guardrail == GuardrailId.UnreadLedger)
            yield return $"{target} is contained by a later try as soon as the ledger can be read and shows no release; by hand at once";
    }

    private IEnumerable<string> Flood(ContainmentResult contained, IncidentNames names)
    {
        if (options.PagesPerCauseAndHour is not { } limit || storms.CountWith(contained, names) is not (>= 0 and var count)) yield break;
        if (count == limit)
            yield return $"{count} of this kind in this hour said something new: further ones page only as the 10th, the 100th and the "
                + "1,000th, or if they are graver, open wider, or a containment fails; the log has each";
        else if (count > limit)
            yield return $"{count} of this kind in this hour said something new, and not each of them was paged: the log has each"
                + (names.FloodRecord is { } flood ? $", the record {flood} their number" : "");
    }
}
