using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Records;
using Responder.Reporting;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// Events that need no further step: already finished, trusted, without a finding that counts, or a repeat of a refusal that has paged.
/// </summary>
internal sealed class EarlyEnds(Storms storms, ActionCatalog actions)
{
    private readonly FinishedEvents _finished = new(capacity: 4096);

    /// <summary>The response to an event that needs no further step; null when there is something to do.</summary>
    public Response? Of(Decision decision, IncidentNames names)
    {
        Response As(Outcome outcome) => new(outcome, decision.Event) { Decision = decision };

        if (_finished.Contains(decision.Event.IncidentId) || IsFinished(decision, names))
            return As(Outcome.Duplicate) with { RecordName = names.RecordOf(decision) };
        if (decision.Trusted) return As(Outcome.Trusted);
        // It is not known yet whom the event concerns, or whether it undid a quarantine: the failure has the delivery tried again.
        if (decision.Strongest is null)
            return As(Outcome.None) with { Failures = [.. decision.Facts.UnknownTargets, .. decision.Facts.UnreadAnswers] };
        if (decision.Action == DecisionAction.None && !decision.IsIncident)
            return As(Outcome.Recorded) with { Failures = [.. decision.Facts.UnknownTargets, .. decision.Facts.UnreadAnswers] };
        return !decision.IsKept && storms.IsRepeatedRefusal(decision) ? As(Outcome.Recorded) : null;
    }

    /// <summary>Remembers an event for which every step succeeded.</summary>
    public Response Finished(Response response)
    {
        if (response is { Failures.Count: 0, Event: { } e }) _finished.TryAdd(e.IncidentId);
        return response;
    }

    /// <summary>
    /// Handles a target that was released from this incident but looks contained: a delivery that could not read the ledger contained it,
    /// and was perhaps cut off before it could say so. A person decides.
    /// </summary>
    public Decision InSpiteOfRelease(Decision decision, IncidentNames names)
    {
        if (!IsOfTarget(decision) || decision.Facts.Ledger.Value is not { Released: true } ledger) return decision;
        if (!IsFinished(decision, names) || !actions.LooksContained(decision, ledger.Prior)) return decision;
        var command = Shell.Command("responder release", CommandPart.Operand(names.Record), "--force");
        return decision with
        {
            Action = DecisionAction.Alert,
            Because = "released before, and now contained again by somebody, or by a try that could not read the ledger. Release it once "
                + $"more: {command}",
            Actions = [],
            Guardrail = null,
            Refusal = null,
            IsAgainInSpiteOfRelease = true,
        };
    }

    /// <summary>True when the event's own record tells whether it is finished, because its target is or was contained.</summary>
    private static bool IsOfTarget(Decision decision) => decision.IsIncident || decision.Guardrail == GuardrailId.BeforeRelease;

    /// <summary>
    /// True when an earlier delivery finished the event, or a person has released what it contained; then a later delivery that could not
    /// know may have left the record open.
    /// </summary>
    private static bool IsFinished(Decision decision, IncidentNames names)
    {
        bool Has(RecordState? record) =>
            record is { Complete: true, HasUnread: false } && record.EventIds.Contains(decision.Event.IncidentId, StringComparer.Ordinal);
        // In which of the two it stands depends on what IAM showed then, and IAM may show something else now.
        return (!decision.IsAgainInSpiteOfRelease && Has(decision.Facts.Record.Value)) || Has(decision.Facts.SharedRecord.Value)
            || (IsOfTarget(decision) && names.Record is { } own && decision.Facts.Ledger.Value is { Released: true } ledger
                && ledger.FirstIncident == own);
    }
}
