using Responder.Analysis.Hunting.Query;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Hunting;

/// <summary>What a hunt needs of an event that meets its condition, so that the event itself need not be kept.</summary>
/// <param name="Id">Hash of the event id; null: the event has none, and so no copies.</param>
/// <param name="Time">Null: it cannot be read.</param>
/// <param name="Columns">The text of each column.</param>
/// <param name="Totals">The text that each total is about; null where it counts events.</param>
public sealed record HuntHit(UInt128? Id, DateTimeOffset? Time, string?[] Columns, string?[] Totals);

/// <summary>Reads events for a hunt. Safe on several threads.</summary>
internal sealed class HuntReading(Hunt hunt)
{
    private readonly Condition _counts = hunt.Counts;
    private readonly Value[] _columns = [.. hunt.Columns.Select(static column => column.Value)];
    private readonly Value?[] _totals =
        [.. hunt.Totals.Select(static total => total.Aggregate == Aggregate.Events ? null : total.Value)];

    /// <summary>Null: the event does not meet the condition.</summary>
    public HuntHit? Read(CloudTrailEvent e)
    {
        if (!_counts.Holds(e)) return null;
        var time = e.EventTime;
        // Without a time it is only counted.
        return time is null
            ? new HuntHit(null, null, [], [])
            : new HuntHit(
                e.EventId is null ? null : EventIdentity.HashOf(e.CopyKey), time, Array.ConvertAll(_columns, column => column.Of(e)),
                Array.ConvertAll(_totals, total => total?.Of(e)));
    }
}
