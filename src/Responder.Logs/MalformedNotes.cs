using System.Globalization;

namespace Responder.Logs;

/// <summary>Names malformed lines and records as they come, of each file only the first ones: a file of noise may hold millions.</summary>
/// <param name="tell">Given a place and a reason.</param>
public sealed class MalformedNotes(Action<string, string> tell)
{
    /// <summary>Of one file.</summary>
    public const int Shown = 20;

    private string? _file;
    private long _count;

    /// <param name="file">What comes of one file comes together.</param>
    /// <param name="place">The file, or the record in it.</param>
    public void Add(string file, string place, string reason)
    {
        if (file != _file) Finish();
        _file = file;
        if (++_count <= Shown) tell(place, reason);
    }

    /// <summary>After the last: says how many of its file were not named.</summary>
    public void Finish()
    {
        if (_count > Shown) tell(_file!, string.Create(CultureInfo.InvariantCulture, $"{_count - Shown} more like these"));
        (_file, _count) = (null, 0);
    }
}
