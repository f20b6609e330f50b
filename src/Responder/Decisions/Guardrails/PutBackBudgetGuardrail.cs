using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// A quarantine is put back only a limited number of times an hour: whoever removes it in a loop has rights that this responder cannot take
/// away by repeating itself, and every round uses up the account's API quota.
/// </summary>
internal sealed class PutBackBudgetGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.PutBackBudget;

    public string Sentence => "put-back budget of this principal and hour exhausted";

    public bool Refuses(Candidate candidate) => candidate.Finding.PutsBack is not null
        && candidate.Options.PutBacksPerPrincipalAndHour is { } budget && candidate.Facts.PutBacks is { } used && used > budget;
}
