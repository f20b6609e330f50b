using System.Globalization;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Analysis.Timeline;

/// <summary>One line of a timeline. Texts are as the log has them; whoever prints them has to make them plain.</summary>
/// <param name="Via">How it belongs to the identity (<see cref="TrailLink.Hops"/>).</param>
/// <param name="Act">contained, released, or null.</param>
/// <param name="Outcome">Succeeded, Refused, Failed.</param>
/// <param name="Record">Number of the record in the file; 0: the line comes from an incident record.</param>
public sealed record TimelineEntry(
    DateTimeOffset? Time, string? EventId, string Source, string Name, string Outcome, string? Error, string? Account, string? Region,
    string Actor,
    string? AccessKeyId, string? SourceIdentity, string? Address, IReadOnlyList<string> Via, string? Act, IReadOnlyList<Finding> Findings,
    string File, long Record)
{
    /// <summary>The event formatted over several lines; null unless it was asked for.</summary>
    public string? Text { get; init; }

    public Severity Severity => Findings.Count == 0 ? Severity.None : Findings.Max(static finding => finding.Severity);

    public static TimelineEntry Of(CloudTrailEvent e, TrailLink link, string? act, IReadOnlyList<Finding> findings, EventInput input) =>
        new(
        e.EventTime, e.EventId, e.EventSource, e.EventName, e.Outcome.ToString(), e.ErrorCode, e.AccountId, e.Region, e.Actor.Arn
            ?? e.Actor.StableId,
        e.Actor.AccessKeyId, e.Actor.SourceIdentity, e.SourceIpAddress, link.Hops, act, findings, input.File, input.Record);

    public string ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteTime("eventTime", Time);
        writer.WriteText("eventId", EventId);
        writer.WriteString("eventSource", Source);
        writer.WriteString("eventName", Name);
        writer.WriteString("outcome", Outcome);
        writer.WriteText("errorCode", Error);
        writer.WriteText("account", Account);
        writer.WriteText("region", Region);
        writer.WriteString("actor", Actor);
        writer.WriteText("accessKeyId", AccessKeyId);
        writer.WriteText("sourceIdentity", SourceIdentity);
        writer.WriteText("sourceIpAddress", Address);
        writer.WriteStartArray("via");
        foreach (var hop in Via) writer.WriteStringValue(hop);
        writer.WriteEndArray();
        writer.WriteText("mark", Act);
        writer.WriteStartArray("findings");
        foreach (var finding in Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("detection", finding.Detection.Id);
            writer.WriteString("severity", finding.Severity.Name());
            writer.WriteString("title", PlainText.OneLine(finding.Title));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("file", File);
        writer.WriteNumber("record", Record);
        writer.WriteEndObject();
    });

    /// <summary>A time as timelines show it; all have the same width.</summary>
    public static string TimeText(DateTimeOffset? time) => time is { } at
        ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "at an unknown time  ";
}
