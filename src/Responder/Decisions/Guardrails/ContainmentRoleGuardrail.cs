using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>STS refused the containment role in the target's member account: it is missing there, or it trusts somebody else.</summary>
internal sealed class ContainmentRoleGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.ContainmentRole;

    public string Sentence => "no containment role in the target's account";

    public string SentenceFor(Candidate candidate) => $"no containment role in account {candidate.Target.AccountId}";

    public bool Refuses(Candidate candidate) => candidate.Facts.HasNoContainmentRole;
}
