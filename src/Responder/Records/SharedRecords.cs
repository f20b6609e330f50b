using Responder.Facts;

namespace Responder.Records;

/// <summary>
/// What this process knows about the records that events share for an hour. PutParameter is slow and its throughput belongs to the whole
/// account, so a storm must not write its count with every event: the first eight repeats are written, then those at powers of two and one
/// a minute. What is not written yet is remembered and added by the next write; the exact number is in the log, one line per event.
/// </summary>
internal sealed class SharedRecords
{
    /// <summary>
    /// The most records that are remembered; the oldest is forgotten first, which costs a read and at most a second page.
    /// </summary>
    private const int Capacity = 4096;

    private const int AlwaysWritten = 8;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>The record as this process left it; null when this process has not counted an event in it.</summary>
    public RecordState? Find(string? name)
    {
        lock (_lock) return name is not null && _entries.TryGetValue(name, out var entry) ? entry.State : null;
    }

    /// <summary>Counts an event whose page was sent, or whose record showed that it needs none.</summary>
    /// <param name="state">The record, including this event.</param>
    /// <returns>The ids of the events that a write has to add, this one last; null when no write is due.</returns>
    public IReadOnlyList<string>? Count(string name, RecordState state, string eventId, bool paged, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(name, out var entry))
            {
                _entries[name] = entry = new Entry();
                _order.Enqueue(name);
                if (_order.Count > Capacity) _entries.Remove(_order.Dequeue());
            }

            entry.State = state;
            entry.Unwritten.Add(eventId);
            entry.Seen++;
            var due = paged || now - entry.TriedAt >= s_interval
                || (!entry.Failed && (entry.Seen <= AlwaysWritten || int.IsPow2(entry.Seen)));
            if (!due) return null;
            entry.TriedAt = now;
            return [.. entry.Unwritten];
        }
    }

    /// <summary>
    /// Notes that the events are in SSM now, or (<paramref name="state"/> null) that they could not be written and wait for the next try.
    /// </summary>
    public void Wrote(string name, int events, RecordState? state)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(name, out var entry)) return;
            entry.Failed = state is null;
            if (state is null) return;
            entry.State = state;
            entry.Unwritten.RemoveRange(0, Math.Min(events, entry.Unwritten.Count));
        }
    }

    private sealed class Entry
    {
        public RecordState State { get; set; } = null!;

        public List<string> Unwritten { get; } = [];

        public int Seen { get; set; }

        public DateTimeOffset TriedAt { get; set; }

        public bool Failed { get; set; }
    }
}
