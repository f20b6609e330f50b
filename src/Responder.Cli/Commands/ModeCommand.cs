using System.CommandLine;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>`responder mode`: the kill switch of an installation.</summary>
internal static class ModeCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("mode", "Show or throw the kill switch, the parameter that forces every function to observe.")
        {
            Verb("observe", "From the next event on nothing is contained; pages say what would have been done.", surroundings),
            Verb("enforce", "Take the kill switch back: each function does what its own RESPONDER_MODE says.", surroundings),
            Verb("show", "Show the switch, who changed it last and when, and what it means.", surroundings),
        };
        return command;
    }

    private static Command Verb(string verb, string description, Surroundings surroundings)
    {
        var command = new Command(verb, description);
        var aws = new AwsOptions(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            using var ssm = aws.Clients(parsed, options, surroundings).Ssm();
            var mode = new ModeSwitch(ssm, new ParameterNames(options.ParameterRoot));
            var before = await mode.ReadAsync(cancellationToken);
            var changes = verb != "show" && before.Value != verb;
            if (changes) await mode.SetAsync(verb, cancellationToken);
            var after = changes ? await mode.ReadAsync(cancellationToken) : before;
            // False if somebody else was quicker, or if the parameter does not keep what is written to it.
            var isSet = verb == "show" || after.Value == verb;
            Write(after, changes, aws.IsJson(parsed), surroundings);
            if (!isSet)
                surroundings.Error.WriteLine($"responder: {after.Name} reads {PlainText.OneLine(after.Value ?? "nothing", 64)} after "
                    + $"{verb} was written; somebody else changed it");
            return isSet ? ExitCode.Done : ExitCode.Step;
        });
        return command;
    }

    private static void Write(SwitchState state, bool changed, bool json, Surroundings surroundings)
    {
        if (json)
        {
            surroundings.Output.WriteLine(JsonText.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("parameter", state.Name);
                writer.WriteText("value", state.Value is { } value ? PlainText.OneLine(value, 64) : null);
                writer.WriteBoolean("observes", state.Observes);
                writer.WriteBoolean("changed", changed);
                writer.WriteTime("lastModifiedAt", state.ChangedAt);
                writer.WriteText("lastModifiedBy", state.ChangedBy);
                writer.WriteEndObject();
            }));
            return;
        }

        var console = surroundings.TextConsole();
        console.Line(("Kill switch  ", TextWriting.Dim), (state.Name, TextWriting.Plain));
        console.Line(("Value        ", TextWriting.Dim), (state.Value ?? "none, the parameter does not exist", TextWriting.Strong));
        if (state.ChangedAt is not null)
            console.Line(
                ("Changed      ", TextWriting.Dim),
                ($"{state.ChangedAt:yyyy-MM-dd HH:mm:ss'Z'} by {state.ChangedBy ?? "unknown"}{(changed ? ", just now" : "")}",
                    TextWriting.Plain));
        console.Line(("Means        ", TextWriting.Dim), state.Observes
            ? ("Nothing is contained, whatever RESPONDER_MODE says; pages say what would have been done.", TextWriting.Warning)
            : ("Each function does what its RESPONDER_MODE says: Enforce contains, Observe does not.", TextWriting.Plain));
        if (state is { Observes: false, Value: { } odd } && odd.Trim() is not "enforce")
            console.Line(
                ("Note         ", TextWriting.Warning),
                ("Only observe has a meaning; any other value is the same as none.", TextWriting.Plain));
    }
}
