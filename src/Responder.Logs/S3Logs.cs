namespace Responder.Logs;

/// <summary>Log files in a bucket, listed page by page and read as a stream. Never writes.</summary>
internal static class S3Logs
{
    /// <summary>The objects below the place, in the bucket's order. Which of them are logs is told by their first bytes.</summary>
    /// <param name="onError">Told what could not be listed; what was listed before is kept.</param>
    public static IReadOnlyList<LogFile> Files(S3Reader s3, S3Place place, Action<InputError> onError, CancellationToken cancellationToken)
    {
        var files = new List<LogFile>();
        var url = place.ToString();
        try
        {
            foreach (var item in s3.ItemsAsync(place, startAfter: null, cancellationToken).ToBlockingEnumerable(cancellationToken))
            {
                // Consoles make these to show a folder.
                if (!item.Key.EndsWith('/')) files.Add(File(s3, place.Bucket, item) with { IsNamed = item.Key == place.Prefix });
            }

            if (files.Count == 0) onError(new InputError(url, "there is no object below it"));
        }
        catch (Exception e) when (S3Reader.IsFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            onError(new InputError(url, S3Reader.ReasonOf(e)));
        }
        catch (OperationCanceledException)
        {
            // Interrupted: returns what was listed so far.
        }

        return files;
    }

    private static LogFile File(S3Reader s3, string bucket, S3Item item)
    {
        var name = S3Place.UrlOf(bucket, item.Key);
        return new LogFile(name, item.Bytes, (onError, cancellationToken) =>
        {
            try
            {
                return new ObjectStream(Wait(s3.OpenAsync(bucket, item.Key, cancellationToken)), cancellationToken);
            }
            catch (Exception e) when (S3Reader.IsFailure(e))
            {
                onError(new InputError(name, S3Reader.ReasonOf(e)));
                return null;
            }
        });
    }

    /// <summary>Blocks until the call is done: callers have threads of their own, and the SDK has no synchronous calls.</summary>
    private static T Wait<T>(Task<T> call) => call.GetAwaiter().GetResult();

    /// <summary>The body of an object. A broken connection becomes an IOException; an interruption ends a waiting read.</summary>
    private sealed class ObjectStream(S3Body body, CancellationToken cancellationToken) : ForwardStream
    {
        private byte[]? _buffer;

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
                return body.Content.ReadAsync(buffer, offset, count, cancellationToken).GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is Amazon.Runtime.AmazonClientException or HttpRequestException)
            {
                throw new IOException(e.Message, e); // includes the SDK's own checks of length and checksum
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) body.Dispose();
            base.Dispose(disposing);
        }
    }
}
