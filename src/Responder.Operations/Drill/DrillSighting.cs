namespace Responder.Operations.Drill;

/// <summary>What a drill saw of the function's answer, and when. Nothing is in here that was not read.</summary>
/// <param name="CalledAt">When IAM had answered AttachUserPolicy, by AWS's clock.</param>
public sealed record DrillSighting(DateTimeOffset CalledAt)
{
    /// <summary>The last look at which IAM did not show the containment yet; null: there was none.</summary>
    public DateTimeOffset? NotContainedAt { get; init; }

    /// <summary>The look at which IAM showed boundary and detachment on the unique id; null: never.</summary>
    public DateTimeOffset? ContainedAt { get; init; }

    /// <summary>Full name of the incident record; null: none was found.</summary>
    public string? RecordName { get; init; }

    /// <summary>When the function began to judge the event, as the record says.</summary>
    public DateTimeOffset? JudgedAt { get; init; }

    /// <summary>When the finished record was written, as Parameter Store says; null: it was not finished.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>The id that SNS gave the page, as the record says; null: the record says of no page.</summary>
    public string? MessageId { get; init; }

    public string? Subject { get; init; }

    /// <summary>The outcome as the record says it.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why, as the record says it.</summary>
    public string? Because { get; init; }

    /// <summary>Why the last look failed; null: it did not.</summary>
    public string? Unread { get; init; }

    public bool IsWhole => ContainedAt is not null && RecordedAt is not null && MessageId is not null;

    /// <summary>Seconds from the call to a later time; clocks differ, so it is never less than nothing.</summary>
    public double? Seconds(DateTimeOffset? at) => at is { } time ? Math.Max(0, Math.Round((time - CalledAt).TotalSeconds, 1)) : null;

    /// <summary>The parts of the time until the finished record, the longest first; what is not known is left out.</summary>
    public IReadOnlyList<(string Part, double Seconds)> Parts
    {
        get
        {
            var parts = new List<(string Part, double Seconds)>();
            if (Seconds(JudgedAt) is not { } judged) return parts;
            parts.Add(("until the function had the event (CloudTrail, EventBridge, start of the function)", judged));
            if (Seconds(ContainedAt) is { } contained)
                parts.Add(("from there until IAM showed the containment", Math.Max(0, Math.Round(contained - judged, 1))));
            if (Seconds(RecordedAt) is { } recorded)
                parts.Add(("from there until page and record were done", Math.Max(0, Math.Round(recorded - judged, 1))));
            return [.. parts.OrderByDescending(static p => p.Seconds)];
        }
    }
}
