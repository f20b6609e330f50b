using System.Globalization;
using System.Text.Json;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Operations.Drill;
using Spectre.Console;

namespace Responder.Cli.Output;

/// <summary>What a drill writes to standard output: text for people as it goes on, or one JSON line at the end.</summary>
internal sealed class DrillOutput(Surroundings surroundings, bool json, DrillSetup setup)
{
    private const int MaxText = 1000;

    private readonly IAnsiConsole _console = surroundings.TextConsole();

    public void Step(string text)
    {
        if (!json) _console.Line(("    ", TextWriting.Plain), (text, TextWriting.Dim));
    }

    public void Plan(DrillPlan plan)
    {
        if (json) return;
        Line("Account", $"{setup.AccountId}, as {setup.By}");
        Line("Release", $"as {setup.ReleaseBy}");
        Line("User", $"a new one below {DrillNote.UserPath}, named responder-drill-..., without credentials; he is given {setup.Grant}");
        Line("Expected", $"the responder contains him within {DrillRunner.Patience.TotalMinutes:0} minutes. Nobody tells it of the drill");
        Line("Pages", $"{plan.Subscriptions} confirmed subscriptions get what the function says: a user was created, he was contained, "
            + "released, deleted. Each names responder-drill-...");
        Line("Takes", "one place for new users in this hour's containment budget");
        Line("Writes", $"{setup.Function.ParameterRoot}-drill/..., which pages nobody; record and ledger are the function's");
        foreach (var note in plan.LeftBehind)
            _console.Line(
                ("Left      ", TextWriting.Warning),
                ($"{note.Name} ({note.Id ?? "id not written down"}), by an interrupted drill of {Time(note.StartedAt)}: taken away first",
                    TextWriting.Plain));
        foreach (var name in plan.Unreadable)
            _console.Line(("Left      ", TextWriting.Warning), ($"{name} is no note of a drill: look who wrote it", TextWriting.Plain));
        foreach (var refusal in plan.Refusals) _console.Line(("Refused   ", TextWriting.Bad), (refusal, TextWriting.Plain));
    }

    /// <param name="state">For scripts: <c>passed</c>, <c>failed</c>, <c>refused</c> or <c>dry-run</c>.</param>
    public void End(string state, DrillPlan plan, IReadOnlyList<DrillEnding> cleaned, DrillResult? result)
    {
        if (json)
        {
            surroundings.Output.WriteLine(Json(state, plan, cleaned, result));
            return;
        }

        foreach (var ending in cleaned) Ending(ending);
        if (result is null)
        {
            _console.Line(state == "refused" ? "No drill; see above." : "Dry run; nothing was changed.");
            return;
        }

        _console.WriteLine();
        if (result.Seen is { } seen) Sighting(seen);
        Ending(result.Ending);
        foreach (var failure in result.Failures.Except(result.Ending.Failures))
            _console.Line(("FAILED    ", TextWriting.Bad), (failure, TextWriting.Plain));
        _console.Line(result.Passed
            ? ("The drill passed: contained, paged, recorded, released, and nothing is left.", TextWriting.Good)
            : ("The drill FAILED: see above.", TextWriting.Bad));
    }

    private void Sighting(DrillSighting seen)
    {
        var contained = seen.Seconds(seen.ContainedAt);
        Line("Contained", contained is null
            ? "not seen"
            : $"after {Number(contained)} s{(seen.Seconds(seen.NotContainedAt) is { } not ? $", not yet after {Number(not)} s" : "")}: "
                + "IAM shows the boundary AWSDenyAll on his unique id and AdministratorAccess gone");
        var recorded = seen.Seconds(seen.RecordedAt);
        Line("Paged", seen.MessageId is { } id
            ? $"SNS took the page as {id}{(recorded is null ? "" : $", at most {Number(recorded)} s after the call")}; that it reached "
                + "anybody, only your mailbox shows"
            : "no record says so");
        Line("Recorded", seen.RecordName is { } name
            ? $"{name}{(recorded is null ? ", not finished" : $", finished after {Number(recorded)} s by Parameter Store's time")}"
            : "no record was found");
        foreach (var (part, seconds) in seen.Parts.Take(1)) Line("Slowest", $"{Number(seconds)} s {part}");
        foreach (var (part, seconds) in seen.Parts.Skip(1)) Line("", $"{Number(seconds)} s {part}");
    }

    private void Ending(DrillEnding ending)
    {
        if (ending.Release is { } release)
            Line("Released", release.IsWhole
                ? $"{ending.Note.Name}, read back as before: {string.Join("; ", release.Proof ?? [])}"
                : $"{ending.Note.Name}: not proved to be as before");
        if (ending.IsGone) Line("Gone", $"{ending.Note.Name}: nothing is left of him");
        foreach (var note in ending.Notes) _console.Line(("Note      ", TextWriting.Warning), (note, TextWriting.Plain));
        foreach (var failure in ending.Failures) _console.Line(("FAILED    ", TextWriting.Bad), (failure, TextWriting.Plain));
    }

    private string Json(string state, DrillPlan plan, IReadOnlyList<DrillEnding> cleaned, DrillResult? result) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("state", state);
        writer.WriteString("account", setup.AccountId);
        writer.WriteString("by", PlainText.OneLine(setup.By, MaxText));
        writer.WriteString("releaseBy", PlainText.OneLine(setup.ReleaseBy, MaxText));
        writer.WriteNumber("confirmedSubscriptions", plan.Subscriptions);
        Texts(writer, "refusals", plan.Refusals);
        Texts(writer, "unreadable", plan.Unreadable);
        writer.WriteStartArray("leftBehind");
        foreach (var note in plan.LeftBehind)
        {
            writer.WriteStartObject();
            writer.WriteString("user", note.Name);
            writer.WriteText("id", note.Id);
            writer.WriteTime("startedAt", note.StartedAt);
            var ending = cleaned.FirstOrDefault(c => c.Note.Name == note.Name);
            writer.WriteBoolean("gone", ending is { IsGone: true });
            Texts(writer, "failures", ending?.Failures ?? []);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteText("user", result?.Note.Name);
        writer.WriteText("id", result?.Note.Id);
        writer.WriteTime("startedAt", result?.Note.StartedAt);
        if (result?.Seen is { } seen) Write(writer, seen);
        writer.WriteSteps("releaseSteps", result?.Ending.Release?.Steps ?? []);
        writer.WriteBoolean("provedAsBefore", result?.Ending.Release is { IsWhole: true });
        writer.WriteBoolean("gone", result?.Ending.IsGone == true);
        Texts(writer, "notes", result?.Ending.Notes ?? []);
        Texts(writer, "failures", result?.Failures ?? []);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, DrillSighting seen)
    {
        writer.WriteTime("calledAt", seen.CalledAt);
        writer.WriteStartObject("seconds");
        Seconds(writer, "notContained", seen.Seconds(seen.NotContainedAt));
        Seconds(writer, "contained", seen.Seconds(seen.ContainedAt));
        Seconds(writer, "judged", seen.Seconds(seen.JudgedAt));
        Seconds(writer, "paged", seen.MessageId is null ? null : seen.Seconds(seen.RecordedAt));
        Seconds(writer, "recorded", seen.Seconds(seen.RecordedAt));
        writer.WriteEndObject();
        writer.WriteStartArray("parts");
        foreach (var (part, seconds) in seen.Parts)
        {
            writer.WriteStartObject();
            writer.WriteString("part", part);
            writer.WriteNumber("seconds", seconds);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteText("incident", seen.RecordName);
        writer.WriteText("messageId", seen.MessageId);
        writer.WriteText("subject", seen.Subject is { } subject ? PlainText.OneLine(subject, MaxText) : null);
    }

    private static void Seconds(Utf8JsonWriter writer, string name, double? seconds)
    {
        if (seconds is { } known) writer.WriteNumber(name, known);
        else writer.WriteNull(name);
    }

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(PlainText.OneLine(text, MaxText));
        writer.WriteEndArray();
    }

    private void Line(string label, string text) => _console.Line((label.PadRight(10), TextWriting.Dim), (text, TextWriting.Plain));

    private static string Number(double? seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#}");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
