using System.Text.Json;
using Responder.Events;

namespace Responder.Retention;

/// <summary>What one run of the retention found, deleted and left.</summary>
/// <param name="Parameters">Parameters below the root after the run; a lower bound when it was not <paramref name="Complete"/>.</param>
/// <param name="Deleted">Names, in the order of their deletion.</param>
/// <param name="Contained">Old records that stay because their principal is, or may be, still contained.</param>
/// <param name="Unfinished">Old records that stay because they never were finished or closed.</param>
/// <param name="Unreadable">Parameters that are not ours or cannot be read, each with the reason; they stay.</param>
/// <param name="Complete">False when the time was up, AWS throttled or a call failed; the next run goes on.</param>
/// <param name="Failures">What AWS refused, in its words.</param>
public sealed record SweepResult(
    int Parameters, IReadOnlyList<string> Deleted, int Contained, int Unfinished, IReadOnlyList<string> Unreadable, bool Complete,
    IReadOnlyList<string> Failures)
{
    /// <summary>The most names of each list that the log line shows; the counts are complete.</summary>
    private const int Shown = 50;

    public string ToJson() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("parameters", Parameters);
        writer.WriteNumber("deleted", Deleted.Count);
        writer.WriteNumber("contained", Contained);
        writer.WriteNumber("unfinished", Unfinished);
        writer.WriteNumber("unreadable", Unreadable.Count);
        writer.WriteBoolean("complete", Complete);
        WriteNames(writer, "deletedNames", Deleted);
        WriteNames(writer, "unreadableNames", Unreadable);
        WriteNames(writer, "failures", Failures);
        writer.WriteEndObject();
    });

    private static void WriteNames(Utf8JsonWriter writer, string name, IReadOnlyList<string> names)
    {
        writer.WriteStartArray(name);
        foreach (var text in names.Take(Shown)) writer.WriteStringValue(PlainText.OneLine(text, 400));
        writer.WriteEndArray();
    }
}
