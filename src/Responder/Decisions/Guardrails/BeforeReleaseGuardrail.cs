using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The call was made before a person released the target, who has judged it: a delivery that comes late contains nobody again. A call in
/// the second of the release counts as made after it.
/// </summary>
internal sealed class BeforeReleaseGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.BeforeRelease;

    public string Sentence => "the call was made before the target was released";

    public bool Refuses(Candidate candidate) => candidate.Finding.PutsBack is null
        && candidate.Facts.Ledger.Value is { Released: true, ReleasedAt: { } released } && candidate.Event.IsBefore(released);
}
