using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Responder.Aws;

namespace Responder.Logs;

/// <summary>A bucket, or what lies in it below a prefix.</summary>
/// <param name="Prefix">Empty, or as it was named.</param>
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

/// <summary>S3 as the readers of logs and of digests see it: listed page by page, objects opened. Writes nothing.</summary>
public sealed class S3Reader : IDisposable
{
    private readonly AmazonS3Client _s3;

    /// <param name="timeout">Until an answer begins, and of every wait for more of it.</param>
    public S3Reader(AwsClients clients, TimeSpan timeout)
    {
        // Other endpoints than AWS's seldom have a host name for each bucket.
        var config = (clients with { CallTimeout = timeout }).Configured(new AmazonS3Config { ForcePathStyle = clients.ServiceUrl is not null });
        _s3 = clients.Credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(clients.Credentials, config);
    }

    /// <summary>The answers to one question, in the bucket's order, which is that of the keys' bytes.</summary>
    public async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(ListObjectsV2Request request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListObjectsV2Response page;
        do
        {
            page = await _s3.ListObjectsV2Async(request, cancellationToken);
            yield return page;
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true && page.NextContinuationToken is not null);
    }

    public Task<GetObjectResponse> OpenAsync(string bucket, string key, CancellationToken cancellationToken) =>
        _s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellationToken);

    public void Dispose() => _s3.Dispose();
}
