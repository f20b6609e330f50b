using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Responder.Logs;

namespace Responder.Analysis.Timeline;

/// <summary>
/// A log file that is loaded before its turn: whole and unpacked in memory, if it is small and takes a while to fetch or unpack. The events
/// of several files have to be read one after the other, since each may reveal who is to be followed next; loading does not.
/// </summary>
internal sealed class LoadedFile
{
    /// <summary>Maximum size in bytes, both as stored and unpacked. Larger files are read when it is their turn.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>
    /// Number of threads. Memory holds up to <see cref="MaxBytes"/> for each of them and for each of the few files that wait.
    /// </summary>
    private const int MaxWorkers = 2;

    private readonly LogFile _file;
    private readonly List<InputError> _errors = [];
    private byte[]? _content;
    private int _length;
    private bool _isRented;

    private LoadedFile(LogFile file) => _file = file;

    /// <summary>The events of the files in their order, the same as when each file is read directly.</summary>
    /// <param name="sieve">Called on the caller's thread, for each record after the previous one has been dealt with.</param>
    /// <param name="onError">Called on the caller's thread, in the order of the files.</param>
    public static IEnumerable<EventInput> Events(
        IReadOnlyList<LogFile> files, RecordSieve? sieve, Action<InputError> onError, CancellationToken cancellationToken) =>
        ParallelScan<LoadedFile>.Run(files, MaxWorkers, (file, onLoaded) => onLoaded(Load(file, cancellationToken)), cancellationToken,
            together: false)
            .SelectMany(loaded => loaded.Events(sieve, onError, cancellationToken));

    private static LoadedFile Load(LogFile file, CancellationToken cancellationToken)
    {
        var loaded = new LoadedFile(file);
        // Something that can be read only once, such as a pipe, has neither kind of name.
        if (!S3Place.IsUrl(file.Name) && !file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return loaded;
        if (file.Bytes > MaxBytes) return loaded;
        try
        {
            using var stream = file.Open(loaded._errors.Add, cancellationToken);
            if (stream is not null && Stored(stream) is { } stored && !loaded.Unpack(stored)) (loaded._content, loaded._length) = (
                stored, stored.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // The file is read again in its turn, up to where it breaks off.
        }

        return loaded;
    }

    /// <summary>The stored bytes; null: too many.</summary>
    private static byte[]? Stored(Stream stream)
    {
        using var stored = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (stream.Read(buffer, 0, buffer.Length) is > 0 and var read)
            {
                if (stored.Length + read > MaxBytes) return null;
                stored.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return stored.ToArray();
    }

    /// <summary>
    /// False: not compressed, too large, or not exactly one complete gzip member. The reader of events then says what is wrong.
    /// </summary>
    private bool Unpack(byte[] stored)
    {
        if (stored is not [0x1F, 0x8B, .., _, _, _, _]) return false;
        // Source of the size: RFC 1952, section 2.3.1.
        var size = BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(^4..));
        if (size is 0 or > MaxBytes) return false;
        var content = ArrayPool<byte>.Shared.Rent((int)size + 1);
        try
        {
            using var unpacked = new GZipStream(new MemoryStream(stored), CompressionMode.Decompress);
            if (unpacked.ReadAtLeast(content.AsSpan(0, (int)size + 1), (int)size + 1, throwOnEndOfStream: false) == size
                && content is not [0x1F, 0x8B, ..])
            {
                (_content, _length, _isRented) = (content, (int)size, true);
                return true;
            }
        }
        catch (InvalidDataException)
        {
            // Damaged: false, too.
        }

        ArrayPool<byte>.Shared.Return(content);
        return false;
    }

    private IEnumerable<EventInput> Events(RecordSieve? sieve, Action<InputError> onError, CancellationToken cancellationToken)
    {
        if (_content is null && _errors.Count == 0)
        {
            foreach (var input in _file.Events(onError, cancellationToken, sieve)) yield return input;
            yield break;
        }

        foreach (var error in _errors)
        {
            if (!cancellationToken.IsCancellationRequested) onError(error);
        }

        if (_content is null) yield break;
        using (var stream = new MemoryStream(_content, 0, _length, writable: false))
        {
            foreach (var input in _file.EventsOf(stream, sieve, onError, cancellationToken)) yield return input;
        }

        if (_isRented) ArrayPool<byte>.Shared.Return(_content);
        _content = null;
    }
}
