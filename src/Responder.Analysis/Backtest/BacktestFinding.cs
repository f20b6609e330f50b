using System.Globalization;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Analysis.Backtest;

/// <summary>What a finding keeps of its event; the event itself is not kept.</summary>
/// <param name="Actor">The caller's ARN as the record has it.</param>
/// <param name="ActorKey">The same for every session of a role; used for counting.</param>
public sealed record EventHead(
    string? EventId, DateTimeOffset? EventTime, string EventSource, string EventName, string? Account, string? Region, string Actor,
    string ActorKey,
    bool IsTrusted, string File, long Record)
{
    /// <summary>Address or service that the call came from.</summary>
    public string? SourceIpAddress { get; init; }

    /// <summary>The key that the call was made with.</summary>
    public string? AccessKeyId { get; init; }

    public static EventHead Of(CloudTrailEvent e, bool isTrusted, EventInput input) => new(
        e.EventId, e.EventTime, e.EventSource, e.EventName, e.AccountId, e.Region, e.Actor.Arn ?? e.Actor.InvokedBy ?? e.Actor.StableId,
        e.Actor.StableId,
        isTrusted, input.File, input.Record)
    { SourceIpAddress = e.SourceIpAddress, AccessKeyId = e.Actor.AccessKeyId };
}

/// <summary>One finding of the result.</summary>
public sealed record BacktestFinding(
    EventHead Event, DetectionInfo Detection, Severity Severity, string Title, DecisionAction Decision, string Because)
{
    /// <summary>
    /// Index, from 0, among the findings on which the event's decision is based; null for a burst, which takes more than this event.
    /// </summary>
    public int? Place { get; init; }

    /// <summary>One line of `responder backtest --format json`, whose shape is a contract.</summary>
    public string ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteText("eventId", Event.EventId);
        writer.WriteText("eventTime", TimeOf(Event));
        writer.WriteString("eventSource", Event.EventSource);
        writer.WriteString("eventName", Event.EventName);
        writer.WriteText("account", Event.Account);
        writer.WriteText("region", Event.Region);
        writer.WriteString("actor", Event.Actor);
        writer.WriteString("detection", Detection.Id);
        writer.WriteString("severity", Severity.Name());
        writer.WriteString("decision", Decision.ToString());
        writer.WriteString("because", PlainText.OneLine(Because));
        writer.WriteString("file", Event.File);
        writer.WriteNumber("record", Event.Record);
        writer.WriteEndObject();
    });

    /// <summary>The time as CloudTrail writes it: in whole seconds, unless the record has more digits.</summary>
    public static string? TimeOf(EventHead e) =>
        e.EventTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
