namespace Responder.Logs;

/// <summary>Reports how much has been read, for the display of progress.</summary>
/// <param name="onBytes">Called with the number of bytes of each reading.</param>
public sealed class CountedStream(Stream stream, Action<int> onBytes) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        var read = stream.Read(buffer);
        onBytes(read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }
}
