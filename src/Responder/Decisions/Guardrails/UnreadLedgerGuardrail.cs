using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The ledger could not be read, and the call is so old that this may be a late copy of an event whose containment a person has released
/// since. A recent call is contained without the ledger: hardly anybody has been released yet, and an attacker must gain nothing by
/// stopping SSM.
/// </summary>
internal sealed class UnreadLedgerGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.UnreadLedger;

    public string Sentence => "the ledger could not be read, and the call is old enough to have been released since";

    public bool Refuses(Candidate candidate) => candidate.Options.MaximumAgeWithoutLedger is { } maximum
        && candidate.Facts.Ledger.Failure is not null
        && candidate.Event.EventTime is { } time && candidate.Facts.Now - time > maximum;
}
