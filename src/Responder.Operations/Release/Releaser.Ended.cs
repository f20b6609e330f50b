using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <content>Incidents that were released before.</content>
public sealed partial class Releaser
{
    /// <summary>The plan of an incident whose release has ended; null: there is something to release.</summary>
    private ReleasePlan? PlanOfEnded(
        string recordName, string ledgerName, JsonView record, string recordText, Principal target, LedgerState? ledger, bool isAgain)
    {
        // Contained again by another incident, and released here before: whoever names this one does not mean that one.
        if (ledger is { Released: false, ContainedAt: { } again, FirstIncident: { } other } && other != recordName
            && ClosedText.TimeOf(record["release"]["at"]) is { } lifted && again > lifted)
        {
            return new ReleasePlan(ReleaseState.AlreadyReleased, recordName, ledgerName, target, ledger.Prior, null)
            {
                Notes = [$"released at {Time(lifted)}; contained again at {Time(again)} by another incident: responder release "
                    + PlainText.OneLine(other, 300)],
                RecordText = recordText,
            };
        }

        // The release was stopped between its end in the ledger and the record, so nobody was told either.
        if (ledger is { Released: true, Release: { } done, FirstIncident: { } first } && !isAgain && first == recordName
            && !record["release"].Exists)
        {
            return new ReleasePlan(ReleaseState.Ready, recordName, ledgerName, target, ledger.Prior, null)
            {
                Described = ([.. Before(ledger.Prior)], []),
                Notes = [$"released at {(ledger.ReleasedAt is { } ended ? Time(ended) : "an unknown time")} by "
                    + $"{PlainText.OneLine(done.By ?? "unknown", 300)}; only the record and the closing note are missing"],
                RecordText = recordText,
                Entry = LedgerBook.EntryName(ledgerName, ledger.Number),
                EarlierRequestIds = done.RequestIds,
                EarlierSteps = done.Steps,
                IsEnded = true,
            };
        }

        if (ledger is { Released: true } && !isAgain)
        {
            return new ReleasePlan(ReleaseState.AlreadyReleased, recordName, ledgerName, target, ledger.Prior, null)
            {
                Described = ([.. Before(ledger.Prior)], []),
                Notes = [$"released at {(ledger.ReleasedAt is { } at ? Time(at) : "an unknown time")} by "
                    + $"{PlainText.OneLine(ledger.Release?.By ?? "unknown", 300)}"],
                RecordText = recordText,
            };
        }

        return null;
    }
}
