using System.Buffers;
using System.Buffers.Binary;

namespace Responder.Logs;

/// <content>The buffer: filling it, passing over its bytes, and moving on to where the next event may begin.</content>
internal sealed partial class EventStream
{
    /// <summary>
    /// Moves on to where the next event may begin: a line after the first one of the broken value that does not continue that value. A line
    /// continues it if it is indented deeper than its beginning or begins with a character that can only stand inside or after a value.
    /// </summary>
    private void Recover(Position start)
    {
        DropLine();
        var behind = 0L; // the line on which the broken value ended
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

    /// <summary>Moves to the beginning of the next line. Lists that began on the current line are dropped.</summary>
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

    /// <summary>Passes over bytes that contain no line break.</summary>
    private void Pass(int bytes)
    {
        _offset += bytes;
        _at += bytes;
    }

    /// <summary>Line and column, both from 1, of the byte that is <paramref name="ahead"/> bytes ahead.</summary>
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

    /// <summary>Reads more bytes; sets <see cref="_ended"/> when there are none, or none that can be read.</summary>
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

    /// <summary>Compressed bytes, read in larger pieces than the decompressor would; remembers the last four bytes.</summary>
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

        /// <param name="beginning">The bytes that were read to recognize the format.</param>
        /// <param name="rest">Closed by whoever opened it.</param>
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
        /// True when the size in the last four bytes is not the number of bytes that came out. Always false if there may be several
        /// members, because only the last one's size stands there. Source: RFC 1952, section 2.3.1.
        /// </summary>
        public bool EndsEarly(long unpacked) => !_hasMembers
            && (_length < 18 || BinaryPrimitives.ReadUInt32LittleEndian(_tail) != (uint)unpacked);

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
