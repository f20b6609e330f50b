using Responder.Logs;

namespace Responder.Cli.Tests.Backtest;

/// <summary>Repeats the same bytes a number of times without holding them all, and runs an action at a given read.</summary>
internal sealed class Repeated(byte[] bytes, int times, int afterReads = 0, Action? then = null) : ForwardStream
{
    private long _at;
    private int _reads;

    public override int Read(Span<byte> buffer)
    {
        if (++_reads == afterReads) then?.Invoke();
        if (_at >= (long)bytes.Length * times) return 0;
        var from = (int)(_at % bytes.Length);
        var read = Math.Min(buffer.Length, bytes.Length - from);
        bytes.AsSpan(from, read).CopyTo(buffer);
        _at += read;
        return read;
    }
}
