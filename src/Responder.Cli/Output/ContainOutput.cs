using System.Text.Json;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Operations.ByHand;
using Responder.Reporting;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Output;

/// <summary>The output of a containment: text for people as it goes on, or one JSON line at the end.</summary>
internal sealed class ContainOutput(Surroundings surroundings, bool json, ContainmentRequest asked, HandPlan plan)
{
    private readonly IAnsiConsole _console = surroundings.TextConsole();

    /// <summary>Every step was done and read back, whether or not the page about it was sent.</summary>
    private static bool IsContained(Response response) => response.Outcome == Outcome.Incident
        && response.Failures.All(f => f == response.Alert?.Failure) && !response.Containment.Any(static s => s.CannotBeDone);

    /// <summary>Contained, paged if there is a topic, and a record holds what a release needs.</summary>
    public static bool IsDone(Response response) => IsContained(response) && response.Failures.Count == 0 && UndoOf(response) is not null;

    private static string? UndoOf(Response response) => response.RecordName ?? response.BegunRecord;

    public void Plan()
    {
        if (json) return;
        _console.Line(("Target    ", TextWriting.Dim), ($"{asked.Target} in account {asked.Target.AccountId}", TextWriting.Strong));
        _console.Line(("By        ", TextWriting.Dim), (asked.By, TextWriting.Plain));
        foreach (var action in asked.Actions)
        {
            _console.Line(("Action    ", TextWriting.Dim), ($"{action}: {action.Does}", TextWriting.Plain));
            var undo = action.Option is not null ? TextWriting.Bad : TextWriting.Dim;
            _console.Line(("Undo      ", undo), (action.Undo, TextWriting.Plain));
        }

        foreach (var call in plan.Calls)
        {
            var subject = call.Subject is { } s ? " " + s : "";
            if (call.Cannot is { } reason)
                _console.Line(("Cannot    ", TextWriting.Warning), ($"{call.Action}{subject}: {reason}", TextWriting.Plain));
            else if (plan.IsDone(call))
                _console.Line(("Is so     ", TextWriting.Dim), ($"{call.Action}{subject}: done once more all the same", TextWriting.Plain));
            else
                _console.Line(("To do     ", TextWriting.Dim), (call.Action + subject, TextWriting.Plain));
        }
    }

    public void End(string state, string? sentence)
    {
        if (json) surroundings.Output.WriteLine(Json(state, null));
        else if (sentence is not null) _console.Line(sentence);
    }

    public void Result(Response response)
    {
        var contained = IsContained(response);
        if (json)
        {
            surroundings.Output.WriteLine(Json(contained ? "contained" : "failed", response));
            return;
        }

        _console.WriteLine();
        foreach (var step in response.Containment) _console.Step(step);
        foreach (var lost in response.NotKept) _console.Line(("    NOT KEPT ", TextWriting.Bad), (lost, TextWriting.Plain));
        foreach (var failure in response.Failures) _console.Line(("    FAILED   ", TextWriting.Bad), (failure, TextWriting.Plain));
        if (UndoOf(response) is { } record)
        {
            var undo = Shell.Command("responder release", CommandPart.Operand(record));
            _console.Line(("Record    ", TextWriting.Dim), (record, TextWriting.Plain));
            _console.Line(("Undo      ", TextWriting.Dim), (undo.ToString(), TextWriting.Plain));
        }

        if (contained && UndoOf(response) is null)
        {
            var undo = Shell.Command(
                "responder release", CommandPart.Operand(response.Event?.IncidentId ?? "INCIDENT"), "--force",
                ("--prior-state", "FILE"));
            _console.Line(("No undo   ", TextWriting.Bad), (
                "nothing of the state before could be written down. Keep the line \"what\":\"prior-state\" above in a file:  " + undo,
                TextWriting.Plain));
        }

        _console.Line(contained && response.Alert?.Failure is not null
            ? ("Contained, but NOT paged: see above. Tell the others yourself.", TextWriting.Bad)
            : contained && asked.Target.Kind == PrincipalKind.Group
            ? ("Detached. Policies that are written into the group stay, and so do its members.", TextWriting.Good)
            : contained
            ? ("Contained.", TextWriting.Good)
            : ("NOT contained completely: see above, then repeat the command.", TextWriting.Bad));
    }

    private string Json(string state, Response? response) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("state", state);
        writer.WriteStartObject("target");
        writer.WriteString("kind", asked.Target.Kind.ToString().ToLowerInvariant());
        writer.WriteText("name", PlainText.OneLine(asked.Target.Name));
        writer.WriteText("account", asked.Target.AccountId);
        writer.WriteEndObject();
        writer.WriteStartArray("actions");
        foreach (var action in asked.Actions) writer.WriteStringValue(action.Id.Name);
        writer.WriteEndArray();
        writer.WriteText("by", PlainText.OneLine(asked.By));
        writer.WriteText("reason", asked.Reason is null ? null : PlainText.OneLine(asked.Reason));
        writer.WriteText("because", PlainText.OneLine(plan.Decision.Because));
        writer.WriteStartArray("plan");
        foreach (var call in plan.Calls) Write(writer, call.Action, call.Subject, call.Cannot);
        writer.WriteEndArray();
        writer.WriteSteps("steps", response?.Containment ?? []);
        writer.WriteText("incident", response is null ? null : UndoOf(response));
        writer.WriteText("ledger", response?.LedgerName);
        writer.WriteText("alert", response?.Alert is { MessageId: not null } page ? page.Alert.Subject : null);
        writer.WriteStartArray("failures");
        foreach (var failure in response?.Failures ?? []) writer.WriteStringValue(PlainText.OneLine(failure, 1000));
        writer.WriteEndArray();
        writer.WriteStartArray("notKept");
        foreach (var lost in response?.NotKept ?? []) writer.WriteStringValue(PlainText.OneLine(lost, 1000));
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, string action, string? subject, string? cannot)
    {
        writer.WriteStartObject();
        writer.WriteString("action", action);
        writer.WriteText("subject", subject);
        writer.WriteText("cannot", cannot);
        writer.WriteEndObject();
    }
}
