using System.Text;
using System.Text.RegularExpressions;

namespace Responder.Logs;

/// <content>The beginning: what the input is, and what its first bytes look like.</content>
internal sealed partial class EventStream
{
    /// <summary>How much of a text is looked at to tell what it is.</summary>
    private const int SightBytes = 4096;

    /// <summary>Finds out what the input is; gzip data are opened at once. For any other packing see <see cref="Rest"/>.</summary>
    public Shape Open()
    {
        _isOpen = true;
        _data ??= _input;
        try
        {
            UnpackLimits.CheckDepth(Depth);
            while (true)
            {
                FillTo(4);
                if (!Shapes.BeginsJson(Sight())) FillTo(Shapes.Needed);
                var shape = Unreadable is null ? Shapes.Of(Sight()) : Shape.Empty;
                if (shape != Shape.Gzip)
                {
                    if (shape == Shape.Text && Sight().StartsWith("\uFEFF"u8)) _at = 3;
                    return shape;
                }

                Depth++;
                UnpackLimits.CheckDepth(Depth);
                _gzip = new GzipMembers(new ByteFeed(Sight(), _data, Depth == 1 ? _limits : null));
                IsUnpacked = true;
                _data = _gzip;
                (_at, _end, _ended) = (0, 0, false);
            }
        }
        catch (UnpackLimitException e)
        {
            (Unreadable, _ended, _at) = (e.Message, true, _end);
            return Shape.Empty;
        }
    }

    /// <summary>True: the bytes that were read so far end in damage, which the next entry tells.</summary>
    public bool IsDamaged => _damage is not null;

    /// <summary>True after <see cref="BeginsLikeLog"/> if there is nothing but blanks.</summary>
    public bool IsBlank => _ended && !IsDamaged && Unreadable is null && Sight().IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <summary>The bytes that lie ahead.</summary>
    public ReadOnlySpan<byte> Sight() => _buffer.AsSpan(_at, _end - _at);

    /// <summary>Everything that has not been read, for whoever knows the packing. Ends with this stream.</summary>
    public Stream Rest()
    {
        var rest = new ByteFeed(Sight(), _data!, Depth == 0 ? _limits : null, IsUnpacked ? _limits : null);
        (_at, _ended) = (_end, true);
        return rest;
    }

    /// <summary>True if the text begins like JSON, or like a line of an export from CloudWatch Logs.</summary>
    public bool BeginsLikeLog()
    {
        FillTo(SightBytes, untilMeant: true);
        var start = Sight().TrimStart(" \t\r\n\uFEFF"u8);
        return start.IsEmpty || start[0] is (byte)'{' or (byte)'[' || start.StartsWith("\"{"u8) || ExportLine.PrefixOf(start) > 0;
    }

    public string FirstLine()
    {
        if (Shapes.BeginsJson(Sight())) return "";
        FillTo(SightBytes);
        var start = Sight()[..Math.Min(SightBytes, Sight().Length)];
        var end = start.IndexOfAny((byte)'\r', (byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? start : start[..end]);
    }

    private void FillTo(int count, bool untilMeant = false)
    {
        while (!_ended && _end - _at < count)
        {
            if (untilMeant && Sight().IndexOfAnyExcept(" \t\r\n"u8) >= 0) return;
            Fill();
        }
    }

    /// <summary>True at a byte order mark between values, which joined files have.</summary>
    private bool AtMark()
    {
        FillTo(3);
        return Sight().StartsWith("\uFEFF"u8);
    }

    /// <summary>True at a row of a query of CloudTrail Lake: a list that begins with an object of one member.</summary>
    private bool AtRow()
    {
        FillTo(2);
        if (_end - _at < 2 || _buffer[_at + 1] is not ((byte)'{' or (byte)' ' or (byte)'\r' or (byte)'\n')) return false;
        FillTo(SightBytes);
        return Row().IsMatch(Encoding.Latin1.GetString(Sight()[..Math.Min(SightBytes, Sight().Length)]));
    }

    [GeneratedRegex(
        """\A\[\s*\{\s*"\w+"\s*:\s*("([^"\\]|\\.)*"|[^\s{}\[\],"]+)\s*\}\s*,\s*\{\s*"\w+"\s*:""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    private bool IsNext(byte next)
    {
        FillTo(2);
        return _end - _at > 1 && _buffer[_at + 1] == next;
    }

    /// <summary>Length of the beginning of a line of an export from CloudWatch Logs, up to the event; 0: this is none.</summary>
    private int ExportPrefix()
    {
        if (Column != 0 && Sight() is [not ((byte)'1' or (byte)'2'), ..]) return 0;
        while (!_ended && _end - _at < ExportLine.MaxPrefix && Sight().IndexOfAny((byte)'{', (byte)'\n') < 0) Fill();
        return ExportLine.PrefixOf(Sight());
    }
}
