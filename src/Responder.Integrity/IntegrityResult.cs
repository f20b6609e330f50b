using Responder.Logs;

namespace Responder.Integrity;

public enum Verdict
{
    Valid,

    /// <summary>It is not what CloudTrail delivered, or it cannot be proven to be.</summary>
    Invalid,

    /// <summary>A genuine digest names it, and it is not there.</summary>
    Missing,

    /// <summary>No digest for a time: logging or its validation was off, or digests are gone that no other names.</summary>
    Gap,

    /// <summary>It could not be read, which says nothing of it.</summary>
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
    /// <summary>A digest names none before it although there are older ones: CloudTrail says that it delivered nothing.</summary>
    Stopped,

    /// <summary>Digests are gone that no other names.</summary>
    Unnamed,

    /// <summary>Log files were delivered after the newest digest.</summary>
    Lost,

    /// <summary>Nothing at all was delivered after the newest digest.</summary>
    Ended,
}

/// <summary>What was found of one file, or of one period.</summary>
/// <param name="Name">Null for a period.</param>
/// <param name="Reason">Null when valid.</param>
/// <param name="From">Digest: start of its hour. Log: its oldest event. Null: not known.</param>
public sealed record CheckedFile(
    CheckedKind Kind, Verdict Verdict, S3Name? Name, DigestChain Chain, string? Reason, DateTimeOffset? From = null,
    DateTimeOffset? To = null)
{
    /// <summary>Of a period; null: of a file.</summary>
    public GapCause? Gap { get; init; }
}

/// <summary>
/// A time for which no valid digest speaks. At the end of the time asked for it may only mean that the digest is not delivered yet.
/// </summary>
public sealed record Uncovered(string Account, string Region, string Trail, DateTimeOffset From, DateTimeOffset To);

public sealed record VerdictCounts(int Valid, int Invalid, int Missing, int Unreadable)
{
    public int Total => Valid + Invalid + Missing + Unreadable;
}

/// <summary>What a check of a trail's files came to.</summary>
/// <param name="Files">In the order of the check: per trail from the newest digest to the oldest, each before its logs.</param>
/// <param name="FoundStart">First moment for which a valid digest speaks, within the time asked for; null: there is no valid
/// digest.</param>
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

    /// <summary>There are digests, and nothing that was looked at is anything but valid.</summary>
    public bool IsValid => Digests.Valid + BackfillDigests.Valid > 0 && Unreadable.Count == 0
        && Files.All(static file => file.Verdict == Verdict.Valid);

    private VerdictCounts Count(CheckedKind kind)
    {
        int Of(Verdict verdict) => Files.Count(file => file.Kind == kind && file.Verdict == verdict);
        return new VerdictCounts(Of(Verdict.Valid), Of(Verdict.Invalid), Of(Verdict.Missing), Of(Verdict.Unreadable));
    }
}
