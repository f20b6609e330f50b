namespace Responder.Logs;

/// <summary>A file to be read, on this machine or in a bucket.</summary>
/// <param name="Name">The file as it was named, or the named folder with the path below it; <c>s3://bucket/key</c> for an object.</param>
/// <param name="Bytes">Size as stored; 0 when it was not asked for or is unknown.</param>
/// <param name="Open">Opens the file; null when it cannot be opened, after the error was reported. The stream may be read once, on any
/// thread.</param>
public sealed record LogFile(string Name, long Bytes, Func<Action<InputError>, CancellationToken, Stream?> Open)
{
    /// <summary>True: somebody named this very file, so it has to be a log; false: it lies in a folder and may be anything.</summary>
    public bool IsNamed { get; init; } = true;

    /// <param name="path"><c>-</c> is standard input.</param>
    /// <param name="here">The current folder, for whoever asked for it already.</param>
    public static LogFile Local(string path, bool withSize, bool isNamed = true, string? here = null)
    {
        var whole = here is null ? path : Path.Combine(here, path);
        return new LogFile(path, withSize ? SizeOf(path) : 0, (onError, _) => EventReader.Open(path, whole, onError)) { IsNamed = isNamed };
    }

    /// <summary>The events, in file order.</summary>
    /// <param name="onError">Told why it could not be read, or only in part.</param>
    /// <param name="cancellationToken">Ends the events early, without an error.</param>
    /// <param name="sieve">Null: no record is left out.</param>
    public IEnumerable<EventInput> Events(Action<InputError> onError, CancellationToken cancellationToken, RecordSieve? sieve = null)
    {
        using var stream = Open(error => { if (!cancellationToken.IsCancellationRequested) onError(error); }, cancellationToken);
        if (stream is null) yield break;
        foreach (var input in EventsOf(stream, sieve, onError, cancellationToken)) yield return input;
    }

    /// <summary>The events of a stream that holds what this file holds.</summary>
    public IEnumerable<EventInput> EventsOf(
        Stream stream, RecordSieve? sieve, Action<InputError> onError, CancellationToken cancellationToken) =>
        EventReader.ReadStream(Name, stream, sieve, onError, cancellationToken, IsNamed);

    /// <summary>
    /// The same file for whoever reads it several times: what can be read only once, such as a pipe, is kept in memory, up to a limit.
    /// </summary>
    public LogFile Rereadable()
    {
        const int MaxKept = 256 * 1024 * 1024;
        byte[]? kept = null;
        var isTooLarge = false;
        return this with
        {
            Open = (onError, cancellationToken) =>
            {
                if (kept is not null) return new MemoryStream(kept, writable: false);
                if (isTooLarge) return null;
                var stream = Open(onError, cancellationToken);
                if (stream is null or { CanSeek: true } or WholeFile || S3Place.IsUrl(Name)) return stream;
                using (stream)
                {
                    var content = new MemoryStream();
                    var buffer = new byte[128 * 1024];
                    try
                    {
                        while (stream.Read(buffer) is > 0 and var read)
                        {
                            content.Write(buffer, 0, read);
                            if (content.Length <= MaxKept) continue;
                            isTooLarge = true;
                            onError(new InputError(
                                Name, "a pipe of more than 256 MB, and its content is read several times: save it to a file first"));
                            return null;
                        }
                    }
                    catch (IOException e)
                    {
                        onError(new InputError(Name, EventReader.ReasonOf(e)));
                    }

                    kept = content.ToArray();
                    return new MemoryStream(kept, writable: false);
                }
            },
        };
    }

    private static long SizeOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return 0; // opening it will say why
        }
    }
}
