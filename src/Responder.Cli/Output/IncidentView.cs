using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Facts;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Output;

/// <summary>
/// Records as text and JSON. Any text in a record may be somebody else's, so it reaches a terminal only through <see cref="TextWriting"/>.
/// </summary>
internal static class IncidentView
{
    public static string Line(IncidentSummary record) => JsonText.Write(writer =>
    {
        var json = record.Json;
        writer.WriteStartObject();
        writer.WriteString("name", record.Name);
        writer.WriteText("id", Safe(record.Id));
        writer.WriteString("status", StatusOf(record));
        writer.WriteText("severity", Safe(json["severity"].Text));
        writer.WriteText("time", Safe(json["event"]["time"].Text));
        writer.WriteText("detection", Safe(json["detection"].Text));
        writer.WriteText("title", Safe(json["title"].Text));
        writer.WriteText("outcome", Safe(json["outcome"].Text));
        writer.WriteText("account", Safe(json["event"]["account"].Text));
        writer.WriteText("actor", Safe(json["actor"]["issuerArn"].Text ?? json["actor"]["arn"].Text));
        writer.WriteText("target", Safe(json["target"]["name"].Text ?? json["resource"].Text));
        writer.WriteNumber("count", json["count"].Integer ?? 1);
        writer.WriteText("ledger", Safe(record.LedgerName));
        writer.WriteTime("closedAt", record.Closed?.At);
        writer.WriteText("closedBy", Safe(record.Closed?.By));
        writer.WriteText("reason", Safe(record.Closed?.Reason));
        writer.WriteEndObject();
    });

    public static string Closed(IncidentSummary record, Closing closing, bool changed) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name", record.Name);
        writer.WriteString("status", "closed");
        writer.WriteBoolean("changed", changed);
        writer.WriteTime("closedAt", closing.At);
        writer.WriteText("closedBy", Safe(closing.By));
        writer.WriteText("reason", Safe(closing.Reason));
        writer.WriteEndObject();
    });

    public static void Table(IAnsiConsole console, IReadOnlyList<IncidentSummary> records)
    {
        foreach (var record in records)
        {
            var json = record.Json;
            console.Line(
                (Time(json["event"]["time"], record), TextWriting.Dim), ("  " + SeverityOf(record).PadRight(8), StyleOf(record)),
                ("  " + StatusOf(record).PadRight(10), TextWriting.Strong),
                ("  " + (json["count"].Integer is > 1 and var count ? $"{count} x " : "") + (json["title"].Text ?? "no title"),
                    TextWriting.Plain));
            console.Line(("    " + record.Name, TextWriting.Dim));
        }

        console.Line(records.Count == 1 ? "1 incident" : $"{records.Count} incidents");
    }

    public static void Page(IAnsiConsole console, IncidentSummary record, LedgerView? ledger)
    {
        var json = record.Json;
        console.Line(
            (SeverityOf(record) + ": ", StyleOf(record)), (json["title"].Text ?? "no title", TextWriting.Strong),
            ($" ({json["outcome"].Text ?? "unknown"})", TextWriting.Plain));
        if (json["count"].Integer is > 1 and var count) console.Line($"  {count} events of its hour share this record");

        console.WriteLine();
        console.Line(("WHAT WAS DONE", TextWriting.Strong));
        foreach (var step in json["containment"].Items)
            console.Line($"  {step["result"].Text}: {step["action"].Text} "
                + $"{step["subject"].Text}{(step["error"].Text is { } error ? $" ({error})" : "")}");
        Field(console, "because", json["because"].Text);
        if (json["prior"].IsObject)
            Field(console, "before", $"boundary {json["prior"]["boundary"].Text}; detached: {Joined(json["prior"]["detached"])}");
        if (ledger is not null)
        {
            Field(console, "ledger", ledger.Name);
            Field(console, "quarantine", ledger switch
            {
                { Exists: false } => "unknown: the ledger is missing; look at the principal itself",
                { Released: true } => $"released at {ledger.ReleasedAt ?? "an unknown time"} by {ledger.ReleasedBy ?? "unknown"}",
                { Incident: { } other } when other != record.Name => "open in the ledger, under another incident; undo it:  "
                    + Shell.Command("responder release", CommandPart.Operand(other)),
                _ => "open in the ledger; undo it:  " + Shell.Command("responder release", CommandPart.Operand(record.Name)),
            });
        }

        console.WriteLine();
        console.Line(("WHO, TO WHOM, WHERE, WHEN", TextWriting.Strong));
        var (e, actor, target) = (json["event"], json["actor"], json["target"]);
        Field(console, "actor", $"{actor["type"].Text ?? "unknown"} {actor["arn"].Text}");
        if (actor["issuerArn"].Text is { } issuer && issuer != actor["arn"].Text) Field(console, "issued by", issuer);
        Field(console, "access key", actor["accessKeyId"].Text);
        Field(console, "from", e["sourceIpAddress"].Text);
        Field(console, "user agent", e["userAgent"].Text);
        if (target.IsObject) Field(console, "target", $"{target["kind"].Text} {target["name"].Text}");
        Field(console, "resource", json["resource"].Text);
        Field(console, "call", $"{e["source"].Text} {e["name"].Text}");
        Field(console, "where", $"account {e["account"].Text ?? "unknown"}, region {e["region"].Text ?? "unknown"}");
        Field(console, "when", e["time"].Text ?? "unknown");

        console.WriteLine();
        console.Line(("RECORD", TextWriting.Strong));
        Field(console, "name", record.Name);
        Field(console, "status", StatusOf(record)
            + (record.Status == IncidentStatus.Unfinished
                ? ": a step failed or the page did not leave; the function's log says which"
                : ""));
        if (record.Closed is { } closed) Field(console, "closed", $"{closed.At:yyyy-MM-dd HH:mm:ss'Z'} by {closed.By}: {closed.Reason}");
        if (json["release"].IsObject) Field(console, "released", $"{json["release"]["at"].Text} by {json["release"]["by"].Text}");
        Field(console, "page", json["alert"]["messageId"].Text is { } id ? $"{json["alert"]["subject"].Text} (SNS message {id})" : null);
        Field(console, "findings", Joined(json["findings"], static f => $"{f["detection"].Text} {f["severity"].Text}"));
        Field(console, "events", Joined(json["eventIds"]));
        if (!record.IsOver && ledger is not { Exists: true, Released: false })
            Field(
                console, "over?",
                Shell.Command("responder incidents close", CommandPart.Operand(record.Name), ("--reason", "TEXT")).ToString());
    }

    private static void Field(IAnsiConsole console, string label, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
            console.Line(("  " + (label + ":").PadRight(13), TextWriting.Dim), (value, TextWriting.Plain));
    }

    private static string Joined(JsonView list, Func<JsonView, string?>? text = null) =>
        list.Items.Select(text ?? (static i => i.Text)).OfType<string>().ToArray() is { Length: > 0 } items
            ? string.Join(", ", items)
            : "none";

    private static string StatusOf(IncidentSummary record) => record.Status.ToString().ToLowerInvariant();

    private static string SeverityOf(IncidentSummary record) => SeverityNames.TryParse(record.Json["severity"].Text, out var severity)
        ? severity.Name()
        : "unknown";

    private static Style StyleOf(IncidentSummary record) =>
        TextWriting.StyleOf(SeverityNames.TryParse(record.Json["severity"].Text, out var severity) ? severity : Severity.None);

    private static string Time(JsonView time, IncidentSummary record) => ClosedText.TimeOf(time) is { } at
        ? $"{at:yyyy-MM-dd HH:mm:ss'Z'}"
        : $"{record.Day:yyyy-MM-dd}          ";

    private static string? Safe(string? text) => text is null ? null : PlainText.OneLine(text, 1024);
}
