using System.Globalization;
using System.Text;
using System.Text.Json;
using Responder.Cli.Terminal;
using Responder.Decisions;
using Responder.Paging;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Replay;

/// <summary>A replay for people: what was found, what was done, the page, the record, and where the round trips went.</summary>
internal sealed class ReplayText(IAnsiConsole console, ResponderOptions options)
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, NewLine = "\n" };

    public void Write(Replayed replayed)
    {
        var (input, response) = (replayed.Input, replayed.Response);
        WriteHead(replayed);
        if (response.Outcome == Outcome.Malformed)
        {
            console.Line(("    " + response.MalformedBecause, Plain));
            return;
        }

        if (response.Decision is not { Strongest: not null } decision) return;
        WriteFindings(decision);
        if (response.Outcome == Outcome.Duplicate)
        {
            console.Heading("Done");
            console.Line($"    nothing: this event was dealt with before{(response.RecordName is { } known ? ", see " + known : "")}");
            console.WriteLine();
            return;
        }

        WriteDone(response, decision);
        if (response.Alert is { MessageId: not null } alert) WritePage(alert);
        if (response.RecordName is { } name && replayed.RecordText is { } record) WriteStored("Record", name, record);
        if (replayed.Ledger is var (entry, ledger)) WriteStored("Ledger", entry, ledger);
        if (replayed.Calls is { Count: > 0 } calls) WriteRoundTrips(RoundTrip.Of(calls));
        console.WriteLine();
    }

    private static Style Plain => TextWriting.Plain;

    private void WriteHead(Replayed replayed)
    {
        var (input, response) = (replayed.Input, replayed.Response);
        var e = response.Event;
        var what = e is null ? "" : $"  {e.EventSource} "
            + $"{e.EventName}{(e.Outcome == Events.CallOutcome.Succeeded ? "" : $" ({e.Outcome.ToString().ToLowerInvariant()})")}";
        var time = e?.EventTime is { } at ? at.UtcDateTime.ToString("  yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";
        var severity = response.Severity == Severity.None ? "-" : response.Severity.Name();
        console.Line(
            (severity.PadRight(8), TextWriting.StyleOf(response.Severity)),
            ("  " + WordOf(response).PadRight(9), response.Outcome is Outcome.Malformed || response.Failures.Count > 0
                ? TextWriting.Bad
                : TextWriting.Strong),
            (string.Create(CultureInfo.InvariantCulture, $"  {input.File}#{input.Record}"), Plain),
            (what, Plain),
            (time, TextWriting.Dim));
    }

    private static string WordOf(Response response) => response switch
    {
        { Outcome: Outcome.Incident, Decision.Action: DecisionAction.Contain } =>
            response.Containment.Any(static s => s.Result == Containment.StepResult.Failed) ? "NOT contained" : "contained",
        { Outcome: Outcome.Incident } => "would contain",
        { Outcome: Outcome.None } => "nothing",
        _ => response.Outcome.ToString().ToLowerInvariant(),
    };

    private void WriteFindings(Decision decision)
    {
        console.Heading("Found");
        foreach (var finding in decision.Findings.Concat(decision.Shadow))
        {
            console.Line(
                ("    " + finding.Severity.Name().PadRight(8), TextWriting.StyleOf(finding.Severity)), ("  " + finding.Title, Plain),
                ($"  [{finding.Detection.Id}, stage {options.StageOf(finding.Detection)}]", TextWriting.Dim));
        }
    }

    private void WriteDone(Response response, Decision decision)
    {
        console.Heading("Done");
        foreach (var step in response.Containment) console.Step(step);
        console.Line($"    {(decision.Action == DecisionAction.Contain ? "because " : "")}{decision.Because}");
        foreach (var failure in response.Failures) console.Line(("    FAILED   ", TextWriting.Bad), (failure, Plain));
    }

    private void WritePage(AlertReceipt alert)
    {
        console.Heading($"Page to {alert.TopicArn}");
        console.Block($"Subject: {alert.Alert.Subject}\n\n{AlertText.Render(alert.Alert)}");
    }

    private void WriteStored(string label, string name, string json)
    {
        console.Heading($"{label} {name}");
        console.Block(Indented(json));
    }

    private void WriteRoundTrips(IReadOnlyList<RoundTrip> trips)
    {
        console.Heading($"Round trips: {trips.Count}, calls: {trips.Sum(static t => t.Calls.Count)}");
        foreach (var trip in trips)
        {
            var calls = trip.Calls.GroupBy(
                static c => $"{c.Service}:{c.Operation}{(c.Succeeded ? "" : " " + (c.ErrorCode ?? "no answer"))}")
                .Select(static g => g.Key + (g.Count() > 1 ? string.Create(CultureInfo.InvariantCulture, $" x{g.Count()}") : ""));
            var time = string.Create(CultureInfo.InvariantCulture, $"{trip.Begin.TotalMilliseconds:0}-{trip.End.TotalMilliseconds:0} ms");
            console.Line(
                (string.Create(CultureInfo.InvariantCulture, $"    {trip.Number}  "), TextWriting.Strong),
                (time.PadRight(12), TextWriting.Dim), (string.Join("  ", calls), Plain));
        }
    }

    private static string Indented(string json)
    {
        using var buffer = new MemoryStream();
        using (var document = JsonDocument.Parse(json))
        using (var writer = new Utf8JsonWriter(buffer, s_indented)) document.RootElement.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
