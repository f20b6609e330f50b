using Responder.Logs;

namespace Responder.Integrity;

/// <summary>
/// A copy of buckets on this machine, with the paths of the buckets: <c>folder/bucket/[prefix/]AWSLogs/…</c>. A digest's S3 metadata may be
/// stored next to it as <c>digest.meta.json</c>.
/// </summary>
/// <param name="path">The folder of all copies, that of one bucket, or any folder below.</param>
/// <param name="bucket">The bucket that <paramref name="path"/> is a copy of; null: the names of the folders tell.</param>
public sealed class MirrorStore(string path, string? bucket) : ILogStore
{
    private const int MaxMetadata = 64 * 1024;

    private readonly string _top = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>The folder of each bucket, by bucket name. The folders that contain these are in <see cref="_parents"/>.</summary>
    private readonly Dictionary<string, string> _buckets = new(StringComparer.Ordinal);

    private readonly HashSet<string> _parents = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<DigestName>> DigestsAsync(AskedPeriod asked, Action<InputError> onError, CancellationToken cancellationToken)
    {
        var files = new List<string>();
        Collect(_top, [.. _top.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)], files, onError,
            cancellationToken);

        var digests = new List<DigestName>();
        foreach (var root in files.GroupBy(AboveLogs, StringComparer.Ordinal))
        {
            if (root.Key is null) continue;
            var home = HomeOf(root.Key, root);
            var name = bucket is null ? Path.GetFileName(home) : bucket;
            _buckets.TryAdd(name, home);
            if (bucket is null && Path.GetDirectoryName(home) is { } parent) _parents.Add(parent);
            foreach (var file in root)
            {
                var key = Path.GetRelativePath(home, file).Replace(Path.DirectorySeparatorChar, '/');
                if (DigestName.Parse(new S3Name(name, key)) is { } digest && asked.Reaches(digest.End)) digests.Add(digest);
            }
        }

        return Task.FromResult<IReadOnlyList<DigestName>>(digests);
    }

    public async Task<StoredObject?> OpenAsync(S3Name name, CancellationToken cancellationToken)
    {
        if (Candidates(name).FirstOrDefault(File.Exists) is not { } file) return null;
        var metadata = DigestMetadata.None;
        if (DigestName.Parse(name) is not null && File.Exists(file + ".meta.json"))
        {
            var info = new FileInfo(file + ".meta.json");
            metadata = info.Length > MaxMetadata
                ? null
                : DigestMetadata.Parse(await File.ReadAllBytesAsync(info.FullName, cancellationToken).ConfigureAwait(false));
        }

        return new StoredObject(
            new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan),
                metadata);
    }

    public Task<bool> HasLogsAsync(DigestChain chain, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (!_buckets.TryGetValue(chain.Bucket, out var home) || Below(home, LogPlaces.FolderOf(chain).TrimEnd('/')) is not { } folder
            || !Directory.Exists(folder)) return Task.FromResult(false);
        var (first, last) = (LogPlaces.DayOf(from), LogPlaces.DayOf(to));
        // Folders of years, months and days; only those within the period are opened.
        var days = Within(folder, 4).SelectMany(year => Within(year, 7)).SelectMany(month => Within(month, 10));
        return Task.FromResult(
            days.SelectMany(Directory.EnumerateFiles)
            .Any(file => LogPlaces.DeliveredAt(Path.GetFileName(file)) is { } time && time > from && time <= to));

        IEnumerable<string> Within(string parent, int length) => Directory.EnumerateDirectories(parent).Where(child =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var day = Path.GetRelativePath(folder, child).Replace(Path.DirectorySeparatorChar, '/');
            return day.Length == length && string.CompareOrdinal(day, first[..length]) >= 0
                && string.CompareOrdinal(day, last[..length]) <= 0;
        });
    }

    private IEnumerable<string> Candidates(S3Name name)
    {
        if (_buckets.TryGetValue(name.Bucket, out var known))
        {
            if (Below(known, name.Key) is { } file) yield return file;
            yield break;
        }

        foreach (var parent in _parents)
        {
            if (Below(parent, name.Bucket) is { } folder && Path.GetDirectoryName(folder) == parent && Below(folder, name.Key) is { } file)
                yield return file;
        }
    }

    /// <summary>
    /// The path of a name below a folder; null when it leads out of it, since names come from files that anybody may have written.
    /// </summary>
    private static string? Below(string folder, string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)) return null;
        var full = Path.GetFullPath(Path.Combine(folder, name));
        return full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full : null;
    }

    private static string? AboveLogs(string file)
    {
        var place = file.LastIndexOf(
            $"{Path.DirectorySeparatorChar}{DigestFolders.Root}{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        return place < 0 ? null : file[..place];
    }

    /// <summary>
    /// The folder that stands for the bucket: the one of those above the logs that fits what the digests say about themselves; if none
    /// does, the first folder below the path.
    /// </summary>
    private string HomeOf(string aboveLogs, IEnumerable<string> digests)
    {
        if (bucket is not null) return _top;
        foreach (var file in digests)
        {
            if (SelfOf(file) is not { } self) continue;
            for (var folder = aboveLogs; folder is not null && Path.GetFileName(folder).Length > 0; folder = Path.GetDirectoryName(folder))
            {
                if (Path.GetFileName(folder) == self.Bucket && Path.GetRelativePath(folder, file)
                    .Replace(Path.DirectorySeparatorChar, '/') == self.Key) return folder;
            }
        }

        var below = Path.GetRelativePath(_top, aboveLogs);
        return below == "." || below.StartsWith("..", StringComparison.Ordinal)
            ? aboveLogs
            : Path.Combine(_top, below.Split(Path.DirectorySeparatorChar)[0]);
    }

    private static S3Name? SelfOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return DigestContent.Inflate(stream, out _) is { } content ? Digest.Parse(content)?.Self : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // reported when it is the file's turn to be checked
        }
    }

    private static void Collect(
        string folder, List<string> names, List<string> files, Action<InputError> onError, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            foreach (var entry in new DirectoryInfo(folder)
                .EnumerateFileSystemInfos("*", new EnumerationOptions { IgnoreInaccessible = false, AttributesToSkip = 0 }))
            {
                if (entry is DirectoryInfo)
                {
                    // A link may lead back to a folder above it.
                    if (entry.LinkTarget is null && DigestFolders.LeadsOn(names, entry.Name))
                        Collect(entry.FullName, [.. names, entry.Name], files, onError, cancellationToken);
                }
                else if (entry.Name.EndsWith(".json.gz", StringComparison.Ordinal))
                {
                    files.Add(entry.FullName);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            onError(new InputError(folder, EventReader.ReasonOf(e)));
        }
    }
}
