using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>The result of one read of the store.</summary>
public sealed record IncidentReads(Read<RecordState> Record, Read<RecordState> SharedRecord, Read<LedgerBook> Ledger, Read<string> Mode)
{
    /// <summary>The places of this hour's budget; where they could not be read, those that this process took. Null: not read.</summary>
    public ContainmentBudget? Budget { get; init; }

    /// <summary>Why a place that this process took is not written down, so that other processes do not know of it; null: all are.</summary>
    public string? BudgetUnwritten { get; init; }

    /// <summary>The record that a flood of findings of the same cause shares; null: there is none, or it could not be read.</summary>
    public RecordState? FloodRecord { get; init; }

    /// <summary>The record that a flood of incidents of the same principal shares; null: likewise.</summary>
    public RecordState? FloodIncident { get; init; }

    /// <summary>What the causes have said in this hour; where it could not be read, what this process knows of it.</summary>
    public PageCounts? PageCounts { get; init; }

    /// <summary>Whom the target's name meant before a rename; null: nobody wrote one down, or it could not be read.</summary>
    public RenameNote? Renamed { get; init; }
}

/// <summary>Whether a write of ours is the one that stands.</summary>
public enum ClaimResult
{
    /// <summary>Written by us.</summary>
    Claimed,

    /// <summary>Somebody was first; theirs stands.</summary>
    AlreadyThere,

    Failed,

    /// <summary>The store takes no further parameter: another try would not help. Page and log have what was to be written.</summary>
    StoreFull,

    NotAttempted,
}

/// <param name="Failures">What could not be written, in AWS's words.</param>
public sealed record Claim(ClaimResult Record, ClaimResult Ledger, IReadOnlyList<string> Failures)
{
    /// <summary>
    /// The prior state as the ledger holds it, including what another delivery wrote there; null when it is not known what the ledger
    /// holds.
    /// </summary>
    public PriorState? Prior { get; init; }

    /// <summary>True when the ledger holds the prior state, where every later delivery and release finds it.</summary>
    public bool IsWritten => Ledger is ClaimResult.Claimed or ClaimResult.AlreadyThere && Prior is not null;

    public static Claim Nothing { get; } = new(ClaimResult.NotAttempted, ClaimResult.NotAttempted, []);
}

/// <summary>The store of incident records and ledgers. No method throws when AWS or the network fails: failures are returned.</summary>
public interface IIncidents
{
    /// <summary>What names stand for over time.</summary>
    IRenames Renames { get; }

    /// <summary>Reads everything in one round trip.</summary>
    /// <param name="now">The hour whose budget is read.</param>
    Task<IncidentReads> ReadAsync(IncidentNames names, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Who wrote these entries of a ledger last.</summary>
    /// <param name="entries">Full names of parameters.</param>
    Task<Read<IReadOnlyList<LedgerWriter>>> WritersAsync(IReadOnlyList<string> entries, CancellationToken cancellationToken);

    /// <summary>The ledger at a path.</summary>
    Task<Read<LedgerBook>> ReadLedgerAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets what the parameter says that the causes have said in this hour, because somebody else wrote it; until the hour ends, only
    /// what this process tells counts, beside what is known to be ours.
    /// </summary>
    /// <param name="ours">What the parameter said before somebody else wrote it.</param>
    /// <returns>What is left.</returns>
    PageCounts OwnPageCounts(PageCounts ours, DateTimeOffset now);

    /// <summary>The places that this process took in this hour.</summary>
    ContainmentBudget OwnPlaces(DateTimeOffset now);

    /// <summary>Takes a place of this hour's budget. Returns why it could not be written down, or null.</summary>
    /// <param name="budget">The places as they were read.</param>
    Task<string?> TakePlaceAsync(
        BudgetPlace place, ContainmentBudget budget, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Counts one put-back of the target's quarantine in this hour and returns how many there are, this one included.</summary>
    /// <param name="incidentId">What is counted: a redelivery of it is not counted again by the same process.</param>
    /// <param name="budget">Beyond it the exact number no longer matters.</param>
    /// <param name="atLeast">As many as the pages of this hour tell, this one included: counts where the store is full.</param>
    Task<Read<int?>> CountPutBackAsync(
        Principal target, string incidentId, int budget, int atLeast, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Writes the open record and, for a containment, the ledger. First writer wins.</summary>
    Task<Claim> ClaimAsync(Decision decision, IncidentNames names, PriorState? prior, CancellationToken cancellationToken);

    /// <summary>Writes the finished record, after the page has left, and counts the page.</summary>
    Task<Completion> CompleteAsync(ContainmentResult result, IncidentNames names, PagedAs? page, CancellationToken cancellationToken);
}

/// <summary>Whether a finished record was written.</summary>
/// <param name="Unrecorded">Why the record could not be finished; null: it was, or there is none.</param>
/// <param name="Uncounted">Why the page could not be counted for all processes: this one counts it nevertheless, and another page may come
/// too many. Null: it was, or need not be.</param>
public sealed record Completion(string? Unrecorded, string? Uncounted = null)
{
    /// <summary>True when another try would find the store as full as this one, and only page once more.</summary>
    public bool IsStoreFull { get; init; }

    public static Completion Nothing { get; } = new(Unrecorded: null);
}

/// <summary>What the record keeps about its page.</summary>
/// <param name="MessageId">SNS message id.</param>
public sealed record PagedAs(string Subject, string MessageId, string DedupKey);
