using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>The names under which one event's traces are kept.</summary>
/// <param name="Record">The record of its own; asked for when containment may act.</param>
/// <param name="SharedRecord">The record of its hour; asked for otherwise.</param>
/// <param name="Ledger">The ledger of the target; null when there is no target to contain.</param>
public sealed record IncidentNames(string? Record, string? SharedRecord, string? Ledger)
{
    /// <summary>Nothing is kept.</summary>
    public static IncidentNames None { get; } = new(null, null, null);

    /// <summary>What the event alone shows. What this process remembers of the shared record answers for no more than that.</summary>
    public Severity Severity { get; init; }

    /// <summary>The ledger decides what the event means: it is read even where everything else is remembered.</summary>
    public bool MustReadLedger { get; init; }

    /// <summary>The cause has used up its records of this hour: both names are that of the one that all later events share.</summary>
    public bool IsFlood { get; init; }
}
