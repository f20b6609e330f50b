using Responder.Decisions;
using Responder.Facts;

namespace Responder.Records;

/// <summary>Chooses under which of its names a decided event leaves its traces.</summary>
internal static class KeptUnder
{
    /// <summary>The incident's own record, or the one that its finding shares; null when none is kept.</summary>
    public static string? RecordOf(this IncidentNames names, Decision decision) => decision.IsKept
        ? SsmIncidents.NameOf(decision, names)
        : null;

    /// <summary>The ledger, which only a containment writes: a page must not point at one that nobody wrote.</summary>
    public static string? LedgerOf(this IncidentNames names, Decision decision) => decision.Action == DecisionAction.Contain
        ? names.Ledger
        : null;
}
