using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// No action on this kind of target has been promoted to Contain for the detection. By default, only users are contained automatically.
/// </summary>
internal sealed class StageGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.Stage;

    public string Sentence => "stage Alert: this kind of target is contained only on request";

    public bool Refuses(Candidate candidate) => candidate.Actions.Count == 0;
}
