using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The call is old (a redriven dead letter, an archived event), and the world has moved on. A call whose time is unknown counts as new.
/// </summary>
internal sealed class FreshCallGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.FreshCall;

    public string Sentence => "the call is older than the maximum age";

    public bool Refuses(Candidate candidate) => candidate.Options.MaximumAge is { } maximum
        && candidate.Event.EventTime is { } time && candidate.Facts.Now - time > maximum;
}
