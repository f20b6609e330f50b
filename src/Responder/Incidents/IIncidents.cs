using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Notifications;

namespace Responder.Incidents;

/// <summary>The names under which one event's traces are kept.</summary>
/// <param name="Record">The record of its own; asked for when containment may act.</param>
/// <param name="SharedRecord">The record of its hour; asked for otherwise.</param>
/// <param name="Ledger">The ledger of the target; null when there is no target to contain.</param>
public sealed record IncidentNames(string? Record, string? SharedRecord, string? Ledger)
{
    /// <summary>What the event alone shows. What this process remembers of the shared record answers for no more than that.</summary>
    public Severity Severity { get; init; }

    /// <summary>The ledger decides what the event means: it is read even where everything else is remembered.</summary>
    public bool MustReadLedger { get; init; }

    /// <summary>The cause has used up its records of this hour: both names are that of the one that all later events share.</summary>
    public bool IsFlood { get; init; }
}

/// <summary>What one read of the store said.</summary>
public sealed record IncidentReads(Read<RecordState> Record, Read<RecordState> SharedRecord, Read<LedgerState> Ledger, Read<string> Mode);

/// <summary>Whether a write of ours stands.</summary>
public enum ClaimResult
{
    /// <summary>Written by us.</summary>
    Claimed,

    /// <summary>Somebody was first; theirs stands.</summary>
    AlreadyThere,

    Failed,

    NotAttempted,
}

/// <param name="Failures">What could not be written, in AWS's words.</param>
public sealed record Claim(ClaimResult Record, ClaimResult Ledger, IReadOnlyList<string> Failures)
{
    /// <summary>The state before as it stands in the ledger, with what another delivery had written there; null: it is not known what stands there.</summary>
    public PriorState? Prior { get; init; }

    /// <summary>The state before stands in the ledger, where every later delivery and release finds it.</summary>
    public bool IsWritten => Ledger is ClaimResult.Claimed or ClaimResult.AlreadyThere && Prior is not null;

    public static Claim Nothing { get; } = new(ClaimResult.NotAttempted, ClaimResult.NotAttempted, []);
}

/// <summary>The store of incident records and ledgers. Reads and claims never throw; completing does not either: failures are returned.</summary>
public interface IIncidents
{
    /// <summary>Reads everything in one round trip.</summary>
    Task<IncidentReads> ReadAsync(IncidentNames names, CancellationToken cancellationToken);

    /// <summary>Counts one containment of this hour and returns how many there are, this one included.</summary>
    /// <param name="budget">Beyond it the exact number no longer matters.</param>
    Task<Read<int?>> CountContainmentAsync(Principal target, int budget, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Counts one put-back of the target's quarantine in this hour and returns how many there are, this one included.</summary>
    /// <param name="incidentId">What is counted: a redelivery of it is not counted again by the same process.</param>
    /// <param name="budget">Beyond it the exact number no longer matters.</param>
    Task<Read<int?>> CountPutBackAsync(Principal target, string incidentId, int budget, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Writes the open record and, for a containment, the ledger. First writer wins.</summary>
    Task<Claim> ClaimAsync(Decision decision, IncidentNames names, PriorState? prior, CancellationToken cancellationToken);

    /// <summary>Writes the finished record, after the page has left. Returns why it could not, or null.</summary>
    Task<string?> CompleteAsync(ContainmentResult result, IncidentNames names, AlertReceipt? alert, CancellationToken cancellationToken);
}
