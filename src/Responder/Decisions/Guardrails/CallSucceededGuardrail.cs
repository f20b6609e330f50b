using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>Anybody can emit a failed call that names a victim; it never contains.</summary>
public sealed class CallSucceededGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.CallSucceeded;

    public string Sentence => "the call did not succeed";

    public bool Refuses(Candidate candidate) => candidate.Event.Outcome != CallOutcome.Succeeded;
}
