using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>The names of the parameters in which one event leaves its traces.</summary>
/// <param name="Record">The event's own record; read when containment may act.</param>
/// <param name="SharedRecord">The record that it shares with other events of its hour; read otherwise.</param>
/// <param name="Ledger">The ledger of the target; null when there is no target to contain.</param>
public sealed record IncidentNames(string? Record, string? SharedRecord, string? Ledger)
{
    /// <summary>Nothing is kept.</summary>
    public static IncidentNames None { get; } = new(null, null, null);

    /// <summary>
    /// The severity that the event alone shows. What this process remembers of the shared record spares a read only up to that record's
    /// severity.
    /// </summary>
    public Severity Severity { get; init; }

    /// <summary>True when the ledger decides what the event means: it is then read even when everything else is remembered.</summary>
    public bool MustReadLedger { get; init; }

    /// <summary>
    /// True when the cause has used up its records of this hour: both names are then that of the record that all later events share.
    /// </summary>
    public bool IsFlood { get; init; }
}
