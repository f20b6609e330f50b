using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The containment budget of this hour is spent: automation that contains more principals than people can look at is an outage.
/// A principal that is contained already costs nothing.
/// </summary>
internal sealed class BudgetGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.Budget;

    public string Sentence => "containment budget of this hour exhausted";

    public bool Refuses(Candidate candidate) => candidate.Options.ContainmentBudgetPerHour is { } budget
        && candidate.Facts.BudgetUsed is { } used && used > budget
        && candidate.Facts.Ledger.Value is not { Released: false };
}
