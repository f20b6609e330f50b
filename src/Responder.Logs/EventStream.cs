using System.Buffers;
using System.Text.Json;
using Responder.Events;

namespace Responder.Logs;

/// <summary>
/// Reads the events of one stream, one after the other, and holds no more than one of them. Text that is not JSON yields one malformed
/// entry; reading resumes at the next line that can begin an event.
/// </summary>
internal sealed partial class EventStream : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>
    /// Of a larger value only the size is kept; after an error inside it, reading resumes after the error. An event that is indented may be
    /// several times larger than its limit.
    /// </summary>
    private const int MaxBufferedBytes = 8 * EventParser.MaxEventBytes;

    private const int MaxNesting = 64;

    private readonly Stream _input;
    private readonly RecordSieve? _sieve;
    private readonly CancellationToken _cancellationToken;
    private readonly JsonScanner _scanner = new();
    private readonly Stack<Batch> _open = new();
    private readonly int[] _keys = new int[PlainRecord.MaxMembers];
    private readonly UnpackLimits _limits;
    private readonly Wrapping _wrapping;
    private readonly List<Found> _found = [];
    private int _foundAt;
    private Stream? _data;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int _at;
    private int _end;
    private bool _ended;
    private GzipMembers? _gzip;
    private bool _isOpen;
    private string? _damage;
    private bool _anything;
    private long _line = 1;
    private long _offset;
    private long _lineOffset;

    /// <param name="input">Read to its end; closed by whoever opened it.</param>
    /// <param name="sieve">Null: every record is built.</param>
    /// <param name="cancellationToken">Ends the events early.</param>
    /// <param name="limits">Those of the named file; null: its own.</param>
    /// <param name="depth">How many packings the input came out of.</param>
    /// <param name="isUnpacked">True: reading it unpacks, so that its bytes count.</param>
    public EventStream(
        Stream input, RecordSieve? sieve = null, CancellationToken cancellationToken = default, UnpackLimits? limits = null, int depth = 0,
        bool isUnpacked = false)
    {
        IsUnpacked = isUnpacked;
        _input = input;
        _sieve = sieve;
        _cancellationToken = cancellationToken;
        _limits = limits ?? new UnpackLimits();
        _wrapping = new Wrapping(_limits);
        Depth = depth;
    }

    /// <summary>A list that has begun: a JSON array, or the Records of a log file.</summary>
    private readonly record struct Batch(bool IsRecords, long Line);

    /// <summary>Why the stream could not be read to its end, in the system's words; null when it was.</summary>
    public string? Unreadable { get; private set; }

    /// <summary>
    /// Number of records so far: events, malformed ones, and those that the sieve did not want. Also the number of the one returned last.
    /// </summary>
    public long Records { get; private set; }

    /// <summary>How many packings the text came out of; counts on while gzip data are opened.</summary>
    public int Depth { get; private set; }

    /// <summary>True: reading unpacks.</summary>
    public bool IsUnpacked { get; private set; }

    /// <summary>Number of records, wrappings and other known things so far, whether they were wanted or not.</summary>
    public long Recognized { get; private set; }

    /// <summary>True: the entry returned last has nothing in common with a record.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>What was met that holds no record and is known for that.</summary>
    public Queue<string> Notices { get; } = new();

    /// <summary>What the gzip data have that CloudTrail does not write; null: nothing.</summary>
    public string? Oddity => _gzip?.Oddity;

    /// <summary>True: the gzip data have several members, as joined files have, and nothing else is odd about them.</summary>
    public bool IsJoinedOnly => _gzip is { Members: > 1, HasBytesBehind: false, Padding: 0 };

    private long Column => _offset - _lineOffset;

    /// <summary>The next event, well-formed or not; null at the end.</summary>
    public ParsedEvent? Next()
    {
        if (!_isOpen) Open();
        IsForeign = false;
        var next = NextFound() ?? Continue();
        if (next is not null) Records++;
        return next;
    }

    /// <summary>Returns the buffer to the pool; events that were read before stay valid.</summary>
    public void Dispose()
    {
        // Of nested gzip data the outer ones go with the inner ones.
        if (_gzip is not null) _data!.Dispose();
        var buffer = _buffer;
        (_buffer, _at, _end, _ended) = ([], 0, 0, true);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>The next of what the last value held; null: nothing that is an event.</summary>
    private ParsedEvent? NextFound()
    {
        while (_foundAt < _found.Count)
        {
            var found = _found[_foundAt++];
            if (_foundAt == _found.Count)
            {
                _found.Clear();
                _foundAt = 0;
            }

            if (!found.IsForeign) Recognized++;
            if (found.Notice is { } notice)
            {
                Records++;
                Notices.Enqueue($"record {Records}: {notice}");
                continue;
            }

            IsForeign = found.IsForeign;
            return found.Parsed;
        }

        return null;
    }

    private ParsedEvent? Continue()
    {
        while (!_cancellationToken.IsCancellationRequested)
        {
            if (!SkipBlanks()) return AtEnd();
            _anything = true;
            switch (_buffer[_at])
            {
                case (byte)'[' when _open.Count < MaxNesting && !(_open.Count > 0 && AtRow()):
                    _open.Push(new Batch(IsRecords: false, _line));
                    Advance(1);
                    break;
                case (byte)',' when _open.Count > 0:
                    Advance(1);
                    break;
                case (byte)']' when _open.Count > 0:
                    Advance(1);
                    if (_open.Pop().IsRecords && ReadRestOfLogFile() is { } broken) return broken;
                    break;
                case 0xEF when AtMark():
                    Pass(3);
                    break;
                case >= (byte)'0' and <= (byte)'9' when _open.Count == 0 && ExportPrefix() is > 0 and var prefix:
                    Advance(prefix);
                    break;
                case (byte)'{' when _sieve is not null && Sift(_sieve, out var sifted):
                    if (sifted is not null) return sifted;
                    break;
                case (byte)'{':
                case (byte)'"' when _open.Count == 0 && IsNext((byte)'{'):
                case (byte)'[' when _open.Count > 0 && AtRow():
                case var b when _open.Count > 0 && b is not ((byte)'}' or (byte)':' or (byte)'['):
                    if (ReadValue() is { } parsed) return parsed;
                    if (NextFound() is { } found) return found;
                    break;
                default:
                    return BadLine();
            }
        }

        return null;
    }

    /// <summary>Skims records up to one that is wanted. False: the next one needs the full parser.</summary>
    /// <param name="parsed">The event when the sieve wants it.</param>
    private bool Sift(RecordSieve sieve, out ParsedEvent? parsed)
    {
        parsed = null;
        while (true)
        {
            var reading = RecordHead.TryRead(_buffer.AsSpan(_at, _end - _at), _keys, out var head, out var length);
            if (reading == RecordHead.Reading.More && !_ended && _end - _at < EventParser.MaxEventBytes)
            {
                // At least twice as much each time, so that a large record is not skimmed again for every chunk of it.
                for (var enough = 2 * (_end - _at); !_ended && _end - _at < enough;) Fill();
                continue;
            }

            if (reading != RecordHead.Reading.Read || length > EventParser.MaxEventBytes) return false;
            Recognized++;
            var isWanted = sieve(head);
            if (isWanted) parsed = Plain(head) ?? Parse(_buffer.AsMemory(_at, length), new Position(_line, _offset, _lineOffset));
            else Records++;
            if (head.IsOneLine) Pass(length);
            else Advance(length);
            // In most files the next record follows at once.
            if (isWanted || _open.Count == 0 || _end - _at < 2 || _buffer[_at] != ',' || _buffer[_at + 1] != '{'
                || _cancellationToken.IsCancellationRequested) return true;
            Pass(1);
        }
    }

    /// <summary>The event of a record that was skimmed; null when only the parser can tell.</summary>
    private ParsedEvent? Plain(in RecordHead head) =>
        head.Members > 0 && PlainRecord.TryRead(head.Utf8.ToArray(), _keys.AsSpan(0, head.Members)) is { } record
            ? ParsedEvent.Of(new CloudTrailEvent(record))
            : null;

    private ParsedEvent? AtEnd()
    {
        var inside = _open.Count > 0;
        _open.Clear();
        if (Unreadable is not null) return null;
        if (_damage is { } damage)
        {
            _damage = null;
            _anything = true;
            return ParsedEvent.Malformed($"line {_line}: {damage}");
        }

        if (inside) return ParsedEvent.Malformed($"line {_line}: the data end inside a list: expected ',' or ']'");
        if (_anything) return null;
        _anything = true;
        return ParsedEvent.Malformed("line 1: the file is empty: expected a CloudTrail event");
    }

    /// <summary>Reads and parses one value; null when it was the beginning of a log file.</summary>
    private ParsedEvent? ReadValue()
    {
        _scanner.Start();
        return Scan(isRest: false);
    }

    /// <summary>Reads what follows the Records of a log file, up to its closing brace; null when that is in order.</summary>
    private ParsedEvent? ReadRestOfLogFile()
    {
        _scanner.ResumeAfterRecords();
        return Scan(isRest: true);
    }

    private ParsedEvent? Scan(bool isRest)
    {
        var start = new Position(_line, _offset, _lineOffset);
        long dropped = 0;
        var scanned = 0;
        while (true)
        {
            var status = _scanner.Scan(_buffer.AsSpan(_at + scanned, _end - _at - scanned), out var consumed);
            scanned += consumed;
            if (status == JsonScanner.Status.More && _ended && _scanner.MayEndHere) status = JsonScanner.Status.Done;
            switch (status)
            {
                case JsonScanner.Status.Done:
                    ParsedEvent? bad = null;
                    if (dropped > 0) bad = AtLine(start.Line, EventParser.TooLarge(dropped + scanned));
                    else if (!isRest) bad = OpenValue(_buffer.AsMemory(_at, scanned), start);
                    Advance(scanned);
                    return bad;

                case JsonScanner.Status.Records:
                    Advance(scanned);
                    if (_open.Count == MaxNesting) return BadLine();
                    _open.Push(new Batch(IsRecords: true, _line));
                    return null;

                case JsonScanner.Status.Error:
                    var (line, column) = PositionAt(scanned);
                    if (dropped > 0) Advance(scanned);
                    Recover(start);
                    return ParsedEvent.Malformed(
                        $"line {line}: not valid JSON at byte {column}: expected {_scanner.Expected}{BegunAt(start, line)}");

                case JsonScanner.Status.More when _ended:
                    var (lastLine, _) = PositionAt(scanned);
                    if (Unreadable is not null)
                    {
                        Advance(scanned);
                        _open.Clear();
                        return null;
                    }

                    var what = _damage ?? $"the data end inside an event: expected {_scanner.ExpectedAtEnd}";
                    _damage = null;
                    if (dropped > 0) Advance(scanned);
                    Recover(start);
                    if (_at == _end) _open.Clear();
                    return ParsedEvent.Malformed($"line {lastLine}: {what}{BegunAt(start, lastLine)}");

                case JsonScanner.Status.More:
                    if (scanned > MaxBufferedBytes)
                    {
                        dropped += scanned;
                        Advance(scanned);
                        scanned = 0;
                    }

                    Fill();
                    break;
            }
        }
    }

    private static string BegunAt(Position start, long line) => start.Line == line ? "" : $"; the event begins on line {start.Line}";

    private static ParsedEvent Parse(ReadOnlyMemory<byte> utf8, Position start)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return AtLine(start.Line, EventParser.Parse(document.RootElement.Clone()));
        }
        catch (JsonException e)
        {
            return NotJson(e, start);
        }
    }

    private static ParsedEvent NotJson(JsonException e, Position start)
    {
        var line = start.Line + (e.LineNumber ?? 0);
        var column = (e.BytePositionInLine ?? 0) + (e.LineNumber is null or 0 ? start.Offset - start.LineOffset : 0) + 1;
        return ParsedEvent.Malformed($"line {line}: not valid JSON at byte {column}: expected one CloudTrail event");
    }

    /// <summary>Adds what the value holds to what was found; returns why it cannot be read, or null.</summary>
    private ParsedEvent? OpenValue(ReadOnlyMemory<byte> utf8, Position start)
    {
        // Blanks between the members do not make an event larger.
        if (utf8.Length > EventParser.MaxEventBytes) utf8 = JsonScanner.WithoutBlanks(utf8.Span);
        try
        {
            using var document = JsonDocument.Parse(utf8);
            _wrapping.Open(document.RootElement.Clone(), _found);
        }
        catch (JsonException e)
        {
            return NotJson(e, start);
        }
        catch (UnpackLimitException e)
        {
            Unreadable = e.Message;
            _ended = true;
            return null;
        }

        for (var i = _foundAt; i < _found.Count; i++)
        {
            if (_found[i].Notice is null) _found[i] = _found[i] with { Parsed = AtLine(start.Line, _found[i].Parsed) };
        }

        return null;
    }

    private static ParsedEvent AtLine(long line, ParsedEvent parsed) =>
        parsed.Error is { } error ? ParsedEvent.Malformed($"line {line}: {error}") : parsed;

    /// <summary>Drops and reports a line whose first character cannot begin an event.</summary>
    private ParsedEvent BadLine()
    {
        var error = $"line {_line}: no event begins at byte {Column + 1}: expected "
            + $"{(_open.Count > 0 ? "an event, ',' or ']'" : "'{', the beginning of an event or of a log file")}";
        DropLine();
        return ParsedEvent.Malformed(error);
    }
}
