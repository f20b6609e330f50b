using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// A quarantine is put back so many times an hour: whoever takes it off in a loop has rights that this responder cannot take away by
/// repeating itself, and every round spends what the account may call.
/// </summary>
public sealed class PutBackBudgetGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.PutBackBudget;

    public string Sentence => "put-back budget of this principal and hour exhausted";

    public bool Refuses(Candidate candidate) => candidate.Finding.PutsBack is not null
        && candidate.Options.PutBacksPerPrincipalAndHour is { } budget && candidate.Facts.PutBacks is { } used && used > budget;
}
