using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Responder.Aws;

namespace Responder.Logs;

/// <summary>A bucket, or the objects in it below a prefix.</summary>
/// <param name="Prefix">The prefix as it was named; may be empty.</param>
public readonly record struct S3Place(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    public static bool IsUrl(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <exception cref="UsageException">The URL names no bucket.</exception>
    public static S3Place Of(string url)
    {
        var parts = url[Scheme.Length..].Split('/', 2);
        if (parts[0].Length == 0) throw new UsageException("PATH: expected s3://BUCKET or s3://BUCKET/PREFIX");
        return new S3Place(parts[0], parts.Length > 1 ? parts[1] : "");
    }

    public override string ToString() => Prefix.Length == 0 ? Scheme + Bucket : UrlOf(Bucket, Prefix);

    public static string UrlOf(string bucket, string key) => Scheme + bucket + "/" + key;
}

/// <summary>An object of a listing.</summary>
/// <param name="Bytes">As stored; 0 when the listing does not say.</param>
public readonly record struct S3Item(string Key, long Bytes);

/// <summary>
/// S3 for the readers of logs and digests: lists objects page by page and opens them. Writes nothing. No other code calls S3 or uses the
/// types of its SDK; failures are recognized by <see cref="IsFailure"/> and described by <see cref="ReasonOf"/>.
/// </summary>
public sealed class S3Reader : IDisposable
{
    private readonly AmazonS3Client _s3;

    /// <param name="timeout">Limit for the response to begin, and for every wait for more of it.</param>
    public S3Reader(AwsClients clients, TimeSpan timeout)
    {
        // Endpoints other than AWS's own seldom have a host name for each bucket.
        var config = (clients with { CallTimeout = timeout })
            .Configured(new AmazonS3Config { ForcePathStyle = clients.ServiceUrl is not null });
        _s3 = clients.Credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(clients.Credentials, config);
    }

    /// <summary>True if S3 could not be read, which says nothing about what is stored there.</summary>
    public static bool IsFailure(Exception e) => AwsFailure.Is(e);

    /// <summary>True if there is no such object. Without permission to list the bucket, S3 answers "access denied" instead.</summary>
    public static bool IsAbsence(Exception e) => e is AmazonS3Exception s3
        && (s3.ErrorCode == "NoSuchKey" || (s3.StatusCode == HttpStatusCode.NotFound && string.IsNullOrEmpty(s3.ErrorCode)));

    /// <summary><c>S3: ErrorCode: message</c>, one line.</summary>
    public static string ReasonOf(Exception e) => AwsFailure.Describe("S3", e);

    /// <summary>The objects below the place, in the bucket's order, which is the byte order of the keys.</summary>
    /// <param name="startAfter">Leaves out keys up to and including this one; null: none.</param>
    public async IAsyncEnumerable<S3Item> ItemsAsync(
        S3Place place, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = place.Bucket, Prefix = place.Prefix, StartAfter = startAfter };
        await foreach (var page in PagesAsync(request, cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page.S3Objects ?? []) yield return new S3Item(item.Key, item.Size ?? 0);
        }
    }

    /// <summary>The folders directly below the place, each as a prefix with a trailing slash.</summary>
    public async Task<IReadOnlyList<string>> FoldersAsync(S3Place place, CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        var request = new ListObjectsV2Request { BucketName = place.Bucket, Prefix = place.Prefix, Delimiter = "/" };
        await foreach (var page in PagesAsync(request, cancellationToken).ConfigureAwait(false)) folders.AddRange(
            page.CommonPrefixes ?? []);
        return folders;
    }

    public async Task<S3Body> OpenAsync(string bucket, string key, CancellationToken cancellationToken) =>
        new(await _s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellationToken).ConfigureAwait(false));

    public void Dispose() => _s3.Dispose();

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        ListObjectsV2Request request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListObjectsV2Response page;
        do
        {
            page = await _s3.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
            yield return page;
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true && page.NextContinuationToken is not null);
    }
}

/// <summary>An open object.</summary>
public sealed class S3Body : IDisposable
{
    private readonly GetObjectResponse _answer;

    internal S3Body(GetObjectResponse answer) => _answer = answer;

    /// <summary>The object's bytes, to be read once. An exception while reading satisfies <see cref="S3Reader.IsFailure"/>.</summary>
    public Stream Content => _answer.ResponseStream;

    /// <summary>A value of the object's user-defined metadata; null: missing or empty.</summary>
    public string? Metadata(string name) => _answer.Metadata[name] is { Length: > 0 } value ? value : null;

    public void Dispose() => _answer.Dispose();
}
