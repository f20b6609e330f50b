namespace Responder;

/// <summary>
/// Limits what one cause may write and page in an hour. A key (one actor and detection, or one contained principal) gets a number of
/// records of its own; whatever comes after them shares one. Without the limit, a loop over made-up names would fill the account's 10,000
/// parameters, and then no ledger could be written. Each process counts on its own, but the names do not depend on it, so several processes
/// share the records as well.
/// </summary>
/// <param name="limit">How many records of its own a key may have in an hour; null: no limit.</param>
internal sealed class FloodLimit(int? limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<string>> _keys = new(StringComparer.Ordinal);
    private string _hour = "";

    /// <summary>True when the key has used up its records and this is none of them. Counts nothing.</summary>
    /// <param name="hour">Any text that changes with the hour; what was counted before is forgotten.</param>
    public bool Exceeds(string key, string record, string hour)
    {
        if (limit is not { } most) return false;
        lock (_lock)
        {
            return _hour == hour && _keys.TryGetValue(key, out var records)
                ? records.Count >= most && !records.Contains(record)
                : most == 0;
        }
    }

    /// <summary>Counts the record as one of the key's own, while there is room.</summary>
    public void Count(string key, string record, string hour)
    {
        if (limit is not { } most) return;
        lock (_lock)
        {
            if (_hour != hour)
            {
                _keys.Clear();
                _hour = hour;
            }

            if (!_keys.TryGetValue(key, out var records)) _keys[key] = records = new HashSet<string>(StringComparer.Ordinal);
            if (records.Count < most) records.Add(record);
        }
    }
}
