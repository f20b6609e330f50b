using System.CommandLine;
using Responder.Analysis.Backtest;
using Responder.Analysis.Timeline;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>
/// `responder timeline`: everything an identity did, across assumed roles and access keys. Asks an installation only for the incident's
/// record, and only when told to.
/// </summary>
internal static class TimelineCommand
{
    private const string Description =
        "Show everything an identity did before and after, across assumed roles and access keys, and what was contained when. "
        + "Who is followed is learned from all of the logs; --since and --until say what of it is shown.";

    /// <param name="Record">Reads the incident's own record; null: it was not asked for.</param>
    private sealed record Request(
        LogRequest Logs, TimeWindow Window, TimelineSubject Subject, string SubjectText,
        Func<ResponderOptions, CancellationToken, Task<IncidentRecord>>? Record);

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("timeline", Description);
        var subject = new Argument<string>("PRINCIPAL|INCIDENT")
        {
            Description = "ARN of a user or role, user or role name, access key id; "
                + "or the event id of an incident or the full name of its record.",
        };
        command.Arguments.Add(subject);
        var logs = new LogOptions(command, needsPath: true)
            .WithOutput(command, "text; json: one line per event, then a summary; html: one page for a browser.", "text", "json", "html");
        var installation = new TimelineAws(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var named = TimelineSubject.Of(parsed.GetValue(subject)!);
            var text = parsed.GetValue(subject)!;
            var window = logs.Times.WindowOf(parsed, surroundings);
            var asked = logs.RequestOf(parsed, surroundings, () => installation.Clients(parsed, surroundings, otherwise: null));
            var request = new Request(asked, window, named, text, installation.RecordOf(parsed, named, text, asked.Paths, surroundings));
            return LogRun.StartAsync(asked, "timeline", surroundings, cancellationToken, run => RunAsync(request, run));
        });
        return command;
    }

    private static async Task<int> RunAsync(Request request, LogRun run)
    {
        var options = ResponderOptions.FromEnvironment(run.Surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        var record = request.Record is { } read ? await read(options, run.CancellationToken) : null;
        var all = LogFiles.Select(run.Files(withSizes: run.Surroundings.ErrorIsTerminal), LogFilter.Everything).Files;
        LogFile[] files = [.. all.DistinctBy(static file => file.Name, StringComparer.Ordinal).Select(static file => file.Rereadable())];
        var progress = ReadingProgress.Of(run, files);
        var build = new TimelineBuild(options, [.. progress.Watched(files)], run.OnError);
        build.Resolve(request.Subject, record, run.CancellationToken);
        build.Run(request.Window.Since, request.Window.Last, request.Logs.Format == "html", run.CancellationToken);
        progress.Clear();
        if (record is not null) build.Add(record.Entries());
        var scope = new TimelineScope(request.Logs.Paths, request.Window.Since, request.Window.Last, run.Unread, run.IsInterrupted)
        {
            NotOpened = run.LeftOut.Count,
        };
        return run.Write(files, surroundings =>
        {
            Write(request, build, scope, surroundings);
            surroundings.Output.Flush();
            run.TellLeftOut();
            return run.End(run.IsInterrupted ? "; the timeline holds what was read" : null, isInputBad: run.Unread.Count > 0);
        });
    }

    private static void Write(Request request, TimelineBuild build, TimelineScope scope, Surroundings surroundings)
    {
        switch (request.Logs.Format)
        {
            case "json":
                foreach (var entry in build.Entries) surroundings.Output.WriteLine(entry.ToJson());
                surroundings.Output.WriteLine(TimelineSummary.Json(request.SubjectText, build, scope));
                break;
            case "html":
                TimelineHtml.Write(request.SubjectText, build, scope, surroundings.Clock.GetUtcNow(), surroundings.Output);
                break;
            default:
                TimelineText.Write(request.SubjectText, build, scope, surroundings.TextConsole());
                break;
        }
    }
}
