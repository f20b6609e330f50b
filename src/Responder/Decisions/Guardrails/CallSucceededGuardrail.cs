using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The call did not succeed. Anybody can make a failing call that names a victim, so a failed call never leads to containment.
/// </summary>
internal sealed class CallSucceededGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.CallSucceeded;

    public string Sentence => "the call did not succeed";

    public bool Refuses(Candidate candidate) => candidate.Event.Outcome != CallOutcome.Succeeded;
}
