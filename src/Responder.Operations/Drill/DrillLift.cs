using Amazon.SimpleNotificationService;
using Responder.Aws;
using Responder.Events;
using Responder.Operations.Release;
using Responder.Paging;

namespace Responder.Operations.Drill;

/// <summary>Lifts the containment of a drill's user as `responder release` does, and tells everybody who was paged.</summary>
/// <param name="sns">Sends the closing note; null: there is no topic.</param>
internal sealed class DrillLift(
    Releaser releaser, DrillWatch watch, IAmazonSimpleNotificationService? sns, string? topic, string by)
{
    private const string Reason = "a drill";

    /// <summary>Releases the user's open incident, if he has one.</summary>
    /// <param name="force">True: release what was changed since, too; of a user who was deleted, only the ledger is closed.</param>
    /// <returns>Null: there is nothing to release.</returns>
    public async Task<ReleaseResult?> RunAsync(DrillNote note, bool force, List<string> failures, CancellationToken cancellationToken)
    {
        var ledger = await watch.LedgerAsync(note, cancellationToken).ConfigureAwait(false);
        if (!ledger.Known)
        {
            failures.Add($"the ledger of {note.Name} could not be read: {ledger.Failure}");
            return null;
        }

        if (ledger.Value is not { Released: false, FirstIncident: { } incident }) return null;
        try
        {
            var plan = await releaser.PlanAsync(incident, null, force, cancellationToken).ConfigureAwait(false);
            if (plan.State != ReleaseState.Ready)
            {
                failures.Add($"{incident} was not released ({plan.State}): "
                    + string.Join("; ", plan.Changes.Concat(plan.Notes).Select(static text => PlainText.OneLine(text, 400))));
                return null;
            }

            var result = await releaser.ReleaseAsync(plan, by, Reason, cancellationToken).ConfigureAwait(false);
            failures.AddRange(result.Failures.Select(static failure => "release: " + failure));
            if (result.Released && sns is not null && topic is not null
                && await new SnsAlerts(sns, topic).PublishAsync(new ClosingNote(result).Message, cancellationToken).ConfigureAwait(false)
                    is { } untold)
                failures.Add("closing note: " + untold);
            return result;
        }
        catch (ReleaseException e)
        {
            failures.Add($"{incident} was not released: {PlainText.OneLine(e.Message, 600)}");
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            failures.Add(AwsFailure.Describe("the release of " + incident, e));
        }

        return null;
    }
}
