using Responder.Events;
using Responder.Records;

namespace Responder.Operations.Drill;

/// <summary>When the last drill was and how it went, as a parameter keeps it. What it says is what the drill saw.</summary>
/// <param name="Failures">Why it did not pass; empty: it passed.</param>
public sealed record LastDrill(DateTimeOffset At, string By, bool Passed, IReadOnlyList<string> Failures)
{
    private const string Schema = "responder.drill/1";
    private const int MostFailures = 3;

    /// <summary>Seconds from the call until IAM showed the containment; null: it did not.</summary>
    public double? ContainedSeconds { get; init; }

    /// <summary>Seconds from the call until the record that says paged was written; null: there was none.</summary>
    public double? RecordedSeconds { get; init; }

    internal string ToText() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", Schema);
        writer.WriteTime("at", At);
        writer.WriteString("by", PlainText.OneLine(By, 300));
        writer.WriteBoolean("passed", Passed);
        if (ContainedSeconds is { } contained) writer.WriteNumber("containedSeconds", contained);
        if (RecordedSeconds is { } recorded) writer.WriteNumber("recordedSeconds", recorded);
        writer.WriteStartArray("failures");
        foreach (var failure in Failures.Take(MostFailures)) writer.WriteStringValue(PlainText.OneLine(failure, 400));
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Reads what a drill wrote; null when it is none of it.</summary>
    public static LastDrill? Read(string? text) => JsonView.TryParse(text ?? "", out var json) && json["schema"].Text == Schema
        && ClosedText.TimeOf(json["at"]) is { } at
        ? new LastDrill(
            at, PlainText.OneLine(json["by"].Text ?? "unknown", 300), json["passed"].Flag == true,
            [.. json["failures"].Items.Select(static f => PlainText.OneLine(f.Text ?? "", 400))])
        {
            ContainedSeconds = json["containedSeconds"].Number,
            RecordedSeconds = json["recordedSeconds"].Number,
        }
        : null;
}
