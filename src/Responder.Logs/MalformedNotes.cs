using System.Globalization;

namespace Responder.Logs;

/// <summary>
/// Reports malformed lines and records as they come, but of each file only the first ones: a file of noise may hold millions.
/// </summary>
/// <param name="tell">Called with a place and a reason.</param>
public sealed class MalformedNotes(Action<string, string> tell)
{
    /// <summary>How many are reported of one file.</summary>
    public const int Shown = 20;

    private string? _file;
    private long _count;

    /// <param name="file">All entries of one file must be added together.</param>
    /// <param name="place">The file, or the record in it.</param>
    public void Add(string file, string place, string reason)
    {
        if (file != _file) Finish();
        _file = file;
        if (++_count <= Shown) tell(place, reason);
    }

    /// <summary>Call this after the last one: reports how many of its file were left out.</summary>
    public void Finish()
    {
        if (_count > Shown) tell(_file!, string.Create(CultureInfo.InvariantCulture, $"{_count - Shown} more like these"));
        (_file, _count) = (null, 0);
    }
}
