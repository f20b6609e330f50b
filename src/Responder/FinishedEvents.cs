namespace Responder;

/// <summary>
/// The events that this process has finished; the oldest is forgotten first. Only a shortcut: across processes, the record decides. A
/// redelivery of an event that leaves no record (refused, low) is recognized here alone.
/// </summary>
internal sealed class FinishedEvents(int capacity)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public bool Contains(string id)
    {
        lock (_lock) return _ids.Contains(id);
    }

    /// <summary>False: it was there already.</summary>
    public bool TryAdd(string id)
    {
        lock (_lock)
        {
            if (!_ids.Add(id)) return false;
            _order.Enqueue(id);
            if (_order.Count > capacity) _ids.Remove(_order.Dequeue());
            return true;
        }
    }
}
