using System.Globalization;
using Responder.Events;

namespace Responder.Analysis.Timeline;

/// <summary>Sums up a timeline, as JSON or as a sentence.</summary>
public static class TimelineSummary
{
    public static string Json(string subject, TimelineBuild build, TimelineScope scope) => JsonText.Write(writer =>
    {
        var entries = build.Entries;
        writer.WriteStartObject();
        writer.WriteBoolean("summary", true);
        writer.WriteString("subject", subject);
        writer.WriteBoolean("partial", scope.IsPartial);
        writer.WriteNumber("unread", scope.Unread.Count);
        writer.WriteNumber("records", build.Records);
        writer.WriteNumber("events", entries.Count);
        writer.WriteNumber("omitted", build.Omitted);
        writer.WriteBoolean("complete", build.IsComplete && !scope.IsPartial && scope.Unread.Count == 0);
        writer.WriteNumber("notOpened", scope.NotOpened);
        writer.WriteNumber("undated", entries.Count(static entry => entry.Time is null));
        writer.WriteNumber("findings", entries.Sum(static entry => entry.Findings.Count));
        writer.WriteNumber("contained", entries.Count(static entry => entry.Act == ResponderAct.Contained));
        writer.WriteNumber("released", entries.Count(static entry => entry.Act == ResponderAct.Released));
        writer.WriteStartArray("follows");
        foreach (var link in build.Trail.Followed) writer.WriteStringValue(link);
        writer.WriteEndArray();
        if (scope.Since is { } since) writer.WriteTime("since", since);
        if (scope.Until is { } until) writer.WriteTime("until", until);
        writer.WriteEndObject();
    });

    public static string Sentence(TimelineBuild build)
    {
        var entries = build.Entries;
        var findings = entries.Sum(static entry => entry.Findings.Count);
        return string.Create(CultureInfo.InvariantCulture, $"{entries.Count} {(entries.Count == 1 ? "event" : "events")} of "
            + $"{build.Records} records, {findings} {(findings == 1 ? "finding" : "findings")}")
            + (build.Omitted > 0
                ? string.Create(CultureInfo.InvariantCulture, $"; {build.Omitted} more were left out, narrow it with --since and --until")
                : "")
            + (build.IsComplete ? "" : $"; chains of more than {TimelineBuild.MaxPasses} sessions were not followed to their end");
    }
}
