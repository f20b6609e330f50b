using System.CommandLine;
using System.Diagnostics;
using Responder.Analysis.Backtest;
using Responder.Analysis.Backtest.Html;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>`responder backtest`: what the responder would have found and decided over folders of logs. Of AWS it knows S3 only, to read logs there.</summary>
internal static class BacktestCommand
{
    private const int MaxWorkers = 256;

    private sealed record Request(
        IReadOnlyList<string> Paths, S3Access S3, LogFilter Filter, string Format, string? OutputFile, int Workers, Severity? FailOn);

    public static Command Create(Surroundings surroundings)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Log files, folders of *.json, *.jsonl and *.gz, or s3://bucket/prefix.", Arity = ArgumentArity.OneOrMore };
        var since = new Option<string>("--since") { HelpName = "TIME", Description = "Leave out what is older: a day (2026-03-04) or a time (2026-03-04T09:00:00Z)." };
        var until = new Option<string>("--until") { HelpName = "TIME", Description = "Leave out what is younger; a day counts to its end." };
        var accounts = new Option<string[]>("--account") { HelpName = "ID", Description = "Only this account; may be given several times." };
        var regions = new Option<string[]>("--region") { HelpName = "REGION", Description = "Only this region; may be given several times." };
        var detections = new Option<string[]>("--detection") { HelpName = "NAME", Description = "Only findings of this detection or burst; may be given several times." };
        var format = new Option<string>("--format") { Description = "text; json: one line per finding, then a summary; html: one page for a browser.", DefaultValueFactory = static _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "html");
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "Write the result to this file." };
        var workers = new Option<int>("--workers") { HelpName = "N", Description = "Files read at the same time; the result is the same.", DefaultValueFactory = static _ => Environment.ProcessorCount };
        workers.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var count) || count is < 1 or > MaxWorkers)) result.AddError($"--workers: expected a number from 1 to {MaxWorkers}");
        });
        var failOn = new Option<string>("--fail-on") { HelpName = "SEVERITY", Description = "Exit with 1 when something of this severity (LOW, MEDIUM, HIGH, CRITICAL) or a higher one was found." };

        var command = new Command("backtest", "Run the detections over folders of CloudTrail logs: what would have been found and contained. Needs no AWS, unless the logs lie there.")
        {
            paths, since, until, accounts, regions, detections, format, output, workers, failOn,
        };
        var s3 = new S3Options(command, paths);
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new Request(
                parsed.GetValue(paths)!, s3.AccessOf(parsed),
                LogFilter.Parse(
                    parsed.GetValue(since), parsed.GetValue(until), parsed.GetValue(accounts) ?? [], parsed.GetValue(regions) ?? [], parsed.GetValue(detections) ?? []),
                parsed.GetValue(format)!, parsed.GetValue(output), parsed.GetValue(workers),
                parsed.GetValue(failOn) is { } severity ? ReplayCommand.SeverityOf(severity) : null);
            if (request is { Format: "html", OutputFile: null } && surroundings.OutputIsTerminal) throw new UsageException("--format html: name the file with --output");
            // Ctrl-C is listened to only once this has returned.
            return Task.Run(() => Run(request, surroundings, cancellationToken), CancellationToken.None);
        });
        return command;
    }

    private static int Run(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var skimming = Task.Run(RecordHead.Prepare, CancellationToken.None);
        // Logs are old and many, so that neither age nor budget may decide what would have been done at the time.
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All) with { MaximumAge = null, MaximumAgeWithoutLedger = null, ContainmentBudgetPerHour = null };
        var started = Stopwatch.GetTimestamp();
        // While the disk or the bucket lists the files.
        var scan = Task.Run(
            async () =>
            {
                await skimming;
                return new FileScan(options, request.Filter, request.Filter.Watches());
            },
            CancellationToken.None);
        var unlisted = new List<InputError>();
        using var inputs = LogInputs.Of(request.Paths, () => request.S3.Clients(surroundings));
        var files = LogFiles.Select(inputs.Files(request.Paths, unlisted.Add, withSizes: surroundings.ErrorIsTerminal, cancellationToken), request.Filter) with { IsWhole = !cancellationToken.IsCancellationRequested };
        try
        {
            if (request.OutputFile is not { } path) return Run(request, options, scan, files, unlisted, started, surroundings, cancellationToken);
            using var file = OutputFile.Create(path, [.. files.Files.Select(static input => input.Name)]);
            return Run(request, options, scan, files, unlisted, started, surroundings with { Output = file, OutputIsTerminal = false }, cancellationToken);
        }
        catch (IOException e)
        {
            // Inputs that fail are told one by one; what is left is the disk or the pipe that the result goes to.
            surroundings.Error.WriteLine("responder: the result could not be written: " + PlainText.OneLine(e.Message));
            return ExitCode.Step;
        }
    }

    private static int Run(
        Request request, ResponderOptions options, Task<FileScan> preparation, LogFiles files, List<InputError> unlisted, long started, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var output = surroundings.Output;
        var progress = new BacktestProgress(surroundings.ErrorIsTerminal ? surroundings.Error : null, files.Files.Count, files.Files.Sum(static file => file.Bytes), surroundings.Clock);
        var report = request.Format == "html" ? new ReportFindings(BacktestHtml.MaxShown) : null;
        var result = new BacktestResult(options, finding =>
        {
            report?.Add(finding);
            if (request.Format != "json") return;
            if (surroundings.OutputIsTerminal) progress.Clear();
            output.WriteLine(finding.ToJson());
        })
        { ExpectedFiles = files.Files.Count };
        void Tell(string place, string reason)
        {
            progress.Clear();
            surroundings.Error.WriteLine($"responder: {PlainText.OneLine(place)}: {PlainText.OneLine(reason, 1000)}");
        }

        foreach (var error in unlisted)
        {
            result.Unreadable.Add(error);
            Tell(error.Path, error.Reason);
        }

        var malformed = new MalformedNotes(Tell);
        var scan = preparation.GetAwaiter().GetResult();
        Action<int>? onBytes = progress.IsOn ? progress.AddBytes : null;
        foreach (var part in ParallelScan<ScanPart>.Run(files.Files, request.Workers, (file, onPart) => scan.Read(file, onPart, onBytes, cancellationToken), cancellationToken))
        {
            foreach (var error in part.Malformed) malformed.Add(part.File.Name, part.File.Name, error);
            foreach (var error in part.Errors) Tell(error.Path, error.Reason);
            result.Add(part);
            progress.Add(part);
            scan.Recycle(part);
        }

        malformed.Finish();
        progress.Clear();
        result.Finish();
        var took = Stopwatch.GetElapsedTime(started);
        var isPartial = cancellationToken.IsCancellationRequested && (!files.IsWhole || result.WholeFiles < files.Files.Count);
        if (request.Format == "json") output.WriteLine(Summary(result, files, isPartial, took));
        else if (report is not null) WriteHtml(request, options, result, report, files, isPartial, surroundings, cancellationToken);
        else BacktestText.Write(result, files, options.Mode, took, surroundings.TextConsole());
        output.Flush();
        if (isPartial)
        {
            surroundings.Error.WriteLine($"responder: interrupted: {result.WholeFiles} of {files.Files.Count} files were read to their end; the result holds what was read");
            return ExitCode.Interrupted;
        }

        return result.Unreadable.Count > 0 || result.Malformed > 0 ? ExitCode.Input
            : request.FailOn is { } limit && result.Highest >= limit ? ExitCode.Findings
            : ExitCode.Done;
    }

    private static void WriteHtml(
        Request request, ResponderOptions options, BacktestResult result, ReportFindings report, LogFiles files, bool isPartial, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var shown = report.Shown();
        var evidence = new FindingEvidence(options);
        evidence.Read(shown, files.Files, cancellationToken);
        BacktestHtml.Write(result, report, shown, evidence, options, new ReportScope(request.Paths, request.Filter, files, isPartial), surroundings.Clock.GetUtcNow(), surroundings.Output);
    }

    private static string Summary(BacktestResult result, LogFiles files, bool isPartial, TimeSpan took) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("summary", true);
        writer.WriteBoolean("partial", isPartial);
        writer.WriteNumber("files", result.Files);
        writer.WriteNumber("unreadable", result.Unreadable.Count);
        writer.WriteNumber("digestFiles", files.Digests);
        writer.WriteNumber("skippedFiles", files.Skipped);
        writer.WriteNumber("skippedRecords", result.SkippedRecords);
        writer.WriteNumber("records", result.Records);
        writer.WriteNumber("duplicates", result.Duplicates);
        writer.WriteNumber("malformed", result.Malformed);
        writer.WriteNumber("findings", result.Findings);
        writer.WriteStartObject("bySeverity");
        foreach (var (severity, count) in result.BySeverity) writer.WriteNumber(severity.Name(), count);
        writer.WriteEndObject();
        writer.WriteNumber("wouldContain", result.WouldContain);
        writer.WriteStartArray("wouldContainPrincipals");
        foreach (var count in result.Incidents)
        {
            writer.WriteStartObject();
            writer.WriteString("principal", count.Incident.Principal);
            writer.WriteText("account", count.Incident.Account);
            writer.WriteString("detection", count.Incident.Detection);
            writer.WriteText("eventTime", BacktestFinding.TimeOf(count.First));
            writer.WriteText("eventId", count.First.EventId);
            writer.WriteNumber("events", count.Events);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
        writer.WriteEndObject();
    });
}
