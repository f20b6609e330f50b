using ZstdSharp;

namespace Responder.Logs;

/// <summary>The content of zstd data; damage is told as with the other formats.</summary>
internal sealed class ZstdContent(Stream packed) : ForwardStream
{
    private readonly DecompressionStream _content = new(packed, leaveOpen: true);

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _content.Read(buffer);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the zstd data end early: expected more of them", e);
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException("the zstd data are damaged: expected whole zstd frames", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }
}
