using System.Globalization;

namespace Responder.Logs;

/// <summary>
/// The content of gzip data: of one member, as CloudTrail writes it, or of several one after the other, as Firehose joins them; zeros
/// between them are passed over. Remembers what a log file of CloudTrail would not have. Source: RFC 1952.
/// </summary>
public sealed class GzipMembers : ForwardStream
{
    private readonly ByteFeed _feed;
    private DeflatedSection? _member;
    private bool _isDone;

    /// <param name="feed">Begins with the first member; belongs to this stream from now on.</param>
    internal GzipMembers(ByteFeed feed) => _feed = feed;

    /// <param name="stored">Closed by whoever opened it.</param>
    public static GzipMembers Of(Stream stored) => new(new ByteFeed([], stored, stored: null));

    public int Members { get; private set; }

    /// <summary>Number of zeros behind members.</summary>
    public long Padding { get; private set; }

    /// <summary>True: behind the last member there are bytes that are no gzip data; they were not read.</summary>
    public bool HasBytesBehind { get; private set; }

    /// <summary>What is not as CloudTrail writes it, in words; null: nothing.</summary>
    public string? Oddity => HasBytesBehind ? "there are bytes behind the gzip data, which were not read"
        : Members > 1 ? string.Create(CultureInfo.InvariantCulture, $"the gzip data have {Members} members, where CloudTrail writes one")
        : Padding > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Padding} zero bytes behind the gzip data")
        : null;

    /// <exception cref="InvalidDataException">The data are damaged or end early; everything before was returned.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_isDone && !buffer.IsEmpty)
        {
            if (_member is null && !Begin()) break;
            int read;
            try
            {
                read = _member!.Read(buffer);
            }
            catch (InvalidDataException e)
            {
                throw Damaged("the gzip data are damaged: expected a whole gzip file", e);
            }

            if (read > 0) return read;
            switch (_member.EndMember())
            {
                case DeflatedSection.Ending.Cut: throw Damaged("the gzip data end early: expected more of them");
                case DeflatedSection.Ending.Wrong: throw Damaged("the gzip data are damaged: their checksum or size is not right");
            }

            _member.Dispose();
            _member = null;
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            _feed.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Begins the next member; false: there is none.</summary>
    private bool Begin()
    {
        var zeros = 0L;
        while (Members > 0 && _feed.Ensure(1) && _feed.Ahead[0] == 0)
        {
            var some = _feed.Ahead.IndexOfAnyExcept((byte)0);
            some = some < 0 ? _feed.Ahead.Length : some;
            zeros += some;
            _feed.Skip(some);
        }

        Padding += zeros;
        if (!_feed.Ensure(1))
        {
            _isDone = true;
            return false;
        }

        if (_feed.Ensure(3) ? !_feed.Ahead.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]) : Members > 0)
        {
            if (Members == 0) throw Damaged("the gzip data are damaged: expected a whole gzip file");
            (_isDone, HasBytesBehind) = (true, true);
            return false;
        }

        if (!SkipHead()) throw Damaged("the gzip data end early: expected more of them");
        Members++;
        _member = new DeflatedSection(_feed);
        return true;
    }

    /// <summary>Skips the head of a member; false: the data end inside it.</summary>
    private bool SkipHead()
    {
        const int Crc = 2, Extra = 4, Name = 8, Comment = 16;
        if (!_feed.Ensure(10)) return false;
        var flags = _feed.Ahead[3];
        _feed.Skip(10);
        if ((flags & Extra) != 0)
        {
            if (!_feed.Ensure(2)) return false;
            var length = _feed.Ahead[0] | (_feed.Ahead[1] << 8);
            if (!_feed.SkipFar(2 + length)) return false;
        }

        foreach (var text in (int[])[flags & Name, flags & Comment])
        {
            if (text == 0) continue;
            while (_feed.Ensure(1) && _feed.Ahead[0] != 0) _feed.Skip(1);
            if (!_feed.SkipFar(1)) return false;
        }

        return (flags & Crc) == 0 || _feed.SkipFar(2);
    }

    private InvalidDataException Damaged(string what, Exception? cause = null)
    {
        _isDone = true;
        return new InvalidDataException(what, cause);
    }
}
