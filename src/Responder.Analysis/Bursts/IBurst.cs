using Responder.Detections;
using Responder.Events;

namespace Responder.Analysis.Bursts;

/// <summary>
/// Something that is harmless once but an attack when it happens many times in a short while. Recognizing it takes the events of a whole
/// period, so only a backtest does so; in the live account, CloudWatch alarms on the trail's log group (template.yaml, parameter
/// TrailLogGroupName) do, because the function keeps no state.
/// </summary>
public interface IBurst
{
    DetectionInfo Info { get; }

    /// <summary>Length of a window. Windows tumble: they begin at whole multiples of it, by event time in UTC.</summary>
    TimeSpan Window { get; }

    /// <summary>What one event contributes; null: nothing. Has no side effects.</summary>
    BurstSignal? SignalOf(CloudTrailEvent e);

    /// <summary>Describes what one actor did in a window if it is a burst; else null.</summary>
    string? Judge(BurstTally tally);
}

/// <summary>One event that may be part of a burst.</summary>
/// <param name="Account">Account in which it happened.</param>
/// <param name="Actor">What the caller cannot change from call to call: the session issuer, never a session name.</param>
/// <param name="Source">Address or service that the call came from.</param>
/// <param name="Time">When the call was made, UTC; without it an event belongs to no window.</param>
/// <param name="EventId">Tells events apart, and orders those of the same second.</param>
/// <param name="Subjects">What was asked for, if different things are counted instead of calls; empty otherwise.</param>
public sealed record BurstSignal(
    IBurst Burst, string Account, string Actor, string Source, DateTimeOffset Time, string EventId, IReadOnlyList<string> Subjects)
{
    internal static BurstSignal? Of(IBurst burst, CloudTrailEvent e, string actor, params IReadOnlyList<string> subjects) =>
        e.EventTime is { } time
        ? new BurstSignal(burst, e.AccountId ?? "", actor, e.SourceIpAddress ?? "an unknown address", time, e.IncidentId, subjects)
        : null;
}

/// <summary>The counts of one actor in one window; they do not depend on the order in which the signals came.</summary>
public sealed class BurstTally
{
    // Most windows have one source and one subject, and need no collections.
    private string? _source;
    private string? _subject;
    private Dictionary<string, int>? _sources;
    private HashSet<string>? _subjects;

    public int Calls { get; private set; }

    /// <summary>Number of different things that were asked for.</summary>
    public int Subjects => _subjects?.Count ?? (_subject is null ? 0 : 1);

    public int MostFromOneSource { get; private set; }

    /// <summary>"from 203.0.113.9", or "from 4 addresses".</summary>
    public string From => _sources is null ? "from " + _source : $"from {_sources.Count} addresses";

    internal void Add(BurstSignal signal)
    {
        foreach (var subject in signal.Subjects) Add(subject);
        if (_source is null) _source = signal.Source;
        else if (_sources is null && signal.Source != _source)
            _sources = new Dictionary<string, int>(StringComparer.Ordinal) { [_source] = Calls };
        Calls++;
        var count = _sources is null ? Calls : _sources[signal.Source] = _sources.GetValueOrDefault(signal.Source) + 1;
        if (count > MostFromOneSource) MostFromOneSource = count;
    }

    private void Add(string subject)
    {
        if (_subjects is not null) _subjects.Add(subject);
        else if (_subject is null) _subject = subject;
        else if (subject != _subject) _subjects = new HashSet<string>(StringComparer.Ordinal) { _subject, subject };
    }
}
