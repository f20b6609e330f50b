using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// IAM no longer shows what was given, and the call is not young: somebody took it back. A young call is answered all the same, because
/// attach, use, detach must not pay. Under an open ledger it was taken back by us.
/// </summary>
internal sealed class GoneGrantGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.GoneGrant;

    public string Sentence => "the grant was taken back: IAM does not show it any more";

    public bool Refuses(Candidate candidate) =>
        candidate is { Finding.PutsBack: null, Facts.Target.Value: { Exists: true } target }
        && (target.HoldsGrant == false || candidate.Finding.Grant is { IsLapsed: true })
        && candidate.Facts.Ledger.Value is not { Released: false }
        && candidate.Event.IsOlderThan(candidate.Facts.Now, Decision.Young);
}
