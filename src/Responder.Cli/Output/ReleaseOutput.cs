using System.Text.Json;
using Responder.Cli.Terminal;
using Responder.Containment;
using Responder.Events;
using Responder.Operations.Release;
using Spectre.Console;

namespace Responder.Cli.Output;

/// <summary>What a release writes to standard output: text for people as it goes on, or one JSON line at the end.</summary>
internal sealed class ReleaseOutput(Surroundings surroundings, bool json)
{
    private const string NothingRead = "nothing was read";

    private readonly IAnsiConsole _console = surroundings.TextConsole();
    private string _by = "unknown";

    public void Plan(ReleasePlan plan, string by)
    {
        _by = by;
        if (json) return;
        Line("Incident", plan.RecordName);
        if (plan.Principal is { } target)
            _console.Line(("Target    ", TextWriting.Dim), ($"{target} in account {target.AccountId}", TextWriting.Strong));
        if (plan.LedgerName is { } ledger) Line("Ledger", ledger);
        Line("By", by);
        if (plan.Prior is not null) Line("Before", Joined(plan.Described.Before, "nothing was written down"));
        if (plan.Current is { Exists: true }) Line("Now", Joined(plan.Described.Now, NothingRead));
        foreach (var step in plan.Steps) Line("To do", step.Action + (step.Subject is { } subject ? " " + subject : ""));
        foreach (var change in plan.Changes) _console.Line(("Changed   ", TextWriting.Bad), (change, TextWriting.Plain));
        foreach (var note in plan.Notes) _console.Line(("Note      ", TextWriting.Warning), (note, TextWriting.Plain));
    }

    /// <summary>Reports that nothing was done, and why.</summary>
    /// <param name="state">The state for scripts.</param>
    /// <param name="sentence">The sentence for people; null: standard error says it.</param>
    public void End(ReleasePlan plan, string state, string? sentence)
    {
        if (json) surroundings.Output.WriteLine(Json(plan, state, null, null));
        else if (sentence is not null) _console.Line(sentence);
    }

    public void Result(ReleaseResult result, string? untold)
    {
        if (json)
        {
            surroundings.Output.WriteLine(Json(result.Plan, result.Released ? "released" : "failed", result, untold));
            return;
        }

        _console.WriteLine();
        foreach (var step in result.Steps) _console.Step(step);
        foreach (var note in result.Notes) _console.Line(("    could not be restored: ", TextWriting.Warning), (note, TextWriting.Plain));
        foreach (var failure in result.Failures) _console.Line(("    FAILED   ", TextWriting.Bad), (failure, TextWriting.Plain));
        if (untold is not null) _console.Line(("    FAILED   ", TextWriting.Bad), ("closing note: " + untold, TextWriting.Plain));
        if (result.Proof is { } proof)
            _console.Line(("    read back", TextWriting.Good), ("  " + Joined(proof, NothingRead), TextWriting.Plain));
        _console.Line(result is { Released: true, Plan.IsEnded: true }
            ? ("Released before; the record is written now.", TextWriting.Good)
            : result.IsWhole
            ? ("Released, read back and written down.", TextWriting.Good)
            : result.Released && result.IsOnlyClosed
            ? ("Closed and written down. Nothing was restored: see above.", TextWriting.Warning)
            : result.Released
            ? ("Released and written down. Not everything is known to be as it was before: see above.", TextWriting.Warning)
            : ("NOT released completely: repeat the command once the reason is gone. The ledger still says contained.", TextWriting.Bad));
    }

    private void Line(string label, string text) => _console.Line((label.PadRight(10), TextWriting.Dim), (text, TextWriting.Plain));

    private static string Joined(IReadOnlyList<string> parts, string none) => parts.Count == 0 ? none : string.Join("; ", parts);

    private string Json(ReleasePlan plan, string state, ReleaseResult? result, string? untold) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("state", state);
        writer.WriteString("incident", plan.RecordName);
        writer.WriteText("ledger", plan.LedgerName);
        if (plan.Principal is { } target)
        {
            writer.WriteStartObject("target");
            writer.WriteString("kind", target.Kind.ToString().ToLowerInvariant());
            writer.WriteText("name", PlainText.OneLine(target.Name));
            writer.WriteText("account", target.AccountId);
            writer.WriteEndObject();
        }

        writer.WriteText("by", PlainText.OneLine(_by));
        writer.WriteText("reason", result?.Reason is { } reason ? PlainText.OneLine(reason) : null);
        writer.WriteStartArray("plan");
        foreach (var step in plan.Steps)
        {
            writer.WriteStartObject();
            writer.WriteString("action", step.Action);
            writer.WriteText("subject", step.Subject);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Texts(writer, "changes", plan.Changes);
        Texts(writer, "notes", [.. plan.Notes, .. result?.Notes ?? []]);
        writer.WriteSteps("steps", result?.Steps ?? []);
        Texts(writer, "failures", [.. result?.Failures ?? [], .. untold is null ? Array.Empty<string>() : ["closing note: " + untold]]);
        writer.WriteEndObject();
    });

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(PlainText.OneLine(text, 1000));
        writer.WriteEndArray();
    }
}

/// <summary>Steps of a containment or a release as JSON.</summary>
internal static class StepJson
{
    public static void WriteSteps(this Utf8JsonWriter writer, string name, IReadOnlyList<ContainmentStep> steps)
    {
        writer.WriteStartArray(name);
        foreach (var step in steps)
        {
            writer.WriteStartObject();
            writer.WriteString("action", step.Action);
            writer.WriteText("target", PlainText.OneLine(step.Target, 200));
            writer.WriteText("subject", step.Subject);
            writer.WriteString("result", step.Result.ToString());
            writer.WriteText("error", step.Error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
