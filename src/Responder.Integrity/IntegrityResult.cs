using Responder.Logs;

namespace Responder.Integrity;

public enum Verdict
{
    Valid,

    /// <summary>Not what CloudTrail delivered, or not proven to be.</summary>
    Invalid,

    /// <summary>A genuine digest names the file, but it is not there.</summary>
    Missing,

    /// <summary>
    /// There is no digest for a period: logging or log file validation was off, or digests are gone and no other digest names them.
    /// </summary>
    Gap,

    /// <summary>The file could not be read, which says nothing about it.</summary>
    Unreadable,
}

public enum CheckedKind
{
    Digest,
    BackfillDigest,
    Log,

    /// <summary>A gap.</summary>
    Period,
}

/// <summary>Why there is no digest for a period.</summary>
public enum GapCause
{
    /// <summary>A digest names none before it although older ones exist: CloudTrail says that it delivered nothing in between.</summary>
    Stopped,

    /// <summary>Digests are gone, and no other digest names them.</summary>
    Unnamed,

    /// <summary>Log files were delivered after the newest digest.</summary>
    Lost,

    /// <summary>Nothing at all was delivered after the newest digest.</summary>
    Ended,
}

/// <summary>The result for one file, or for one period.</summary>
/// <param name="Name">Null for a period.</param>
/// <param name="Reason">Null when valid.</param>
/// <param name="From">Digest: start of its hour. Log: its oldest event. Period: its start. Null: unknown.</param>
public sealed record CheckedFile(
    CheckedKind Kind, Verdict Verdict, S3Name? Name, DigestChain Chain, string? Reason, DateTimeOffset? From = null,
    DateTimeOffset? To = null)
{
    /// <summary>The cause, for a period; null for a file.</summary>
    public GapCause? Gap { get; init; }
}

/// <summary>
/// A period that no valid digest covers. At the end of the period asked for it may only mean that the digest has not been delivered yet.
/// </summary>
public sealed record Uncovered(string Account, string Region, string Trail, DateTimeOffset From, DateTimeOffset To);

public sealed record VerdictCounts(int Valid, int Invalid, int Missing, int Unreadable)
{
    public int Total => Valid + Invalid + Missing + Unreadable;
}

/// <summary>The result of checking the files of one or more trails.</summary>
/// <param name="Files">In the order of checking: per trail from the newest digest to the oldest, each followed by its logs.</param>
/// <param name="FoundStart">First moment within the period asked for that a valid digest covers; null: there is no valid digest.</param>
/// <param name="Uncovered">What no valid digest covers, per account, region and trail.</param>
/// <param name="Unreadable">What could not be read or listed.</param>
public sealed record IntegrityResult(
    AskedPeriod Asked, IReadOnlyList<CheckedFile> Files, DateTimeOffset? FoundStart, DateTimeOffset? FoundEnd,
    IReadOnlyList<Uncovered> Uncovered,
    IReadOnlyList<InputError> Unreadable)
{
    public VerdictCounts Digests => Count(CheckedKind.Digest);

    public VerdictCounts BackfillDigests => Count(CheckedKind.BackfillDigest);

    public VerdictCounts Logs => Count(CheckedKind.Log);

    public int Gaps => Files.Count(static file => file.Verdict == Verdict.Gap);

    /// <summary>True if there is a valid digest, everything could be read, and everything that was checked is valid.</summary>
    public bool IsValid => Digests.Valid + BackfillDigests.Valid > 0 && Unreadable.Count == 0
        && Files.All(static file => file.Verdict == Verdict.Valid);

    private VerdictCounts Count(CheckedKind kind)
    {
        int Of(Verdict verdict) => Files.Count(file => file.Kind == kind && file.Verdict == verdict);
        return new VerdictCounts(Of(Verdict.Valid), Of(Verdict.Invalid), Of(Verdict.Missing), Of(Verdict.Unreadable));
    }
}
