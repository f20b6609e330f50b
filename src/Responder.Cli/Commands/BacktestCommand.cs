using System.CommandLine;
using System.Diagnostics;
using Responder.Analysis.Backtest;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>
/// `responder backtest`: what the responder would have found and decided over folders of logs. The only AWS service that it uses is S3, to
/// read logs there.
/// </summary>
internal static class BacktestCommand
{
    private const int MaxWorkers = 256;

    private const string Description =
        "Run the detections over folders of CloudTrail logs: what would have been found and contained. "
        + "Needs no AWS, unless the logs lie there.";

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("backtest", Description);
        var detections = new Option<string[]>("--detection")
        {
            HelpName = "NAME",
            Description = "Only findings of this detection or burst; may be given several times.",
        };
        var logs = new LogOptions(command, needsPath: true)
            .WithOutput(command, "text; json: one line per finding, then a summary; html: one page for a browser.", "text", "json", "html")
            .WithFilters(command);
        var workers = new Option<int>("--workers")
        {
            HelpName = "N",
            Description = "Files read at the same time; the result is the same.",
            DefaultValueFactory = static _ => Environment.ProcessorCount,
        };
        workers.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var count) || count is < 1 or > MaxWorkers))
                result.AddError($"--workers: expected a number from 1 to {MaxWorkers}");
        });
        command.Options.Add(detections);
        command.Options.Add(workers);
        var failOn = new FailOnOption(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            // The end itself is left out, so that two backtests of adjacent periods count nothing twice.
            var window = logs.Times.WindowOf(parsed, surroundings) with { HoldsEnd = false };
            var filter = logs.FilterOf(parsed, parsed.GetValue(detections) ?? []).Within(window);
            var request = new BacktestRequest(logs.RequestOf(parsed, surroundings), filter, parsed.GetValue(workers), failOn.Of(parsed));
            return LogRun.StartAsync(request.Logs, "result", surroundings, cancellationToken, run => Run(request, run));
        });
        return command;
    }

    private static int Run(BacktestRequest request, LogRun run)
    {
        var skimming = Task.Run(RecordHead.Prepare, CancellationToken.None);
        // Logs are old and many, so neither age nor budget may decide what would have been done at the time.
        var options = ResponderOptions.FromEnvironment(run.Surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All) with
        {
            AcceptsBareRecords = true,
            MaximumAge = null,
            MaximumAgeWithoutLedger = null,
            ContainmentBudgetPerHour = null,
        };
        var started = Stopwatch.GetTimestamp();
        // Runs while the disk or the bucket lists the files.
        var preparation = Task.Run(
            async () =>
            {
                await skimming;
                return new FileScan(options, request.Filter, request.Filter.Watches());
            },
            CancellationToken.None);
        var files = LogFiles.Select(run.Files(withSizes: run.Surroundings.ErrorIsTerminal), request.Filter);
        // A page for a browser shows the events themselves, for which their files are read again.
        if (request.Format == "html") files = files with { Files = [.. files.Files.Select(static file => file.Rereadable())] };
        files = files with { IsWhole = !run.IsInterrupted };
        return run.Write(files.Files, surroundings =>
        {
            var reading = new BacktestReading(request, options, run, files, surroundings, started);
            reading.Read(preparation.GetAwaiter().GetResult());
            return reading.Finish();
        });
    }
}
