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

    /// <summary>
    /// Where the places could not be read, each process has one of its own: many processes together then stay within a budget.
    /// </summary>
    public bool Refuses(Candidate candidate) => candidate is
    {
        Options: { ContainmentBudgetPerHour: { } budget } options,
        Facts: { Place: { } place, Budget: { } places, Ledger.Value: not { Released: false } } facts,
    }
        && !places.Has(place)
        && !places.HasRoom(place, facts.BudgetUnread is null ? budget : Math.Min(budget, 1), options.MemberAccountIds.Count > 0);
}
