using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// What the reader of a page must know about how it came about: what was not read, was undone, or is left out from now on.
/// </summary>
internal sealed class PageWarnings(ResponderOptions options, Storms storms)
{
    public IReadOnlyList<string> Of(ContainmentResult contained, Claim claim, IncidentNames names) =>
    [
        .. TakenBack(contained), .. Unknowing(contained), .. contained.Decision.Facts.Failures, .. claim.Failures,
        .. Flood(contained.Decision, names),
    ];

    private static IEnumerable<string> TakenBack(ContainmentResult contained)
    {
        if (contained.WasTakenBack)
            yield return "read back at once, a part of the containment was gone and was done again: a script may be undoing it; contain "
                + "whoever runs it";
    }

    /// <summary>What a delivery that could not read the ledger may have done, in spite of a release.</summary>
    private IEnumerable<string> Unknowing(ContainmentResult contained)
    {
        if (options.ByHand || contained.Decision is not { Facts.Ledger.Failure: not null, Target: { } target } decision) yield break;
        if (decision.Action == DecisionAction.Contain)
            yield return $"the ledger could not be read: if {target} was released before, this contained it again; release it once more";
        else if (decision.Guardrail == GuardrailId.UnreadLedger)
            yield return $"{target} is contained by a later try as soon as the ledger can be read and shows no release; by hand at once";
    }

    private IEnumerable<string> Flood(Decision decision, IncidentNames names)
    {
        if (storms.IsFlood(decision, names))
            yield return $"more than {options.RecordsPerCauseAndHour} of this kind in this hour: further ones page only if they are more "
                + "severe or a containment fails; the log has each";
    }
}
