using System.CommandLine;
using Responder.Cli.Doctor;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Settings;
using Spectre.Console;

namespace Responder.Cli.Commands;

/// <summary>`responder doctor`: asks the account itself whether each detection can see its events.</summary>
internal static class DoctorCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var stack = new Option<string>("--stack")
        {
            HelpName = "NAME",
            Description = "The responder's stack.",
            DefaultValueFactory = static _ => "responder",
        };
        var command = new Command("doctor", "Ask the account whether each detection can see its events, and say what mends it. Reads only; "
            + "exit code 1 unless everything passes.") { stack };
        var aws = new AwsOptions(
            command, "it only reads, most of it with the AWS managed policy SecurityAudit; no role of the stack may do all of it");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            using var installation = new Installation(
                aws.Clients(parsed, options, surroundings), parsed.GetValue(stack)!, options.ParameterRoot, cancellationToken);
            var console = aws.IsJson(parsed) ? null : surroundings.TextConsole();
            var results = new List<CheckResult>();
            await foreach (var result in Examination.RunAsync(installation, cancellationToken))
            {
                results.Add(result);
                if (console is null) surroundings.Output.WriteLine(Line(result));
                else Write(console, result);
            }

            if (console is null) surroundings.Output.WriteLine(Summary(results));
            else WriteSummary(console, results);
            return results.TrueForAll(static r => r.Outcome == CheckOutcome.Pass) ? ExitCode.Done : ExitCode.Findings;
        });
        return command;
    }

    private static string Line(CheckResult result) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("check", result.Check);
        writer.WriteText("subject", PlainText.OneLine(result.Subject, 300));
        writer.WriteString("verdict", Word(result.Outcome));
        writer.WriteText("rests", PlainText.OneLine(result.Rests, 500));
        writer.WriteStartArray("blind");
        foreach (var id in result.Blind) writer.WriteStringValue(id);
        writer.WriteEndArray();
        writer.WriteText("mend", result.Mend);
        writer.WriteEndObject();
    });

    private static string Summary(List<CheckResult> results) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("summary", true);
        foreach (var outcome in Enum.GetValues<CheckOutcome>()) writer.WriteNumber(Word(outcome), results.Count(r => r.Outcome == outcome));
        writer.WriteStartArray("blind");
        foreach (var id in Blind(results, CheckOutcome.Fail)) writer.WriteStringValue(id);
        writer.WriteEndArray();
        writer.WriteStartArray("unknown-sight");
        foreach (var id in Blind(results, CheckOutcome.Unknown)) writer.WriteStringValue(id);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void Write(IAnsiConsole console, CheckResult result)
    {
        var (word, style) = result.Outcome switch
        {
            CheckOutcome.Pass => ("pass   ", TextWriting.Good),
            CheckOutcome.Fail => ("FAIL   ", TextWriting.Bad),
            _ => ("unknown", TextWriting.Warning),
        };
        console.Line((word, style), ($"  {result.Check}  {result.Subject}", TextWriting.Strong), ($"  {result.Rests}", TextWriting.Dim));
        if (result.Outcome == CheckOutcome.Pass) return;
        if (result.Blind.Count > 0) console.Line(("         blind  ", TextWriting.Dim), (Few(result.Blind), TextWriting.Plain));
        if (result.Mend is { } mend) console.Line(("         mend   ", TextWriting.Dim), (mend, TextWriting.Plain));
    }

    private static void WriteSummary(IAnsiConsole console, List<CheckResult> results)
    {
        console.WriteLine();
        console.Line(($"{results.Count(static r => r.Outcome == CheckOutcome.Pass)} pass, "
            + $"{results.Count(static r => r.Outcome == CheckOutcome.Fail)} fail, "
            + $"{results.Count(static r => r.Outcome == CheckOutcome.Unknown)} unknown", TextWriting.Strong));
        if (Blind(results, CheckOutcome.Fail) is { Count: > 0 } blind)
            console.Line(($"Blind, wholly or in part: {Few(blind)}", TextWriting.Bad));
        if (Blind(results, CheckOutcome.Unknown) is { Count: > 0 } unknown)
            console.Line(($"Not known whether they see: {Few(unknown)}", TextWriting.Warning));
    }

    private static List<string> Blind(List<CheckResult> results, CheckOutcome outcome) =>
        [.. results.Where(r => r.Outcome == outcome).SelectMany(static r => r.Blind).Distinct().Order(StringComparer.Ordinal)];

    private static string Few(IReadOnlyList<string> ids) => ids.Count == Blindness.All.Count ? "every detection"
        : ids.Count <= 12 ? string.Join(", ", ids)
        : $"{string.Join(", ", ids.Take(12))} and {ids.Count - 12} more";

    private static string Word(CheckOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
