using System.Text.Json;
using Responder.Analysis.Backtest;
using Responder.Events;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Cli.Output;

/// <summary>The last line of a backtest in JSON: the summary.</summary>
internal static class BacktestJson
{
    /// <param name="window">Its last moment is written as the end.</param>
    public static string Summary(BacktestResult result, LogFiles files, LeftOut leftOut, TimeWindow window, bool isPartial,
        TimeSpan took) =>
        JsonText.Write(writer => Write(writer, result, files, leftOut, window, isPartial, took));

    private static void Write(
        Utf8JsonWriter writer, BacktestResult result, LogFiles files, LeftOut leftOut, TimeWindow window, bool isPartial, TimeSpan took)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("summary", true);
        writer.WriteBoolean("partial", isPartial);
        writer.WriteNumber("files", result.Files);
        writer.WriteNumber("unreadable", result.Unreadable.Count);
        writer.WriteNumber("digestFiles", files.Digests);
        writer.WriteNumber("skippedFiles", files.Skipped);
        writer.WriteNumber("skippedRecords", result.SkippedRecords);
        writer.WriteNumber("records", result.Records);
        writer.WriteNumber("duplicates", result.Duplicates);
        writer.WriteNumber("malformed", result.Malformed);
        writer.WriteBoolean("complete", !isPartial && result.IsComplete);
        writer.WriteNumber("notOpened", leftOut.Count);
        writer.WriteNumber("undated", result.Undated);
        writer.WriteNumber("sharedIds", result.SharedIds);
        writer.WriteNumber("differingCopies", result.DifferingCopies);
        writer.WriteNumber("findings", result.Findings);
        writer.WriteStartObject("bySeverity");
        foreach (var (severity, count) in result.BySeverity) writer.WriteNumber(severity.Name(), count);
        writer.WriteEndObject();
        writer.WriteNumber("wouldContain", result.WouldContain);
        writer.WriteStartArray("wouldContainPrincipals");
        foreach (var count in result.Incidents) Write(writer, count);
        writer.WriteEndArray();
        writer.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
        if (window.Since is { } since) writer.WriteTime("since", since);
        if (window.Last is { } until) writer.WriteTime("until", until);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, IncidentCount count)
    {
        writer.WriteStartObject();
        writer.WriteString("principal", count.Incident.Principal);
        writer.WriteText("account", count.Incident.Account);
        writer.WriteString("detection", count.Incident.Detection);
        writer.WriteText("eventTime", BacktestFinding.TimeOf(count.First));
        writer.WriteText("eventId", count.First.EventId);
        writer.WriteNumber("events", count.Events);
        writer.WriteEndObject();
    }
}
