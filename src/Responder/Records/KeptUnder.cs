using Responder.Decisions;
using Responder.Facts;

namespace Responder.Records;

/// <summary>Which of its names a decided event leaves its traces under.</summary>
public static class KeptUnder
{
    /// <summary>The record of the incident, or the one that its finding shares; null: none is kept.</summary>
    public static string? RecordOf(this IncidentNames names, Decision decision) => decision.IsKept
        ? SsmIncidents.NameOf(decision, names)
        : null;

    /// <summary>Only a containment writes the ledger; a page must not point at one that nobody wrote.</summary>
    public static string? LedgerOf(this IncidentNames names, Decision decision) => decision.Action == DecisionAction.Contain
        ? names.Ledger
        : null;
}
