using System.Globalization;
using Responder.Events;

namespace Responder.Detections.Insights;

/// <summary>The start or the end of a CloudTrail Insight; both carry the same <c>sharedEventID</c>.</summary>
/// <param name="Key">The same for the start and the end of one Insight.</param>
/// <param name="Rates">"12.4 a minute, baseline 0.002".</param>
public sealed record InsightMoment(string Key, bool IsEnd, DateTimeOffset? Time, string Rates)
{
    /// <summary>Null when the event is no Insight, or has no <c>sharedEventID</c> to tie it to its other half.</summary>
    public static InsightMoment? Of(CloudTrailEvent e)
    {
        if (!e.IsInsight || e.SharedEventId is not { Length: > 0 } shared) return null;
        var isEnd = string.Equals(e.InsightDetails["state"].Text, "End", StringComparison.OrdinalIgnoreCase);
        return new InsightMoment(e.AccountId + "/" + shared, isEnd, e.EventTime, InsightStarted.RatesOf(e));
    }

    /// <summary>What the end adds to this start: how long it lasted, and the averages over the whole of it.</summary>
    public string EndedBy(InsightMoment end)
    {
        var lasted = end.Time - Time is { } time && time >= TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"lasted {(long)time.TotalMinutes} min {time.Seconds} s")
            : "has ended";
        return $"{lasted}, {end.Rates}";
    }
}
