using Amazon.S3;
using Amazon.S3.Model;
using Responder.Cli.Backtest;
using Responder.Events;

namespace Responder.Cli.Aws;

/// <summary>Log files in a bucket: listed page by page, each read as it streams in. Reads only.</summary>
internal sealed class S3Logs : IDisposable
{
    private const string Scheme = "s3://";

    /// <summary>Until an answer begins; the SDK sets no limit.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private static readonly string[] s_extensions = [".json", ".jsonl", ".gz"];

    private readonly AmazonS3Client _s3;

    /// <param name="endpoint">Null: AWS.</param>
    /// <exception cref="UsageException">No region.</exception>
    public S3Logs(Surroundings surroundings, Uri? endpoint)
    {
        var clients = AmbientAws.Clients(surroundings, endpoint) with { CallTimeout = s_timeout };
        // Other endpoints than AWS's seldom have a host name for each bucket.
        var config = clients.Configured(new AmazonS3Config { ForcePathStyle = endpoint is not null });
        _s3 = clients.Credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(clients.Credentials, config);
    }

    public static bool IsUrl(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>The log files below <c>s3://bucket/prefix</c>, in the bucket's order, which is that of the keys' bytes.</summary>
    /// <param name="onError">Told what could not be listed; what was listed before stands.</param>
    /// <exception cref="UsageException">The URL names no bucket.</exception>
    public IReadOnlyList<LogFile> Files(string url, Action<InputError> onError, CancellationToken cancellationToken)
    {
        var place = url[Scheme.Length..].Split('/', 2);
        var (bucket, prefix) = (place[0], place.Length > 1 ? place[1] : "");
        if (bucket.Length == 0) throw new UsageException("expected s3://bucket or s3://bucket/prefix");
        var files = new List<LogFile>();
        try
        {
            var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
            ListObjectsV2Response page;
            do
            {
                page = Wait(_s3.ListObjectsV2Async(request, cancellationToken));
                foreach (var item in page.S3Objects ?? [])
                {
                    if (s_extensions.Any(extension => item.Key.EndsWith(extension, StringComparison.OrdinalIgnoreCase))) files.Add(File(bucket, item.Key, item.Size ?? 0));
                }

                request.ContinuationToken = page.NextContinuationToken;
            }
            while (page.IsTruncated == true && page.NextContinuationToken is not null);

            if (files.Count == 0) onError(new InputError(url, "there is no *.json, *.jsonl or *.gz object below it"));
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            onError(new InputError(url, AwsFailure.Describe("S3", e)));
        }
        catch (OperationCanceledException)
        {
            // The result says how far it came.
        }

        return files;
    }

    public void Dispose() => _s3.Dispose();

    private LogFile File(string bucket, string key, long bytes)
    {
        var name = Scheme + bucket + "/" + key;
        return new LogFile(name, bytes, (onError, cancellationToken) =>
        {
            try
            {
                var answer = Wait(_s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellationToken));
                return new ObjectStream(answer, cancellationToken);
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                onError(new InputError(name, AwsFailure.Describe("S3", e)));
                return null;
            }
        });
    }

    /// <summary>The callers are threads of their own, and the SDK has no synchronous calls.</summary>
    private static T Wait<T>(Task<T> call) => call.GetAwaiter().GetResult();

    /// <summary>The body of an object. A connection that breaks is an IOException, an interruption ends a read that waits.</summary>
    private sealed class ObjectStream(GetObjectResponse answer, CancellationToken cancellationToken) : Stream
    {
        private byte[]? _buffer;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            _buffer ??= new byte[16 * 1024];
            var read = Read(_buffer, 0, Math.Min(buffer.Length, _buffer.Length));
            _buffer.AsSpan(0, read).CopyTo(buffer);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                return answer.ResponseStream.ReadAsync(buffer, offset, count, cancellationToken).GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is Amazon.Runtime.AmazonClientException or HttpRequestException)
            {
                throw new IOException(e.Message, e); // the SDK's own checks of length and checksum among them
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) answer.Dispose();
            base.Dispose(disposing);
        }
    }
}
