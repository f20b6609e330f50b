using System.CommandLine;
using System.Diagnostics;
using Responder.Cli.Backtest;
using Responder.Cli.Backtest.Html;
using Responder.Detections;
using Responder.Events;

namespace Responder.Cli.Commands;

/// <summary>`responder backtest`: what the responder would have found and decided over folders of logs. Knows no AWS.</summary>
internal static class BacktestCommand
{
    private const int MaxWorkers = 256;

    private sealed record Request(IReadOnlyList<string> Paths, string Format, string? OutputFile, int Workers, Severity? FailOn);

    public static Command Create(Surroundings surroundings)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Log files, or folders of *.json, *.jsonl and *.gz.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { Description = "text; json: one line per finding, then a summary; html: one page for a browser.", DefaultValueFactory = static _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "html");
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "Write the result to this file." };
        var workers = new Option<int>("--workers") { HelpName = "N", Description = "Files read at the same time; the result is the same.", DefaultValueFactory = static _ => Environment.ProcessorCount };
        workers.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var count) || count is < 1 or > MaxWorkers)) result.AddError($"--workers: expected a number from 1 to {MaxWorkers}");
        });
        var failOn = new Option<string>("--fail-on") { HelpName = "SEVERITY", Description = "Exit with 1 when something of this severity (LOW, MEDIUM, HIGH, CRITICAL) or a higher one was found." };

        var command = new Command("backtest", "Run the detections over folders of CloudTrail logs: what would have been found and contained. Needs no AWS.")
        {
            paths, format, output, workers, failOn,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new Request(
                parsed.GetValue(paths)!, parsed.GetValue(format)!, parsed.GetValue(output), parsed.GetValue(workers),
                parsed.GetValue(failOn) is { } severity ? ReplayCommand.SeverityOf(severity) : null);
            if (request is { Format: "html", OutputFile: null } && surroundings.OutputIsTerminal) throw new UsageException("--format html: name the file with --output");
            // Ctrl-C is listened to only once this has returned.
            return Task.Run(() => Run(request, surroundings, cancellationToken), CancellationToken.None);
        });
        return command;
    }

    private static int Run(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        // Logs are old and many, so that neither age nor budget may decide what would have been done at the time.
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default) with { MaximumAge = null, ContainmentBudgetPerHour = null };
        var started = Stopwatch.GetTimestamp();
        var unlisted = new List<InputError>();
        var files = EventReader.Files(request.Paths, unlisted.Add).ToArray();
        try
        {
            if (request.OutputFile is not { } path) return Run(request, options, files, unlisted, started, surroundings, cancellationToken);
            using var file = OutputFile.Create(path, files);
            return Run(request, options, files, unlisted, started, surroundings with { Output = file, OutputIsTerminal = false }, cancellationToken);
        }
        catch (IOException e)
        {
            // Inputs that fail are told one by one; what is left is the disk or the pipe that the result goes to.
            surroundings.Error.WriteLine("responder: the result could not be written: " + PlainText.OneLine(e.Message));
            return ExitCode.Step;
        }
    }

    private static int Run(
        Request request, ResponderOptions options, string[] files, List<InputError> unlisted, long started, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var output = surroundings.Output;
        var report = request.Format == "html" ? new ReportFindings(BacktestHtml.MaxShown) : null;
        var result = new BacktestResult(options, finding =>
        {
            if (request.Format == "json") output.WriteLine(finding.ToJson());
            report?.Add(finding);
        });
        void Tell(string place, string reason) => surroundings.Error.WriteLine($"responder: {PlainText.OneLine(place)}: {PlainText.OneLine(reason, 1000)}");

        foreach (var error in unlisted)
        {
            result.Unreadable.Add(error);
            Tell(error.Path, error.Reason);
        }

        var whole = 0;
        foreach (var scan in ParallelScan.Run(files, request.Workers, file => FileScan.Read(file, options, cancellationToken), cancellationToken))
        {
            foreach (var (_, error) in scan.Malformed) Tell(scan.File, error);
            foreach (var error in scan.Errors) Tell(error.Path, error.Reason);
            result.Add(scan);
            if (scan.IsWhole) whole++;
        }

        result.Finish();
        var took = Stopwatch.GetElapsedTime(started);
        if (request.Format == "json") output.WriteLine(Summary(result, took));
        else if (report is not null) WriteHtml(request, options, result, report, files, whole == files.Length, surroundings, cancellationToken);
        else BacktestText.Write(result, options.Mode, took, surroundings.TextConsole());
        output.Flush();
        if (whole < files.Length)
        {
            surroundings.Error.WriteLine($"responder: interrupted: {whole} of {files.Length} files were read to their end; the result holds what was read");
            return ExitCode.Interrupted;
        }

        return result.Unreadable.Count > 0 || result.Malformed > 0 ? ExitCode.Input
            : request.FailOn is { } limit && result.Highest >= limit ? ExitCode.Findings
            : ExitCode.Done;
    }

    private static void WriteHtml(
        Request request, ResponderOptions options, BacktestResult result, ReportFindings report, string[] files, bool isWhole, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var shown = report.Shown();
        var evidence = new FindingEvidence(options);
        evidence.Read(shown, files, cancellationToken);
        BacktestHtml.Write(result, report, shown, evidence, options, request.Paths, surroundings.Clock.GetUtcNow(), isWhole, surroundings.Output);
    }

    private static string Summary(BacktestResult result, TimeSpan took) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("summary", true);
        writer.WriteNumber("files", result.Files);
        writer.WriteNumber("records", result.Records);
        writer.WriteNumber("duplicates", result.Duplicates);
        writer.WriteNumber("malformed", result.Malformed);
        writer.WriteNumber("findings", result.Findings);
        writer.WriteStartObject("bySeverity");
        foreach (var (severity, count) in result.BySeverity) writer.WriteNumber(severity.Name(), count);
        writer.WriteEndObject();
        writer.WriteNumber("wouldContain", result.WouldContain);
        writer.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
        writer.WriteEndObject();
    });
}
