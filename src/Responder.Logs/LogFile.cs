namespace Responder.Logs;

/// <summary>A file to be read, on this machine or in a bucket.</summary>
/// <param name="Name">The file as it was named, or the named folder with the path below it; <c>s3://bucket/key</c> for an object.</param>
/// <param name="Bytes">Size as stored; 0 when it was not asked for or is unknown.</param>
/// <param name="Open">Opens the file; null when it cannot be opened, after the error was reported. The stream may be read once, on any
/// thread.</param>
public sealed record LogFile(string Name, long Bytes, Func<Action<InputError>, CancellationToken, Stream?> Open)
{
    public static LogFile Local(string path, bool withSize) =>
        new(path, withSize ? SizeOf(path) : 0, (onError, _) => EventReader.Open(path, onError));

    /// <summary>The events, in file order.</summary>
    /// <param name="onError">Told why it could not be read, or only in part.</param>
    /// <param name="cancellationToken">Ends the events early, without an error.</param>
    /// <param name="sieve">Null: no record is left out.</param>
    public IEnumerable<EventInput> Events(Action<InputError> onError, CancellationToken cancellationToken, RecordSieve? sieve = null)
    {
        using var stream = Open(error => { if (!cancellationToken.IsCancellationRequested) onError(error); }, cancellationToken);
        if (stream is null) yield break;
        foreach (var input in EventReader.ReadStream(Name, stream, sieve, onError, cancellationToken)) yield return input;
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
