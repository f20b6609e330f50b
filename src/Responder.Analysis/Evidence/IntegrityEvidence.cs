using Responder.Integrity;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>What the digests among the inputs prove about the log files.</summary>
/// <param name="DigestFiles">Number of digests found among the inputs.</param>
/// <param name="Checked">False: there are no keys to check digests with.</param>
public sealed record IntegrityEvidence(int DigestFiles, bool Checked, IReadOnlyList<IntegrityResult> Results)
{
    public static IntegrityEvidence None { get; } = new(0, false, []);

    public IEnumerable<CheckedFile> Files => Results.SelectMany(static result => result.Files);

    public IEnumerable<InputError> Unreadable => Results.SelectMany(static result => result.Unreadable);

    public int ValidDigests => Results.Sum(static result => result.Digests.Valid + result.BackfillDigests.Valid);

    public int ValidLogs => Results.Sum(static result => result.Logs.Valid);

    /// <summary>Number of digests and logs that are gone or not what CloudTrail delivered.</summary>
    public int Faults => Files.Count(static file => file.Verdict is Verdict.Invalid or Verdict.Missing);

    public IEnumerable<Gap> Gaps =>
    [
        .. Files.Where(static file => file.Verdict == Verdict.Gap)
            .Select(static file =>
                new Gap(GapKind.Digest, file.Chain.Account, file.Chain.Region, file.From!.Value, file.To!.Value, file.Reason ?? "")),
        .. Results.SelectMany(static result => result.Uncovered)
            .Select(static u => new Gap(GapKind.Unproven, u.Account, u.Region, u.From, u.To, $"no valid digest of trail {u.Trail}")),
    ];

    /// <summary>Periods covered by a valid digest whose logs are all valid.</summary>
    public IEnumerable<(string Account, string Region, DateTimeOffset From, DateTimeOffset To)> Vouched()
    {
        foreach (var result in Results)
        {
            CheckedFile? digest = null;
            foreach (var file in result.Files)
            {
                // Each digest comes before its logs.
                if (file.Kind == CheckedKind.Log)
                {
                    if (file.Verdict != Verdict.Valid) digest = null;
                    continue;
                }

                if (digest is not null) yield return Period(digest);
                digest = file is { Kind: CheckedKind.Digest, Verdict: Verdict.Valid, From: not null, To: not null } ? file : null;
            }

            if (digest is not null) yield return Period(digest);
        }

        static (string, string, DateTimeOffset, DateTimeOffset) Period(CheckedFile digest) =>
            (digest.Chain.Account, digest.Chain.Region, digest.From!.Value, digest.To!.Value);
    }

    /// <summary>Verdicts of log files by their path from <c>AWSLogs/</c> on, which contains account, region, day and file name.</summary>
    public Dictionary<string, Verdict> LogVerdicts()
    {
        var verdicts = new Dictionary<string, Verdict>(StringComparer.Ordinal);
        foreach (var file in Files.Where(static file => file is { Kind: CheckedKind.Log, Name: not null }))
        {
            var path = BelowLogs(file.Name!.Value.Key);
            // Two digests may name the same log; the worse verdict counts.
            if (!verdicts.TryGetValue(path, out var known) || known == Verdict.Valid) verdicts[path] = file.Verdict;
        }

        return verdicts;
    }

    public static string BelowLogs(string path)
    {
        var slashes = path.Replace('\\', '/');
        var at = slashes.LastIndexOf(DigestFolders.Root + "/", StringComparison.Ordinal);
        return at < 0 ? slashes : slashes[at..];
    }

    /// <summary>True for a digest or the metadata next to one, which are not files of events.</summary>
    public static bool IsDigestFile(string path)
    {
        var full = BelowLogs(Path.GetFullPath(path));
        if (full.EndsWith(".meta.json", StringComparison.Ordinal)) full = full[..^".meta.json".Length];
        return DigestName.Parse(new S3Name("", full)) is not null;
    }

    /// <param name="s3">Needed for folders that begin with s3://.</param>
    /// <param name="keys">Null: there are none.</param>
    /// <param name="oldest">Time of the oldest record; null: there are none.</param>
    public static async Task<IntegrityEvidence> CheckAsync(
        IEnumerable<(string Path, int Digests)> folders, S3Reader? s3, DigestKeys? keys, TimeWindow asked, DateTimeOffset? oldest,
        DateTimeOffset? newest, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (found, results) = (0, new List<IntegrityResult>());
        foreach (var (path, digests) in folders.Where(static folder => folder.Digests > 0))
        {
            found += digests;
            if (keys is null) continue;
            // A copy on disk learns its buckets while it lists them, so each check needs a new one.
            ILogStore Store() => S3Place.IsUrl(path) ? S3Store.Of(s3!, S3Place.Of(path)) : new MirrorStore(path, null);
            var ends = (
                await Store().DigestsAsync(new AskedPeriod(DateTimeOffset.UnixEpoch, now), static _ => { }, cancellationToken)
                .ConfigureAwait(false))
                .Select(static digest => digest.End).ToArray();
            if (ends.Length == 0) continue;
            var (first, last) = (ends.Min().AddHours(-1), ends.Max());
            var from = asked.Since ?? (oldest < first ? oldest.Value : first);
            var until = asked.End ?? (newest > last ? newest.Value : last);
            results.Add(
                await new IntegrityCheck(Store(), keys, new AskedPeriod(from, until < now ? until : now)
                {
                    IsEndNamed = asked.End is not null,
                }, static _ => { }).RunAsync(static _ => true, now, cancellationToken).ConfigureAwait(false));
        }

        return new IntegrityEvidence(found, keys is not null, results);
    }
}
