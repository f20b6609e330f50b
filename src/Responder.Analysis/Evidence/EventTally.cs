using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>One event, with what an auditor needs to find it again.</summary>
/// <param name="Principal">The identity that AWS vouches for, never a session name.</param>
public sealed record EventExample(
    DateTimeOffset Time, string Source, string Name, string Principal, string? Address, CallOutcome Outcome, string? Account,
    string? Region, string? EventId, string File, long Record)
    : IComparable<EventExample>
{
    public static EventExample Of(CloudTrailEvent e, DateTimeOffset time, EventInput input) => new(
        time, e.EventSource, e.EventName, e.Actor.StableId, e.SourceIpAddress, e.Outcome, e.AccountId, e.Region, e.EventId, input.File,
        input.Record);

    public int CompareTo(EventExample? other)
    {
        if (other is null) return 1;
        if (Time.CompareTo(other.Time) is not 0 and var byTime) return byTime;
        if (string.CompareOrdinal(EventId, other.EventId) is not 0 and var byId) return byId;
        return string.CompareOrdinal(File, other.File) is not 0 and var byFile ? byFile : Record.CompareTo(other.Record);
    }
}

/// <summary>Who acted, and how often.</summary>
public sealed record PrincipalCount(string Principal, long Events, long NotSucceeded, DateTimeOffset First, DateTimeOffset Last);

/// <summary>What counted for one control: numbers, the principals, and only the first and last events themselves.</summary>
public sealed class EventTally
{
    /// <summary>Number of examples kept at either end.</summary>
    public const int Examples = 3;

    private readonly SortedSet<EventExample> _first = [];
    private readonly SortedSet<EventExample> _last = [];
    private readonly Dictionary<string, PrincipalCount> _principals = new(StringComparer.Ordinal);

    public long Events { get; private set; }

    public long NotSucceeded { get; private set; }

    public DateTimeOffset? Oldest => _first.Min?.Time;

    public DateTimeOffset? Newest => _last.Max?.Time;

    /// <summary>The oldest and the newest examples, in the order of time; an event that is among both appears once.</summary>
    public IEnumerable<EventExample> Shown => _first.Union(_last).Order();

    /// <summary>The principals with the most events come first.</summary>
    public IEnumerable<PrincipalCount> Principals =>
        _principals.Values.OrderByDescending(static p => p.Events).ThenBy(static p => p.Principal, StringComparer.Ordinal);

    public int PrincipalsSeen => _principals.Count;

    public void Add(EventExample e)
    {
        var failed = e.Outcome == CallOutcome.Succeeded ? 0 : 1;
        Events++;
        NotSucceeded += failed;
        _first.Add(e);
        if (_first.Count > Examples) _first.Remove(_first.Max!);
        _last.Add(e);
        if (_last.Count > Examples) _last.Remove(_last.Min!);
        _principals[e.Principal] = _principals.TryGetValue(e.Principal, out var known)
            ? known with
            {
                Events = known.Events + 1,
                NotSucceeded = known.NotSucceeded + failed,
                First = e.Time < known.First ? e.Time : known.First,
                Last = e.Time > known.Last ? e.Time : known.Last,
            }
            : new PrincipalCount(e.Principal, 1, failed, e.Time, e.Time);
    }
}
