using Responder.Facts;

namespace Responder;

/// <summary>What this process has told of what leaves no record; the oldest is forgotten first.</summary>
internal sealed class ToldMemory(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public Told Of(string key)
    {
        lock (_lock) return _told.GetValueOrDefault(key, Told.Nothing);
    }

    public void Set(string key, Told told)
    {
        lock (_lock)
        {
            if (!_told.ContainsKey(key))
            {
                _order.Enqueue(key);
                if (_order.Count > capacity) _told.Remove(_order.Dequeue());
            }

            _told[key] = told;
        }
    }
}
