using System.Buffers;

namespace Responder.Logs;

/// <summary>Bytes of a stream with a look ahead, for formats in which one section follows the other.</summary>
internal sealed class ByteFeed : ForwardStream
{
    private const int PieceBytes = 128 * 1024;

    private readonly Stream _source;
    private readonly UnpackLimits? _stored;
    private readonly UnpackLimits? _unpacked;
    private byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
    private int _at;
    private int _end;
    private bool _ended;

    /// <param name="beginning">Bytes that were read before.</param>
    /// <param name="source">Closed by whoever opened it.</param>
    /// <param name="stored">Told how many bytes were read, if these are the bytes of the named file itself.</param>
    /// <param name="unpacked">Told how many bytes were read, if reading them unpacks.</param>
    public ByteFeed(ReadOnlySpan<byte> beginning, Stream source, UnpackLimits? stored, UnpackLimits? unpacked = null)
    {
        (_source, _stored, _unpacked) = (source, stored, unpacked);
        if (beginning.Length > _piece.Length) Grow(beginning.Length);
        beginning.CopyTo(_piece);
        _end = beginning.Length;
        _stored?.AddStored(_end);
    }

    /// <summary>Number of bytes that were taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>The bytes that were read and not yet taken.</summary>
    public ReadOnlySpan<byte> Ahead => _piece.AsSpan(_at, _end - _at);

    /// <summary>Reads until so many bytes lie ahead; false: the stream ends before.</summary>
    public bool Ensure(int count)
    {
        while (_end - _at < count)
        {
            if (_ended) return false;
            if (_at > 0 && _piece.Length - _at < Math.Max(count, PieceBytes / 2))
            {
                _piece.AsSpan(_at, _end - _at).CopyTo(_piece);
                (_at, _end) = (0, _end - _at);
            }

            if (_piece.Length - _at < count) Grow(count);
            var read = _source.Read(_piece, _end, _piece.Length - _end);
            _ended = read == 0;
            _end += read;
            _stored?.AddStored(read);
            _unpacked?.AddUnpacked(read);
        }

        return true;
    }

    public void Skip(int count)
    {
        _at += count;
        Taken += count;
    }

    /// <summary>Skips so many bytes, however many; false: the stream ends before.</summary>
    public bool SkipFar(long count)
    {
        while (count > 0)
        {
            if (!Ensure(1)) return false;
            var some = (int)Math.Min(count, _end - _at);
            Skip(some);
            count -= some;
        }

        return true;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || !Ensure(1)) return 0;
        var count = Math.Min(buffer.Length, _end - _at);
        Ahead[..count].CopyTo(buffer);
        Skip(count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        var piece = _piece;
        (_piece, _at, _end, _ended) = ([], 0, 0, true);
        if (piece.Length > 0) ArrayPool<byte>.Shared.Return(piece);
        base.Dispose(disposing);
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(count, _piece.Length * 2));
        Ahead.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_piece);
        (_piece, _at, _end) = (larger, 0, _end - _at);
    }
}
