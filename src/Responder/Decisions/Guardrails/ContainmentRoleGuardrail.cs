namespace Responder.Decisions.Guardrails;

/// <summary>The target is in a member account whose containment role STS refused: missing there, or it trusts somebody else.</summary>
public sealed class ContainmentRoleGuardrail : IGuardrail
{
    public string Name => "no containment role in the target's account";

    public string WordsFor(Candidate candidate) => $"no containment role in account {candidate.Target.AccountId}";

    public bool Refuses(Candidate candidate) => candidate.Facts.HasNoContainmentRole;
}
