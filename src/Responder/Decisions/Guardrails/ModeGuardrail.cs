using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The installation only observes, by its setting or by the kill switch. What would have happened otherwise is still reported.
/// </summary>
internal sealed class ModeGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.Mode;

    public string Sentence => "observe mode";

    public bool Refuses(Candidate candidate) => candidate.Options.Mode == Mode.Observe || candidate.Facts.KillSwitch;
}
