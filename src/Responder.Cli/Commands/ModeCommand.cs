using System.CommandLine;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>`responder mode`: the kill switch of an installation.</summary>
internal static class ModeCommand
{
    /// <summary>The most that SSM takes as the description of a parameter.</summary>
    private const int MaxReason = 1024;

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
        var reason = new Option<string>("--reason")
        {
            HelpName = "TEXT",
            Description = "Why; kept with the switch. Asked for at a terminal, and needed without one.",
        };
        if (verb == "observe") command.Options.Add(reason);
        var aws = new AwsOptions(command, verb == "show" ? AwsOptions.EitherRole : AwsOptions.OperatorRole);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var why = verb == "observe" ? ReasonOf(parsed.GetValue(reason), surroundings) : "taken back by responder mode enforce";
            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            using var ssm = aws.Clients(parsed, options, surroundings).Ssm();
            var mode = new ModeSwitch(ssm, new ParameterNames(options.ParameterRoot));
            var before = await mode.ReadAsync(cancellationToken);
            var changes = verb != "show" && before.Value != verb;
            if (changes) await mode.SetAsync(verb, why, cancellationToken);
            if (verb == "observe" && !changes && before.Reason != why)
                surroundings.Error.WriteLine("responder: the switch was thrown before; the reason that was given then stays");
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

    /// <exception cref="UsageException">No reason was given.</exception>
    private static string ReasonOf(string? given, Surroundings surroundings)
    {
        const string Missing = "--reason is missing: say why nothing is to be contained; nothing was changed";
        var reason = given?.Trim() is { Length: > 0 } text
            ? text
            : surroundings.AskFor("Why is nothing to be contained?", Missing) ?? throw new UsageException(Missing);
        return PlainText.OneLine(reason, MaxReason);
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
                writer.WriteText("reason", state is { Observes: true, Reason: { } reason } ? PlainText.OneLine(reason, MaxReason) : null);
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
        if (state is { Observes: true, Reason: { } why }) console.Line(("Reason       ", TextWriting.Dim), (why, TextWriting.Plain));
        console.Line(("Means        ", TextWriting.Dim), state.Observes
            ? ("Nothing is contained, whatever RESPONDER_MODE says; pages say what would have been done.", TextWriting.Warning)
            : ("Each function does what its RESPONDER_MODE says: Enforce contains, Observe does not.", TextWriting.Plain));
        if (state is { Observes: false, Value: { } odd } && odd.Trim() is not "enforce")
            console.Line(
                ("Note         ", TextWriting.Warning),
                ("Only observe has a meaning; any other value is the same as none.", TextWriting.Plain));
    }
}
