using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Responder.Logs;

/// <summary>
/// One section of deflated bytes inside a stream. The decompressor reads in pieces and does not say where the section ended, but what
/// follows it does: formats put checksum and size there, and those are known once the section has been read. They are looked for in the
/// last
/// piece that the decompressor took.
/// </summary>
internal sealed class DeflatedSection : ForwardStream
{
    private readonly ByteFeed _feed;
    private readonly Pieces _pieces;
    private readonly DeflateStream _inflated;
    private readonly Crc32 _crc = new();

    public DeflatedSection(ByteFeed feed)
    {
        _feed = feed;
        Start = feed.Taken;
        _pieces = new Pieces(feed);
        _inflated = new DeflateStream(_pieces, CompressionMode.Decompress);
    }

    /// <summary>Position in the feed of the first deflated byte.</summary>
    public long Start { get; }

    /// <summary>Number of bytes that came out so far.</summary>
    public long Size { get; private set; }

    /// <summary>Checksum of the bytes that came out.</summary>
    public uint Crc => _crc.GetCurrentHashAsUInt32();

    public override int Read(Span<byte> buffer)
    {
        var read = _inflated.Read(buffer);
        _crc.Append(buffer[..read]);
        Size += read;
        return read;
    }

    /// <summary>How a gzip member ended.</summary>
    public enum Ending
    {
        /// <summary>With its checksum and size, which are right.</summary>
        Right,

        /// <summary>The data end before them.</summary>
        Cut,

        /// <summary>They are not right, or not there.</summary>
        Wrong,
    }

    /// <summary>
    /// Call this after the last byte: moves the feed behind the section and the eight bytes of checksum and size that end a gzip member.
    /// </summary>
    public Ending EndMember()
    {
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)Size);
        // The decompressor asked for more and got nothing.
        if (_pieces.Last == 0) return Ending.Cut;
        var last = LastPiece(trailer.Length);
        var least = LeastBeforeTrailer(last);
        var at = last.Length < least ? -1 : last[least..].IndexOf(trailer) is >= 0 and var behind ? least + behind : -1;
        if (at < 0) return _pieces.Last == 1 && trailer.StartsWith(last[1..]) ? Ending.Cut : Ending.Wrong;
        _feed.Skip(at + trailer.Length);
        return Ending.Right;
    }

    /// <summary>
    /// How many bytes of the last piece certainly belong to the section: nothing at all ends in zeros like its own checksum and size.
    /// </summary>
    private int LeastBeforeTrailer(ReadOnlySpan<byte> last) => _pieces.Last == 1 ? 1
        : Size > 0 || _feed.Taken != Start ? 0
        : last.StartsWith((ReadOnlySpan<byte>)[3, 0]) ? 2
        : last.StartsWith((ReadOnlySpan<byte>)[1, 0, 0, 0xFF, 0xFF]) ? 5
        : 0;

    /// <summary>
    /// Call this after the last byte: moves the feed behind the section and the data descriptor that follows it in a zip archive. False:
    /// there is none.
    /// </summary>
    public bool TryEndEntry()
    {
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Crc);
        var last = LastPiece(24);
        for (var at = 0; last[at..].IndexOf(crc) is >= 0 and var next; at++)
        {
            at += next;
            var length = _feed.Taken + at - Start;
            foreach (var (hasMark, isLong) in ((bool, bool)[])[(true, false), (true, true), (false, false), (false, true)])
            {
                var (packed, behind) = (length - (hasMark ? 4 : 0), at + 4 + (isLong ? 16 : 8));
                if (packed < 0 || behind > last.Length || (hasMark && !Has(last, at - 4, 0x08074B50))) continue;
                var (a, b) = isLong
                    ? (BinaryPrimitives.ReadInt64LittleEndian(last[(at + 4)..]), BinaryPrimitives.ReadInt64LittleEndian(last[(at + 12)..]))
                    : (BinaryPrimitives.ReadUInt32LittleEndian(last[(at + 4)..]),
                        BinaryPrimitives.ReadUInt32LittleEndian(last[(at + 8)..]));
                if (a != packed || b != Size) continue;
                _feed.Skip(behind);
                return true;
            }
        }

        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inflated.Dispose();
        base.Dispose(disposing);
    }

    private static bool Has(ReadOnlySpan<byte> bytes, int at, uint mark) =>
        at >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) == mark;

    private ReadOnlySpan<byte> LastPiece(int more)
    {
        _feed.Ensure(_pieces.Last + more);
        return _feed.Ahead[..Math.Min(_pieces.Last + more, _feed.Ahead.Length)];
    }

    /// <summary>
    /// Hands bytes to the decompressor; they are taken from the feed only when it asks for more. The last bytes of the feed go one by
    /// one, so
    /// that it is known exactly where a section ends that is followed by its checksum only.
    /// </summary>
    private sealed class Pieces(ByteFeed feed) : ForwardStream
    {
        private const int OneByOne = 16;

        /// <summary>Number of bytes handed over last, which still lie ahead in the feed.</summary>
        public int Last { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            feed.Skip(Last);
            Last = 0;
            feed.Ensure(buffer.Length + OneByOne);
            var ahead = feed.Ahead;
            if (ahead.IsEmpty) return 0;
            Last = Math.Clamp(ahead.Length - OneByOne, 1, buffer.Length);
            ahead[..Last].CopyTo(buffer);
            return Last;
        }
    }
}
