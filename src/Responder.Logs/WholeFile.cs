namespace Responder.Logs;

/// <summary>
/// A file on this machine whose size is known: once so many bytes were read, nobody asks the system whether there are more. Logs are many
/// and small, and that question would be half of the readings.
/// </summary>
/// <param name="length">More than 0; what is appended while it is read does not count.</param>
internal sealed class WholeFile(FileStream file, long length) : ForwardStream
{
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        if (_left <= 0) return 0;
        var read = file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left = read == 0 ? 0 : _left - read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
