using Responder.Logs;

namespace Responder.Cli.Tests.Backtest;

/// <summary>The same bytes so many times, without holding them; does something after some reads.</summary>
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
