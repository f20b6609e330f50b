using System.Buffers;

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
            if (IsUnpacked) _limits.AddUnpacked(read);
        }
        catch (InvalidDataException e)
        {
            _damage = e.Message;
            _ended = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            Unreadable = EventReader.ReasonOf(e);
            _ended = true;
        }
    }

    private readonly record struct Position(long Line, long Offset, long LineOffset);
}
