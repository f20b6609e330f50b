using Responder.Containment;
using Responder.Events;
using Responder.Records;
using Responder.Reporting;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <content>A release from the log alone.</content>
public sealed partial class Releaser
{
    /// <summary>
    /// Plans from the log lines alone: Parameter Store was full or failed when the incident was contained, so there is neither record nor
    /// ledger. Nothing vouches for the lines but the person who read them, so this has to be forced.
    /// </summary>
    private async Task<ReleasePlan> PlanFromLogAsync(
        string incident, Principal target, LoggedPriorStates logged, string? boundary, bool force, CancellationToken cancellationToken)
    {
        var (path, book) = await _store.BookAsync(names.Ledger(target), target.Id, cancellationToken).ConfigureAwait(false);
        if (book.Of(target.Id) is { Released: false } open)
            throw new ReleaseException($"there is no record of this incident, and the ledger {path} is open: release "
                + PlainText.OneLine(open.FirstIncident ?? "the incident that it names", 300));
        var prior = logged.Of(target, [PlainText.Ascii(incident, 128)]) ?? throw new ReleaseException(
            $"the log lines have no prior state of {target} from this incident (\"what\":\"{JsonLog.PriorStateLine}\")");
        if (boundary is not null) prior = prior.With(new BoundaryBefore(boundary == NoBoundary ? "" : boundary));
        var iam = await IamOfAsync(target, incident, cancellationToken).ConfigureAwait(false);
        var current = await CurrentAsync(iam, target, prior, cancellationToken).ConfigureAwait(false);
        var isAnother = current is { Exists: true, Id: not null } && target.Id is not null && current.Id != target.Id;
        var steps = new UndoPlan(target, current, [], [], boundary is not null);
        foreach (var measure in current.Exists && !isAnother ? _actions.ToUndo(prior) : []) measure.PlanUndo(steps, prior);
        if (isAnother) steps.Notes.Add($"the {target} of today ({current.Id}) is somebody else; nothing is restored");
        var policies = await RestoredPolicies.OfAsync(iam, target, steps.Steps, _ => logged.TimeOf(target), cancellationToken)
            .ConfigureAwait(false);
        return new ReleasePlan(
            current.Exists && !isAnother && (prior.IsUnknown || policies.LacksBoundary)
            && PermissionsBoundary.IsDenyAll(current.BoundaryArn)
                ? ReleaseState.NeedsBoundary
                : force ? ReleaseState.Ready : ReleaseState.Changed,
            incident, path, target, prior, current)
        {
            Steps = policies.Steps,
            Changes =
            [
                "there is neither record nor ledger of this incident: the state before is what the log lines say",
                .. policies.Differences, .. steps.Changes,
            ],
            Notes = [.. steps.Notes, "the responder pages this release, since it cannot check it"],
            Described = ([.. Before(prior)], [.. Now(current, prior)]),
            Entry = LedgerBook.EntryName(path, book.Last + 1),
            IsFromLog = true,
        };
    }
}
