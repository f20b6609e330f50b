using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Responder.Logs;

/// <summary>
/// Reads a zip archive from its beginning to its end, entry by entry, so that it need not be kept: an archive may come out of a pipe, a
/// bucket or another archive. Source: APPNOTE.TXT of PKWARE, sections 4.3 and 4.5.3.
/// </summary>
/// <param name="limits">Told what is unpacked only to find the next entry.</param>
internal sealed class ZipEntries(ByteFeed feed, UnpackLimits limits)
{
    private const uint EntryMark = 0x04034B50;
    private const int HeadBytes = 30;
    private const int Stored = 0, Deflated = 8;
    private const int IsEncrypted = 1, HasDescriptor = 8;

    private Stream? _content;
    private DeflatedSection? _section;
    private LimitedStream? _limited;
    private ByteFeed? _inner;
    private bool _endsWithDescriptor;
    private uint _crc;

    /// <summary>Name of the entry as the archive has it, which may be anything.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Why the entry's content cannot be read; null: it can.</summary>
    public string? Obstacle { get; private set; }

    public bool IsFolder => Name.EndsWith('/');

    /// <summary>The entry's content. Read it or not; the next entry is found anyway.</summary>
    public Stream Content => _content!;

    /// <summary>Moves to the next entry; false: there is none.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged here; further entries cannot be found.</exception>
    public bool MoveNext()
    {
        End();
        if (!feed.Ensure(4)) throw new InvalidDataException("the zip archive ends early: expected its directory");
        if (BinaryPrimitives.ReadUInt32LittleEndian(feed.Ahead) != EntryMark) return IsDirectory() ? false : throw Damaged();
        if (!feed.Ensure(HeadBytes)) throw Damaged();
        var head = feed.Ahead;
        var (flags, method) = (BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]));
        _crc = BinaryPrimitives.ReadUInt32LittleEndian(head[14..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(head[18..]);
        var (nameLength, extraLength) = (BinaryPrimitives.ReadUInt16LittleEndian(head[26..]), BinaryPrimitives.ReadUInt16LittleEndian(
            head[28..]));
        feed.Skip(HeadBytes);
        if (!feed.Ensure(nameLength + extraLength)) throw Damaged();
        Name = Encoding.UTF8.GetString(feed.Ahead[..nameLength]);
        if (packed == uint.MaxValue) packed = LongSize(feed.Ahead.Slice(nameLength, extraLength)) ?? throw Damaged();
        feed.Skip(nameLength + extraLength);
        Begin(flags, method, packed);
        return true;
    }

    private void Begin(int flags, int method, long packed)
    {
        _endsWithDescriptor = (flags & HasDescriptor) != 0;
        Obstacle = (flags & IsEncrypted) != 0 ? "it is encrypted"
            : method is not (Stored or Deflated)
            ? string.Create(CultureInfo.InvariantCulture, $"it is packed by method {method}, expected deflate")
            : null;
        // Where the size follows the content, only deflated content says where it ends.
        if (_endsWithDescriptor && packed == 0 && (Obstacle is not null || method != Deflated))
        {
            if (!IsFolder || method != Stored || Obstacle is not null)
                throw new InvalidDataException($"the zip archive does not say how long an entry is: {Obstacle ?? "stored"}");
            _content = Stream.Null;
            SkipDescriptor();
            return;
        }

        if (method == Deflated && Obstacle is null && (_endsWithDescriptor || packed == 0)) _content = _section = new DeflatedSection(feed);
        else
        {
            _limited = new LimitedStream(feed, packed);
            _content = _limited;
            if (method == Deflated && Obstacle is null)
            {
                // A feed of its own, so that it never takes what follows the entry.
                _inner = new ByteFeed([], _limited, stored: null);
                _content = _section = new DeflatedSection(_inner);
            }
        }
    }

    /// <summary>Moves behind the content of the entry.</summary>
    private void End()
    {
        if (_content is null) return;
        var rest = new byte[64 * 1024];
        try
        {
            if (_section is { } section && Obstacle is null)
            {
                while (section.Read(rest) is > 0 and var read) limits.AddUnpacked(read);

                if (_limited is null && !section.TryEndEntry()) throw Damaged();
                if (_limited is not null && section.Crc != _crc) throw Damaged();
            }

            if (_limited is not { } limited) return;
            if (!limited.SkipRest()) throw Damaged();
            if (_endsWithDescriptor) SkipDescriptor();
        }
        finally
        {
            _section?.Dispose();
            _inner?.Dispose();
            (_content, _section, _limited, _inner) = (null, null, null, null);
        }
    }

    private void SkipDescriptor()
    {
        if (!feed.Ensure(12)) throw Damaged();
        feed.SkipFar(BinaryPrimitives.ReadUInt32LittleEndian(feed.Ahead) == 0x08074B50 ? 16 : 12);
    }

    /// <summary>Directory, or the records that stand at the end of an archive: an empty one has nothing else.</summary>
    private bool IsDirectory() =>
        BinaryPrimitives.ReadUInt32LittleEndian(feed.Ahead) is 0x02014B50 or 0x06054B50 or 0x06064B50 or 0x08064B50;

    private static long? LongSize(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var (id, length) = (BinaryPrimitives.ReadUInt16LittleEndian(extra), BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
            if (length > extra.Length - 4) return null;
            if (id == 1) return length >= 16 ? BinaryPrimitives.ReadInt64LittleEndian(extra[12..]) : null;
            extra = extra[(4 + length)..];
        }

        return null;
    }

    private static InvalidDataException Damaged() => new("the zip archive is damaged: expected an entry or the directory");

    /// <summary>The next so many bytes of the feed.</summary>
    private sealed class LimitedStream(ByteFeed feed, long length) : ForwardStream
    {
        private long _left = length;

        public override int Read(Span<byte> buffer)
        {
            var read = feed.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }

        public bool SkipRest()
        {
            var left = _left;
            _left = 0;
            return left >= 0 && feed.SkipFar(left);
        }
    }
}
