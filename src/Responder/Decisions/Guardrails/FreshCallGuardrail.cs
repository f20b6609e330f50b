using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The call is old (a redriven dead letter, an archived event): the world has moved on. Its time unknown: it is taken as new.
/// </summary>
public sealed class FreshCallGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.FreshCall;

    public string Sentence => "the call is older than the maximum age";

    public bool Refuses(Candidate candidate) => candidate.Options.MaximumAge is { } maximum
        && candidate.Event.EventTime is { } time && candidate.Facts.Now - time > maximum;
}
