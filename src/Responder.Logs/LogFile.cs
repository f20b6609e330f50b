namespace Responder.Logs;

/// <summary>A file to be read, wherever it lies.</summary>
/// <param name="Name">As it was named, or the folder as it was named with the path below it; <c>s3://bucket/key</c> for an object.</param>
/// <param name="Bytes">As stored; 0 when nobody asked.</param>
/// <param name="Open">Null, and an error told, when it cannot be opened. The stream may be read on any thread, once.</param>
public sealed record LogFile(string Name, long Bytes, Func<Action<InputError>, CancellationToken, Stream?> Open)
{
    public static LogFile Local(string path, bool withSize) =>
        new(path, withSize ? SizeOf(path) : 0, (onError, _) => EventReader.Open(path, onError));

    /// <summary>The events in the order of the file.</summary>
    /// <param name="onError">Told why it could not be read, or only in part.</param>
    /// <param name="cancellationToken">Ends the events early, without an error.</param>
    /// <param name="sieve">Null: none is left out.</param>
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
