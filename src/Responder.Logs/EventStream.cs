using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Responder.Events;

namespace Responder.Logs;

/// <summary>
/// The events of one stream, one after the other, without holding more than one of them. What is no JSON costs one malformed entry;
/// reading resumes at the next line that can begin an event.
/// </summary>
internal sealed class EventStream : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Of a larger value only the size is kept; after an error inside it, reading resumes behind the error.</summary>
    private const int MaxBufferedBytes = 4 * EventParser.MaxEventBytes;

    private const int MaxNesting = 64;

    private readonly Stream _input;
    private readonly RecordSieve? _sieve;
    private readonly CancellationToken _cancellationToken;
    private readonly JsonScanner _scanner = new();
    private readonly Stack<Batch> _open = new();
    private readonly int[] _keys = new int[PlainRecord.MaxMembers];
    private Stream? _data;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int _at;
    private int _end;
    private bool _ended;
    private GzipInput? _gzip;
    private long _unpacked;
    private string? _damage;
    private bool _anything;
    private long _line = 1;
    private long _offset;
    private long _lineOffset;

    /// <param name="input">Read to its end; whoever opened it closes it.</param>
    /// <param name="sieve">Null: every record is built.</param>
    /// <param name="cancellationToken">Ends the events early.</param>
    public EventStream(Stream input, RecordSieve? sieve = null, CancellationToken cancellationToken = default)
    {
        _input = input;
        _sieve = sieve;
        _cancellationToken = cancellationToken;
    }

    /// <summary>A list that has begun: a JSON array, or the Records of a log file.</summary>
    private readonly record struct Batch(bool IsRecords, long Line);

    /// <summary>Why the stream could not be read to its end, in the system's words; null when it was.</summary>
    public string? Unreadable { get; private set; }

    /// <summary>All until now: events, malformed ones, and those that the sieve did not want. The number of the last one that was given.</summary>
    public long Records { get; private set; }

    private long Column => _offset - _lineOffset;

    /// <summary>The next event, well-formed or not; null at the end.</summary>
    public ParsedEvent? Next()
    {
        var next = _data is null && Begin() is { } unusable ? unusable : Continue();
        if (next is not null) Records++;
        return next;
    }

    /// <summary>Gives the buffer back; what was read before stays valid.</summary>
    public void Dispose()
    {
        if (_gzip is not null) _data!.Dispose();
        _gzip?.Dispose();
        var buffer = _buffer;
        (_buffer, _at, _end, _ended) = ([], 0, 0, true);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private ParsedEvent? Continue()
    {
        while (!_cancellationToken.IsCancellationRequested)
        {
            if (!SkipBlanks()) return AtEnd();
            _anything = true;
            switch (_buffer[_at])
            {
                case (byte)'[' when _open.Count < MaxNesting:
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
                case (byte)'{' when _sieve is not null && Sift(_sieve, out var sifted):
                    if (sifted is not null) return sifted;
                    break;
                case (byte)'{':
                case var b when _open.Count > 0 && b is not ((byte)'}' or (byte)':' or (byte)'['):
                    if (ReadValue() is { } parsed) return parsed;
                    break;
                default:
                    return BadLine();
            }
        }

        return null;
    }

    /// <summary>Reads records in passing, up to one that is wanted. False: the next one takes more than that.</summary>
    /// <param name="parsed">The event when the sieve wants it.</param>
    private bool Sift(RecordSieve sieve, out ParsedEvent? parsed)
    {
        parsed = null;
        while (true)
        {
            var reading = RecordHead.TryRead(_buffer.AsSpan(_at, _end - _at), _keys, out var head, out var length);
            if (reading == RecordHead.Reading.More && !_ended && _end - _at < EventParser.MaxEventBytes)
            {
                // Twice as much each time, so that a large record is not begun again for every piece of it.
                for (var enough = 2 * (_end - _at); !_ended && _end - _at < enough;) Fill();
                continue;
            }

            if (reading != RecordHead.Reading.Read || length > EventParser.MaxEventBytes) return false;
            var isWanted = sieve(head);
            if (isWanted) parsed = Plain(head) ?? Parse(_buffer.AsMemory(_at, length), new Position(_line, _offset, _lineOffset));
            else Records++;
            if (head.IsOneLine) Pass(length);
            else Advance(length);
            // In most files the next record follows at once.
            if (isWanted || _open.Count == 0 || _end - _at < 2 || _buffer[_at] != ',' || _buffer[_at + 1] != '{' || _cancellationToken.IsCancellationRequested) return true;
            Pass(1);
        }
    }

    /// <summary>The event of a record that was skimmed; null when it takes the parser to tell.</summary>
    private ParsedEvent? Plain(in RecordHead head) =>
        head.Members > 0 && PlainRecord.TryRead(head.Utf8.ToArray(), _keys.AsSpan(0, head.Members)) is { } record ? ParsedEvent.Of(new CloudTrailEvent(record)) : null;

    private ParsedEvent? Begin()
    {
        _data = _input;
        while (!_ended && _end < 2) Fill();
        if (_end >= 2 && _buffer[0] == 0x1F && _buffer[1] == 0x8B)
        {
            _gzip = new GzipInput(_buffer.AsSpan(0, _end), _input);
            _data = new GZipStream(_gzip, CompressionMode.Decompress, leaveOpen: true);
            _end = 0;
            _unpacked = 0;
            _ended = false;
        }

        while (!_ended && _end < 3) Fill();
        var start = _buffer.AsSpan(0, _end);
        if (start.StartsWith("\uFEFF"u8))
        {
            _at = 3;
        }
        else if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            (_at, _ended, _anything) = (_end, true, true);
            return ParsedEvent.Malformed("line 1: the text is UTF-16: expected UTF-8");
        }

        return null;
    }

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

    /// <summary>One value, parsed; null when it was the beginning of a log file.</summary>
    private ParsedEvent? ReadValue()
    {
        _scanner.Start();
        return Scan(isRest: false);
    }

    /// <summary>What follows the Records of a log file up to its closing brace; null when that is in order.</summary>
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
                    var parsed = isRest ? (ParsedEvent?)null
                        : dropped + scanned > EventParser.MaxEventBytes ? AtLine(start.Line, EventParser.TooLarge(dropped + scanned))
                        : Parse(_buffer.AsMemory(_at, scanned), start);
                    Advance(scanned);
                    return parsed;

                case JsonScanner.Status.Records:
                    Advance(scanned);
                    if (_open.Count == MaxNesting) return BadLine();
                    _open.Push(new Batch(IsRecords: true, _line));
                    return null;

                case JsonScanner.Status.Error:
                    var (line, column) = PositionAt(scanned);
                    if (dropped > 0) Advance(scanned);
                    Recover(start);
                    return ParsedEvent.Malformed($"line {line}: not valid JSON at byte {column}: expected {_scanner.Expected}{BegunAt(start, line)}");

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
            var line = start.Line + (e.LineNumber ?? 0);
            var column = (e.BytePositionInLine ?? 0) + (e.LineNumber is null or 0 ? start.Offset - start.LineOffset : 0) + 1;
            return ParsedEvent.Malformed($"line {line}: not valid JSON at byte {column}: expected one CloudTrail event");
        }
    }

    private static ParsedEvent AtLine(long line, ParsedEvent parsed) =>
        parsed.Error is { } error ? ParsedEvent.Malformed($"line {line}: {error}") : parsed;

    /// <summary>A line that begins with what begins no event.</summary>
    private ParsedEvent BadLine()
    {
        var error = $"line {_line}: no event begins at byte {Column + 1}: expected {(_open.Count > 0 ? "an event, ',' or ']'" : "'{', the beginning of an event or of a log file")}";
        DropLine();
        return ParsedEvent.Malformed(error);
    }

    /// <summary>
    /// Goes to where the next event may begin: the line after the broken value's first, unless it continues that value, which lines do
    /// that are indented deeper than its beginning or begin with what only stands inside or behind a value.
    /// </summary>
    private void Recover(Position start)
    {
        DropLine();
        var behind = 0L; // the line on which the broken value has ended
        while (SkipBlanks())
        {
            var b = _buffer[_at];
            if (_line != behind && Column > start.Offset - start.LineOffset)
            {
                DropLine();
            }
            else if (b is (byte)'}' or (byte)',')
            {
                behind = _line;
                Advance(1);
            }
            else if (b is (byte)'"' or (byte)':' || (b == ']' && _open.Count == 0))
            {
                DropLine();
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>To the beginning of the next line. Lists that began on this one are gone with it.</summary>
    private void DropLine()
    {
        while (_open.Count > 0 && _open.Peek().Line == _line) _open.Pop();
        while (_at < _end || FillMore())
        {
            var newline = _buffer.AsSpan(_at, _end - _at).IndexOf((byte)'\n');
            Advance(newline < 0 ? _end - _at : newline + 1);
            if (newline >= 0) return;
        }
    }

    private bool SkipBlanks()
    {
        while (_at < _end || FillMore())
        {
            var blanks = _buffer.AsSpan(_at, _end - _at).IndexOfAnyExcept(" \t\r\n"u8);
            Advance(blanks < 0 ? _end - _at : blanks);
            if (blanks >= 0) return true;
        }

        return false;
    }

    private bool FillMore()
    {
        while (!_ended && _at == _end) Fill();
        return _at < _end;
    }

    private void Advance(int bytes)
    {
        var passed = _buffer.AsSpan(_at, bytes);
        if (passed.Count((byte)'\n') is > 0 and var lines)
        {
            _line += lines;
            _lineOffset = _offset + passed.LastIndexOf((byte)'\n') + 1;
        }

        Pass(bytes);
    }

    /// <summary>Over bytes among which no line ends.</summary>
    private void Pass(int bytes)
    {
        _offset += bytes;
        _at += bytes;
    }

    /// <summary>Line and column, both from 1, of a byte that is still ahead.</summary>
    private (long Line, long Column) PositionAt(int ahead)
    {
        var passed = _buffer.AsSpan(_at, ahead);
        var last = passed.LastIndexOf((byte)'\n');
        return (_line + passed.Count((byte)'\n'), last < 0 ? Column + ahead + 1 : ahead - last);
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Reads on; sets <see cref="_ended"/> when there is nothing more, or nothing more that can be read.</summary>
    private void Fill()
    {
        if (_at > 0 && _end + ChunkBytes > _buffer.Length)
        {
            _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            _end -= _at;
            _at = 0;
        }

        if (_end == _buffer.Length) Grow();
        try
        {
            var read = _data!.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _ended = read == 0;
            _unpacked += read;
            // GZipStream takes the end of its input for the end of the data.
            if (_ended && _gzip?.EndsEarly(_unpacked) == true) _damage = "the gzip data end early: expected more of them";
        }
        catch (Exception e) when (_gzip is not null && e is InvalidDataException or EndOfStreamException)
        {
            _damage = "the gzip data are damaged: expected a whole gzip file";
            _ended = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            Unreadable = EventReader.ReasonOf(e);
            _ended = true;
        }
    }

    private readonly record struct Position(long Line, long Offset, long LineOffset);

    /// <summary>Packed bytes, read in large pieces, which the unpacker does not; remembers how they end.</summary>
    private sealed class GzipInput : ForwardStream
    {
        private const int PieceBytes = 128 * 1024;

        private readonly Stream _rest;
        private readonly byte[] _tail = new byte[4];
        private byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        private int _at;
        private int _end;
        private long _length;
        private bool _hasMembers;

        /// <param name="beginning">What was read to recognise them.</param>
        /// <param name="rest">Whoever opened it closes it.</param>
        public GzipInput(ReadOnlySpan<byte> beginning, Stream rest)
        {
            _rest = rest;
            beginning.CopyTo(_piece);
            Remember(beginning);
        }

        public override int Read(Span<byte> buffer)
        {
            if (_at == _end)
            {
                var read = _rest.Read(_piece);
                if (read == 0) return 0;
                Remember(_piece.AsSpan(0, read));
            }

            var count = Math.Min(buffer.Length, _end - _at);
            _piece.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            var piece = _piece;
            (_piece, _at, _end) = ([], 0, 0);
            if (piece.Length > 0) ArrayPool<byte>.Shared.Return(piece);
            base.Dispose(disposing);
        }

        /// <summary>
        /// True when the size in the last four bytes is not what came out. Of several members one after the other only the last one's size
        /// stands there, so with those nothing is said. Source: RFC 1952, section 2.3.1.
        /// </summary>
        public bool EndsEarly(long unpacked) => !_hasMembers && (_length < 18 || BinaryPrimitives.ReadUInt32LittleEndian(_tail) != (uint)unpacked);

        private void Remember(ReadOnlySpan<byte> bytes)
        {
            (_at, _end) = (0, bytes.Length);
            var skipped = _length == 0 ? Math.Min(1, bytes.Length) : 0;
            if (bytes[skipped..].IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08]) >= 0) _hasMembers = true;
            _length += bytes.Length;
            if (bytes.Length >= 4)
            {
                bytes[^4..].CopyTo(_tail);
                return;
            }

            _tail.AsSpan(bytes.Length).CopyTo(_tail);
            bytes.CopyTo(_tail.AsSpan(4 - bytes.Length));
        }
    }
}
