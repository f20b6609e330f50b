using System.Globalization;

namespace Responder.Logs;

/// <summary>Counts the files that were not opened because they are no logs, by what they are.</summary>
public sealed class LeftOut
{
    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private string? _example;

    public long Count { get; private set; }

    public void Add(InputError error)
    {
        _kinds[error.Reason] = _kinds.GetValueOrDefault(error.Reason) + 1;
        _example ??= error.Path;
        Count++;
    }

    /// <summary>For example <c>3 files are no logs and were not opened: 1 empty, 2 text; the first is logs/README.md</c>; null:
    /// none.</summary>
    public string? Describe()
    {
        if (Count == 0) return null;
        var kinds = string.Join(", ", _kinds.Select(static kind => string.Create(CultureInfo.InvariantCulture,
            $"{kind.Value} {kind.Key}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count} {(Count == 1 ? "file is no log and was" : "files are no logs and were")} not opened: "
            + $"{kinds}; the first is {_example}");
    }
}
