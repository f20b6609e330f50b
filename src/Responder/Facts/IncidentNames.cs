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
    /// True when the cause has used up its pages of this hour: the name is then that of the record that all later events share.
    /// </summary>
    public bool IsFlood { get; init; }

    /// <summary>How many pages of each cause leave one by one in an hour; null: pages are neither limited nor counted.</summary>
    public int? Limit { get; init; }

    /// <summary>What the event alone says: answers may say more.</summary>
    public Saying? Saying { get; init; }

    /// <summary>What the finding has in common with others of its kind, whatever their targets.</summary>
    public string Cause { get; init; } = "";

    /// <summary>What the incident has in common with others of the same principal.</summary>
    public string PrincipalCause { get; init; } = "";

    /// <summary>What a containment of somebody whom IAM does not know has in common with others of its actor.</summary>
    public string NobodyCause { get; init; } = "";

    /// <summary>The record that all further findings of the cause share.</summary>
    public string? FloodRecord { get; init; }

    /// <summary>The record that all further incidents of the principal share.</summary>
    public string? FloodIncident { get; init; }
}
