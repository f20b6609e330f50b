using System.CommandLine;
using System.Globalization;
using Responder.Analysis.Backtest;
using Responder.Analysis.Hunting;
using Responder.Aws;
using Responder.Cli.Athena;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>
/// `responder hunt`: asks folders of logs one question, or prints the same question as SQL. The only AWS service that it uses is S3, to
/// read logs there.
/// </summary>
internal static class HuntCommand
{
    private const string Description =
        "Ask CloudTrail logs one question: who deleted, who was refused, who signed in without MFA. Without --until it looks back "
        + "from now, without --since as many days as --list says. Needs no AWS, unless the logs lie there.";

    private sealed record Request(Hunt Hunt, LogRequest Logs, TimeWindow Window, LogFilter Places);

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("hunt", Description);
        var name = new Argument<string?>("NAME") { Description = "The hunt; --list names them.", Arity = ArgumentArity.ZeroOrOne };
        var list = new Option<bool>("--list") { Description = "List the hunts." };
        command.Arguments.Add(name);
        command.Options.Add(list);
        var sql = new SqlOptions();
        var logs = new LogOptions(command, needsPath: false)
            .WithOutput(command, "table, csv or json (one line per row).", "table", "csv", "json")
            .WithFilters(command, sql.Run);
        sql.AddTo(command);
        var shape = new HuntOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(list)) return Task.FromResult(List(parsed.GetValue(name), surroundings));
            return StartAsync(shape.Applied(HuntOf(parsed.GetValue(name)), parsed), logs, sql, parsed, surroundings, cancellationToken);
        });
        return command;
    }

    /// <summary>Answers a hunt from the logs, or prints it as SQL.</summary>
    internal static Task<int> StartAsync(
        Hunt hunt, LogOptions logs, SqlOptions sql, ParseResult parsed, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var workGroup = sql.WorkGroupOf(parsed);
        if (sql.StatementOf(hunt, parsed, hasLogs: logs.IsGiven(parsed, withOutput: workGroup is null)) is { } statement)
        {
            if (workGroup is not null)
            {
                var asked = logs.RequestOf(parsed, surroundings);
                return LogRun.StartAsync(
                    asked, "answer", surroundings, cancellationToken, run => AthenaAsync(hunt, statement, workGroup, asked, run));
            }

            surroundings.Output.Write(statement);
            return Task.FromResult(ExitCode.Done);
        }

        if (logs.PathsOf(parsed).Length == 0)
            throw new UsageException("name the log files or folders, or ask for the statement with --sql athena");
        var window = logs.Times.WindowOf(parsed, surroundings, endsNow: true, days: hunt.Days);
        var request = new Request(hunt, logs.RequestOf(parsed, surroundings), window, logs.FilterOf(parsed));
        return LogRun.StartAsync(request.Logs, "answer", surroundings, cancellationToken, run => Run(request, run));
    }

    private static async Task<int> AthenaAsync(Hunt hunt, string statement, string workGroup, LogRequest asked, LogRun run)
    {
        using var athena = new AwsCall(AwsService.Athena, asked.S3Clients());
        var query = new AthenaQuery(athena, workGroup, run.Surroundings);
        if (await query.RunAsync(hunt, statement, run.CancellationToken) is not { } rows) return ExitCode.Step;
        return run.Write([], surroundings =>
        {
            HuntOutput.Write(hunt, rows, asked.Format, surroundings);
            surroundings.Output.Flush();
            var most = rows.Count == hunt.Limit ? ", the most that are asked for" : "";
            run.Surroundings.Error.WriteLine($"{rows.Count} {(rows.Count == 1 ? "row" : "rows")}{most}; {query.Spent}");
            return ExitCode.Done;
        });
    }

    private static int List(string? name, Surroundings surroundings)
    {
        if (name is not null) throw new UsageException("--list: takes no NAME");
        var console = surroundings.TextConsole();
        var width = HuntCatalog.All.Max(static hunt => hunt.Id.Length);
        foreach (var hunt in HuntCatalog.All)
        {
            var days = string.Create(CultureInfo.InvariantCulture, $"  {hunt.Days,3} days  ");
            console.Line((hunt.Id.PadRight(width), TextWriting.Strong), (days, TextWriting.Dim), (hunt.Title, TextWriting.Plain));
        }

        return ExitCode.Done;
    }

    private static int Run(Request request, LogRun run)
    {
        // Files outside of the window need not be opened.
        var files = LogFiles.Select(run.Files(withSizes: run.Surroundings.ErrorIsTerminal), request.Places.Within(request.Window));
        return run.Write(files.Files, surroundings =>
        {
            var hunted = new HuntRun(request.Hunt, request.Window.Since!.Value, request.Window.Last!.Value);
            var (records, malformed, outside) = Read(request, run, files, hunted);
            var rows = hunted.Rows();
            HuntOutput.Write(request.Hunt, rows, request.Logs.Format, surroundings);
            surroundings.Output.Flush();
            Tell(request, run, files, hunted, rows.Count, records, outside);
            run.TellLeftOut();
            var interrupted = run.IsInterrupted ? "; the answer holds what was read" : null;
            return run.End(interrupted, isInputBad: run.Unread.Count > 0 || malformed > 0);
        });
    }

    /// <summary>
    /// Reads the logs into the answer; returns how many records there were, how many of them were malformed, and how many are of another
    /// time.
    /// </summary>
    private static (long Records, long Malformed, long Outside) Read(Request request, LogRun run, LogFiles files, HuntRun hunted)
    {
        var (records, malformed, outside) = (0L, 0L, 0L);
        var progress = ReadingProgress.Of(run, files.Files);
        var scan = new HuntScan(request.Hunt, request.Places, request.Window);
        var parts = ParallelScan<HuntPart>.Run(
            files.Files, Environment.ProcessorCount, (file, onPart) => scan.Read(file, onPart, progress.OnBytes, run.CancellationToken),
            run.CancellationToken);
        foreach (var part in parts)
        {
            records += part.Records;
            outside += part.Outside;
            malformed += part.Malformed.Count;
            foreach (var input in part.Malformed)
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{input.File}, record {input.Record}");
                run.Malformed.Add(input.File, place, input.Parsed.Error ?? "malformed");
            }

            foreach (var error in part.Errors) run.OnError(error);
            foreach (var hit in part.Hits) hunted.Add(hit);
            progress.Add(part.Records, part.IsLast);
        }

        run.Malformed.Finish();
        progress.Clear();
        return (records, malformed, outside);
    }

    private static void Tell(Request request, LogRun run, LogFiles files, HuntRun hunted, int shown, long records, long outside)
    {
        var found = hunted.Found;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{found} {(found == 1 ? "row" : "rows")} from {records} records, {request.Window.Describe(TimeOptions.Text)}");
        if (found > shown) line += string.Create(CultureInfo.InvariantCulture, $"; only the first {shown} are shown");
        if (files.Skipped > 0) line += string.Create(CultureInfo.InvariantCulture, $"; {files.Skipped} files lie outside of it");
        if (outside > 0 && outside == records) line += "; every record that was read lies outside of it";
        if (files.Late > 0)
            line += string.Create(
                CultureInfo.InvariantCulture,
                    $"; {files.Late} of the files were delivered later and not opened though they may hold events");
        if (hunted.Undated > 0)
            line += string.Create(
                CultureInfo.InvariantCulture, $"; {hunted.Undated} undated records meet the condition and are not among the rows");
        run.Surroundings.Error.WriteLine(line);
    }

    private static Hunt HuntOf(string? name)
    {
        if (name is null) throw new UsageException("name the hunt; responder hunt --list shows them");
        return HuntCatalog.Find(name)
            ?? throw new UsageException($"no such hunt: {PlainText.OneLine(name, 100)}; responder hunt --list shows them");
    }
}
