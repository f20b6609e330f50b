using System.Globalization;

namespace Responder.Logs;

/// <summary>A limit that was reached while a file was unpacked; what was read before counts.</summary>
internal sealed class UnpackLimitException(string message) : IOException(message);

/// <summary>
/// What one named file may unpack to. Callers choose how well their records compress, so a high ratio alone proves nothing: it counts only
/// when the file has already unpacked more than any honest one of that ratio does.
/// </summary>
internal sealed class UnpackLimits
{
    /// <summary>How deep one packing may be inside another.</summary>
    public const int MaxDepth = 4;

    public const int MaxEntries = 1_000_000;

    private const long Gigabyte = 1_000_000_000;

    private const long MaxUnpacked = 1000 * Gigabyte;

    private const int MaxRatio = 200;

    private long _stored;
    private long _unpacked;
    private int _entries;

    /// <summary>Adds bytes of the file as it is stored.</summary>
    public void AddStored(long bytes) => _stored += bytes;

    /// <summary>Adds bytes that came out of any of its packings.</summary>
    /// <exception cref="UnpackLimitException">That is too many.</exception>
    public void AddUnpacked(long bytes)
    {
        _unpacked += bytes;
        if (_unpacked <= Gigabyte) return;
        if (_unpacked > MaxUnpacked) throw Reached($"more than {MaxUnpacked / Gigabyte} GB unpacked");
        if (_unpacked / MaxRatio > _stored)
            throw Reached($"more than {MaxRatio} times its size and more than 1 GB unpacked");
    }

    /// <exception cref="UnpackLimitException">There are too many.</exception>
    public void AddEntry()
    {
        if (++_entries > MaxEntries) throw Reached($"more than {MaxEntries} entries");
    }

    /// <exception cref="UnpackLimitException">It is too deep.</exception>
    public static void CheckDepth(int depth)
    {
        if (depth > MaxDepth) throw Reached($"packed more than {MaxDepth} deep");
    }

    private static UnpackLimitException Reached(FormattableString what) =>
        new("a limit was reached, the rest was not read: " + what.ToString(CultureInfo.InvariantCulture));
}
