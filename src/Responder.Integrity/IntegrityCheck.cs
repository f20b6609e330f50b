using Responder.Logs;

namespace Responder.Integrity;

/// <summary>
/// Walks through the digests of every account, region and trail from the newest to the oldest, following the name that each digest recorded
/// for the one before it, and checks the logs of every valid digest. Where a link is missing or cannot be trusted, it continues with the
/// next older digest that exists.
/// </summary>
/// <param name="onChecked">Called with every file as soon as it is checked.</param>
public sealed class IntegrityCheck(ILogStore store, DigestKeys keys, AskedPeriod asked, Action<CheckedFile> onChecked)
{
    /// <summary>How many log files are read at the same time: S3 is limited by waiting, a disk by hashing.</summary>
    private const int Readers = 8;

    /// <summary>The period that a digest covers, for digests that are gone or invalid; CloudTrail delivers one every hour.</summary>
    private static readonly TimeSpan s_digestHour = TimeSpan.FromHours(1);

    /// <summary>How long after its end a digest may still be on its way.</summary>
    private static readonly TimeSpan s_delivery = TimeSpan.FromHours(2);

    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(1);

    private readonly DigestCheck _digestCheck = new(store, keys, asked);
    private readonly List<CheckedFile> _files = [];
    private readonly List<InputError> _unreadable = [];
    private readonly HashSet<S3Name> _visited = [];
    private readonly Coverage _coverage = new(asked);
    private Dictionary<DigestChain, DigestName> _later = [];
    private ILookup<DigestChain, DigestName> _listed = Enumerable.Empty<DigestName>().ToLookup(static name => name.Chain);

    /// <param name="include">Which accounts and regions to check; the others are ignored.</param>
    /// <param name="now">The current time: there can be no digests for the future.</param>
    public async Task<IntegrityResult> RunAsync(Func<DigestChain, bool> include, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var digests = (await store.DigestsAsync(asked, _unreadable.Add, cancellationToken).ConfigureAwait(false))
            .Where(digest => include(digest.Chain))
            .ToArray();
        _later = digests.Where(digest => !asked.Holds(digest.End)).GroupBy(static digest => digest.Chain)
            .ToDictionary(static group => group.Key, static group => group.MinBy(static digest => digest.End)!);
        _listed = digests.Where(digest => asked.Holds(digest.End))
            .OrderByDescending(static digest => digest.End).ThenBy(static digest => digest.Name.Key, StringComparer.Ordinal)
            .ToLookup(static digest => digest.Chain);

        // A trail that changed its bucket is walked from its current bucket into the one before.
        foreach (var chain in _listed.Select(static group => group.Key)
            .OrderBy(static chain => chain.IsBackfill).ThenBy(static chain => chain.Account, StringComparer.Ordinal)
            .ThenBy(static chain => chain.Region, StringComparer.Ordinal)
            .ThenBy(static chain => chain.Trail, StringComparer.Ordinal).ThenByDescending(chain => _listed[chain].First().End)
            .ThenBy(static chain => chain.Bucket, StringComparer.Ordinal).ToArray())
        {
            await WalkAsync(chain, now, cancellationToken).ConfigureAwait(false);
        }

        return new IntegrityResult(asked, _files, _coverage.FoundStart, _coverage.FoundEnd, _coverage.Uncovered(now), _unreadable);
    }

    private async Task WalkAsync(DigestChain chain, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _coverage.Watch(chain);
        var current = Older(chain, DateTimeOffset.MaxValue)?.Name;
        var next = await LaterAsync(chain, cancellationToken).ConfigureAwait(false);
        var isNextValid = false;
        if (current is { } newest)
        {
            // The newest digests may be gone: then a digest after the period asked for names the last of them, or only the clock reveals
            // it.
            if (next?.Previous is { } named && named != newest && !_visited.Contains(named) && DigestName.Parse(named) is { } gone
                && asked.Holds(gone.End) && gone.End > DigestName.Parse(newest)!.End
                && await IsGenuineAsync(chain, cancellationToken).ConfigureAwait(false))
            {
                (current, isNextValid) = (named, true);
            }
            else
            {
                if (next?.Previous != newest) next = null;
                await TellEndAsync(chain, now, cancellationToken).ConfigureAwait(false);
            }
        }

        while (current is { } place)
        {
            _visited.Add(place);
            var name = DigestName.Parse(place);
            if (name is not null) chain = name.Chain;
            var result = await _digestCheck.CheckAsync(name, place, next, isNextValid, cancellationToken).ConfigureAwait(false);
            var digest = result.Digest;
            Tell(new CheckedFile(
                chain.IsBackfill ? CheckedKind.BackfillDigest : CheckedKind.Digest, result.Verdict, place, chain, result.Reason,
                result.Verdict == Verdict.Valid ? digest!.Start : null, result.Verdict == Verdict.Valid ? digest!.End : name?.End));

            if (result.Verdict == Verdict.Valid)
            {
                _coverage.Add(chain, digest!);
                await CheckLogsAsync(chain, digest!, cancellationToken).ConfigureAwait(false);
                if (digest!.Start < asked.Start) return;
                if (digest.Previous is { } previous && !_visited.Contains(previous))
                {
                    (current, next, isNextValid) = (previous, digest, true);
                    continue;
                }

                var older = Older(chain, digest.End);
                if (older is not null && digest.Previous is null) TellGap(chain, older.End, digest.Start, GapCause.Stopped);
                (current, next, isNextValid) = (older?.Name, null, false);
            }
            else
            {
                var end = name?.End ?? next?.Start ?? asked.Start;
                var older = Older(chain, end);
                if (older is not null) TellGap(chain, older.End, end - s_digestHour, GapCause.Unnamed);
                // What an invalid digest says about the one before it is used only for that one's signature.
                (current, next, isNextValid) = (older?.Name, digest?.Previous == older?.Name ? digest : null, false);
            }
        }
    }

    /// <summary>The first digest after the period asked for, read for the signature that it holds; it is not judged itself.</summary>
    private async Task<Digest?> LaterAsync(DigestChain chain, CancellationToken cancellationToken)
    {
        if (!_later.TryGetValue(chain, out var later)) return null;
        try
        {
            using var stored = await store.OpenAsync(later.Name, cancellationToken).ConfigureAwait(false);
            return stored is not null && DigestContent.Inflate(stored.Content, out _) is { } content ? Digest.Parse(content) : null;
        }
        catch (Exception e) when (StoreFailure.Is(e, cancellationToken))
        {
            return null; // outside of what was asked for; the newest then stands on its own metadata
        }
    }

    /// <summary>Whether the digest after the period asked for is signed: only then may it say that another one is missing.</summary>
    private async Task<bool> IsGenuineAsync(DigestChain chain, CancellationToken cancellationToken) =>
        (await _digestCheck.CheckAsync(
            _later[chain], _later[chain].Name, next: null, isNextValid: false, cancellationToken)
                .ConfigureAwait(false)).Verdict == Verdict.Valid;

    /// <summary>
    /// Nothing names the newest digest. If it ends at least an hour before the period asked for does, a gap is reported: as lost when log
    /// files were delivered since, and as ended when none were and somebody named the end of the period.
    /// </summary>
    private async Task TellEndAsync(DigestChain chain, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (chain.IsBackfill || _later.ContainsKey(chain)) return;
        var newest = _listed[chain].First().End;
        // A trail may have continued in another bucket.
        bool IsSame(DigestChain other) => !other.IsBackfill
            && (other.Account, other.Region, other.Trail, other.HomeRegion) == (chain.Account, chain.Region, chain.Trail, chain.HomeRegion);
        if (_listed.Any(other => IsSame(other.Key) && other.First().End > newest)) return;
        var end = asked.End < now - s_delivery ? asked.End : now - s_delivery;
        if (end - newest < s_digestHour) return;
        bool hasLogs;
        try
        {
            hasLogs = await store.HasLogsAsync(chain, newest, end, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.Is(e, cancellationToken) || e is IOException)
        {
            _unreadable.Add(new InputError(new S3Name(chain.Bucket, LogPlaces.FolderOf(chain)).ToString(), StoreFailure.Reason(e)));
            return;
        }

        if (hasLogs) TellGap(chain, newest, end, GapCause.Lost);
        else if (asked.IsEndNamed) TellGap(chain, newest, end, GapCause.Ended);
    }

    private DigestName? Older(DigestChain chain, DateTimeOffset end) => _listed[chain]
        .FirstOrDefault(digest => digest.End < end && !_visited.Contains(digest.Name));

    private void TellGap(DigestChain chain, DateTimeOffset from, DateTimeOffset to, GapCause cause)
    {
        // Late (backfill) digests exist only when something was late, so none can be missing.
        if (chain.IsBackfill || to - from < s_tolerance) return;
        Tell(new CheckedFile(CheckedKind.Period, Verdict.Gap, null, chain, ReasonOf(cause), from, to) { Gap = cause });
    }

    private static string ReasonOf(GapCause cause) => cause switch
    {
        GapCause.Stopped => "the trail did not log, or its log file validation was off",
        GapCause.Unnamed => "digests are missing that no other names",
        GapCause.Lost => "log files were delivered then, so that digests are gone or validation was turned off",
        _ => "the newest digest is older, and no log file is younger: the trail or its validation was stopped, or both are gone",
    };

    private async Task CheckLogsAsync(DigestChain chain, Digest digest, CancellationToken cancellationToken)
    {
        var results = new CheckedFile[digest.Logs.Count];
        await Parallel.ForAsync(0, results.Length, new ParallelOptions
        {
            MaxDegreeOfParallelism = Readers,
            CancellationToken = cancellationToken,
        }, async (number, cancel) =>
        {
            var log = digest.Logs[number];
            var (verdict, reason) = await CheckLogAsync(log, cancel).ConfigureAwait(false);
            results[number] = new CheckedFile(CheckedKind.Log, verdict, log.Name, chain, reason, log.OldestEvent, log.NewestEvent);
        }).ConfigureAwait(false);
        foreach (var result in results) Tell(result);
    }

    private async Task<(Verdict Verdict, string? Reason)> CheckLogAsync(DigestedLog log, CancellationToken cancellationToken)
    {
        if (log.HashAlgorithm != "SHA-256") return (Verdict.Invalid, $"hash algorithm {log.HashAlgorithm}, expected SHA-256");
        try
        {
            using var stored = await store.OpenAsync(log.Name, cancellationToken).ConfigureAwait(false);
            if (stored is null) return (Verdict.Missing, "not found");
            var hash = DigestContent.HashOf(stored.Content, out var fault);
            if (fault is not null) return (Verdict.Invalid, "invalid format: " + fault);
            return string.Equals(hash, log.Hash, StringComparison.OrdinalIgnoreCase)
                ? (Verdict.Valid, null)
                : (Verdict.Invalid, "hash value doesn't match");
        }
        catch (Exception e) when (StoreFailure.Is(e, cancellationToken))
        {
            return (Verdict.Unreadable, StoreFailure.Reason(e));
        }
    }

    private void Tell(CheckedFile file)
    {
        _files.Add(file);
        if (file.Verdict == Verdict.Unreadable) _unreadable.Add(new InputError(file.Name.ToString()!, file.Reason!));
        onChecked(file);
    }
}
