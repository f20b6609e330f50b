using Responder.Logs;

namespace Responder.Integrity;

/// <summary>Reads digests and logs from the bucket itself.</summary>
/// <param name="prefix">Empty, or with a trailing slash.</param>
public sealed class S3Store(S3Reader s3, string bucket, string prefix) : ILogStore
{
    /// <summary>How many levels of folders above AWSLogs are searched; nobody keeps logs deeper than that.</summary>
    private const int MaxDepth = 8;

    public static S3Store Of(S3Reader s3, S3Place place) =>
        new(s3, place.Bucket, place.Prefix.Length == 0 ? "" : place.Prefix.TrimEnd('/') + "/");

    public async Task<IReadOnlyList<DigestName>> DigestsAsync(
        AskedPeriod asked, Action<InputError> onError, CancellationToken cancellationToken)
    {
        var digests = new List<DigestName>();
        try
        {
            await DescendAsync(prefix, asked, digests, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.Is(e, cancellationToken))
        {
            onError(new InputError($"s3://{bucket}/{prefix}", StoreFailure.Reason(e)));
        }

        return digests;
    }

    public async Task<StoredObject?> OpenAsync(S3Name name, CancellationToken cancellationToken)
    {
        try
        {
            var body = await s3.OpenAsync(name.Bucket, name.Key, cancellationToken).ConfigureAwait(false);
            var metadata = new DigestMetadata(
                body.Metadata("signature"), body.Metadata("signature-algorithm"), body.Metadata("backfill-generation-timestamp"));
            return new StoredObject(body.Content, metadata);
        }
        catch (Exception e) when (S3Reader.IsAbsence(e))
        {
            return null;
        }
    }

    public async Task<bool> HasLogsAsync(DigestChain chain, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var folder = LogPlaces.FolderOf(chain);
        var beyond = folder + LogPlaces.DayOf(to) + "0"; // '0' comes after '/'
        var place = new S3Place(chain.Bucket, folder);
        await foreach (var item in s3.ItemsAsync(place, startAfter: folder + LogPlaces.DayOf(from), cancellationToken)
            .ConfigureAwait(false))
        {
            if (string.CompareOrdinal(item.Key, beyond) > 0) return false;
            if (LogPlaces.DeliveredAt(item.Key) is { } time && time > from && time <= to) return true;
        }

        return false;
    }

    private async Task DescendAsync(string folder, AskedPeriod asked, List<DigestName> digests, CancellationToken cancellationToken)
    {
        var path = folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var place = Array.IndexOf(path, "CloudTrail-Digest");
        if (place >= 0 && path.Length > place + 1)
        {
            await AddDigestsAsync(folder, isRegion: path.Length == place + 2, asked, digests, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (path.Length > MaxDepth + prefix.Count(static c => c == '/')) return;
        foreach (var child in await s3.FoldersAsync(new S3Place(bucket, folder), cancellationToken).ConfigureAwait(false))
        {
            if (DigestFolders.LeadsOn(path, child[folder.Length..].TrimEnd('/')))
                await DescendAsync(child, asked, digests, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="isRegion">True: the folder contains years, months and days, in the order of time.</param>
    private async Task AddDigestsAsync(
        string folder, bool isRegion, AskedPeriod asked, List<DigestName> digests, CancellationToken cancellationToken)
    {
        string Day(DateTimeOffset time) => folder + LogPlaces.DayOf(time);
        var beyond = Day(asked.LastDigest) + "0"; // '0' comes after '/'
        var place = new S3Place(bucket, folder);
        await foreach (var item in s3.ItemsAsync(place, startAfter: isRegion ? Day(asked.Start) : null, cancellationToken)
            .ConfigureAwait(false))
        {
            if (isRegion && string.CompareOrdinal(item.Key, beyond) > 0) return;
            if (DigestName.Parse(new S3Name(bucket, item.Key)) is { } digest && asked.Reaches(digest.End)) digests.Add(digest);
        }
    }
}
