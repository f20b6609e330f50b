using System.CommandLine;
using System.Globalization;
using Responder.Analysis.Backtest;
using Responder.Analysis.Hunting;
using Responder.Analysis.Hunting.Query;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>`responder hunt`: one question to folders of logs, or the same question as SQL. Of AWS it knows S3 only, to read logs there.</summary>
internal static class HuntCommand
{
    private static readonly string[] s_times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private sealed record Request(Hunt Hunt, IReadOnlyList<string> Paths, string Format, DateTimeOffset? Since, DateTimeOffset? Until, LogFilter Places, S3Access S3, string? OutputFile);

    public static Command Create(Surroundings surroundings)
    {
        var name = new Argument<string?>("NAME") { Description = "The hunt; --list names them.", Arity = ArgumentArity.ZeroOrOne };
        var paths = new Argument<string[]>("PATH") { Description = "Log files, folders of *.json, *.jsonl and *.gz, or s3://bucket/prefix.", Arity = ArgumentArity.ZeroOrMore };
        var list = new Option<bool>("--list") { Description = "List the hunts." };
        var format = new Option<string>("--format") { Description = "table, csv or json (one line per row).", DefaultValueFactory = static _ => "table" };
        format.AcceptOnlyFromAmong("table", "csv", "json");
        var since = new Option<string>("--since") { HelpName = "TIME", Description = "Not before; by default the hunt's own days before --until. UTC: 2026-03-04 or 2026-03-04T09:01:07Z." };
        var until = new Option<string>("--until") { HelpName = "TIME", Description = "Not after; by default now." };
        var accounts = new Option<string[]>("--account") { HelpName = "ID", Description = "Only this account; may be given several times." };
        var regions = new Option<string[]>("--region") { HelpName = "REGION", Description = "Only this region; may be given several times." };
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "Write the answer to this file." };
        var sql = new Option<string>("--sql") { Description = "Print the statement for athena or lake instead; its dates are relative to when it runs." };
        sql.AcceptOnlyFromAmong("athena", "lake");
        var database = new Option<string>("--database") { HelpName = "NAME", Description = $"Of Athena; by default {SqlSource.Database}, as infra/hunting.yaml has it." };
        var table = new Option<string>("--table") { HelpName = "NAME", Description = $"Of Athena; by default {SqlSource.Table}." };
        var store = new Option<string>("--event-data-store") { HelpName = "ID", Description = "Of CloudTrail Lake; id or ARN." };

        var command = new Command("hunt", "Ask CloudTrail logs one question: who deleted, who was refused, who signed in without MFA. Needs no AWS, unless the logs lie there.")
        {
            name, paths, list, format, since, until, accounts, regions, output, sql, database, table, store,
        };
        var s3 = new S3Options(command, paths);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(list)) return Task.FromResult(List(parsed.GetValue(name), surroundings));
            var hunt = HuntOf(parsed.GetValue(name));
            var files = parsed.GetValue(paths) ?? [];
            if (parsed.GetValue(sql) is { } dialect)
            {
                if (files.Length > 0 || ((Option[])[since, until, accounts, regions, output]).Any(option => parsed.GetResult(option) is not null))
                    throw new UsageException("--sql: prints a statement with dates of its own; it takes no PATH, --since, --until, --account, --region or --output");
                return Task.FromResult(PrintSql(
                    hunt, dialect == "athena" ? SqlDialect.Athena : SqlDialect.Lake, parsed.GetValue(database), parsed.GetValue(table), parsed.GetValue(store), surroundings));
            }

            if ((parsed.GetValue(database) ?? parsed.GetValue(table) ?? parsed.GetValue(store)) is not null) throw new UsageException("--database, --table, --event-data-store: go with --sql");
            if (files.Length == 0) throw new UsageException("name the log files or folders, or ask for the statement with --sql athena");
            var request = new Request(
                hunt, files, parsed.GetValue(format)!, TimeOf("--since", parsed.GetValue(since)), TimeOf("--until", parsed.GetValue(until)),
                LogFilter.Parse(since: null, until: null, parsed.GetValue(accounts) ?? [], parsed.GetValue(regions) ?? [], []), s3.AccessOf(parsed), parsed.GetValue(output));
            // Ctrl-C is listened to only once this has returned.
            return Task.Run(() => Run(request, surroundings, cancellationToken), CancellationToken.None);
        });
        return command;
    }

    private static int List(string? name, Surroundings surroundings)
    {
        if (name is not null) throw new UsageException("--list: takes no NAME");
        var console = surroundings.TextConsole();
        var width = HuntCatalog.All.Max(static hunt => hunt.Id.Length);
        foreach (var hunt in HuntCatalog.All)
        {
            console.Line(
                (hunt.Id.PadRight(width), TextWriting.Strong), (string.Create(CultureInfo.InvariantCulture, $"  {hunt.Days,3} days  "), TextWriting.Dim), (hunt.Title, TextWriting.Plain));
        }

        return ExitCode.Done;
    }

    private static int PrintSql(Hunt hunt, SqlDialect dialect, string? database, string? table, string? store, Surroundings surroundings)
    {
        surroundings.Output.Write(Statement.Of(hunt, dialect, SqlSource.Of(dialect, database, table, store)));
        return ExitCode.Done;
    }

    private static int Run(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var until = request.Until ?? surroundings.Clock.GetUtcNow();
        var since = request.Since ?? until - TimeSpan.FromDays(request.Hunt.Days);
        if (since > until) throw new UsageException("--since: is after --until");
        var unreadable = new List<InputError>();
        using var inputs = LogInputs.Of(request.Paths, () => request.S3.Clients(surroundings));
        // What the hunt's days leave out need not be opened.
        var places = request.Places with { Since = since, Until = until.AddTicks(1) };
        var files = LogFiles.Select(inputs.Files(request.Paths, unreadable.Add, withSizes: false, cancellationToken), places);
        try
        {
            if (request.OutputFile is not { } path) return Run(request, (since, until), files, unreadable, surroundings, cancellationToken);
            using var file = OutputFile.Create(path, [.. files.Files.Select(static input => input.Name)]);
            return Run(request, (since, until), files, unreadable, surroundings with { Output = file, OutputIsTerminal = false }, cancellationToken);
        }
        catch (IOException e)
        {
            // Inputs that fail are told one by one; what is left is the disk or the pipe that the answer goes to.
            surroundings.Error.WriteLine("responder: the answer could not be written: " + PlainText.OneLine(e.Message));
            return ExitCode.Step;
        }
    }

    private static int Run(
        Request request, (DateTimeOffset Since, DateTimeOffset Until) period, LogFiles files, List<InputError> unreadable, Surroundings surroundings, CancellationToken cancellationToken)
    {
        void Tell(string place, string reason) => surroundings.Error.WriteLine($"responder: {PlainText.OneLine(place)}: {PlainText.OneLine(reason, 1000)}");

        var (since, until) = period;
        foreach (var error in unreadable) Tell(error.Path, error.Reason);
        var (run, records, malformed) = (new HuntRun(request.Hunt, since, until), 0L, 0L);
        var notes = new MalformedNotes(Tell);
        void OnError(InputError error)
        {
            unreadable.Add(error);
            Tell(error.Path, error.Reason);
        }

        // Most records cannot meet the condition, and so are only counted.
        bool MayCount(in RecordHead head)
        {
            var isExcluded = request.Places.Excludes(head);
            if (isExcluded is null || (isExcluded == false && request.Hunt.Where.MayHold(head))) return true;
            if (isExcluded == false) records++;
            return false;
        }

        foreach (var input in files.Files.SelectMany(file => file.Events(OnError, cancellationToken, MayCount)))
        {
            if (cancellationToken.IsCancellationRequested) break;
            if (input.Parsed.Event is { } e)
            {
                if (request.Places.Excludes(e)) continue;
                records++;
                run.Add(e);
                continue;
            }

            records++;
            malformed++;
            notes.Add(input.File, string.Create(CultureInfo.InvariantCulture, $"{input.File}, record {input.Record}"), input.Parsed.Error ?? "malformed");
        }

        notes.Finish();
        var rows = run.Rows();
        HuntOutput.Write(request.Hunt, rows, request.Format, surroundings);
        surroundings.Output.Flush();
        surroundings.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Found} {(run.Found == 1 ? "row" : "rows")} from {records} records, {TimeText(since)} to {TimeText(until)}{(run.Found > rows.Count ? $"; only the first {rows.Count} are shown" : "")}{(files.Skipped > 0 ? $"; {files.Skipped} files lie outside of it" : "")}"));
        if (cancellationToken.IsCancellationRequested)
        {
            surroundings.Error.WriteLine("responder: interrupted; the answer holds what was read");
            return ExitCode.Interrupted;
        }

        return unreadable.Count > 0 || malformed > 0 ? ExitCode.Input : ExitCode.Done;
    }

    private static Hunt HuntOf(string? name)
    {
        if (name is null) throw new UsageException("name the hunt; responder hunt --list shows them");
        return HuntCatalog.Find(name) ?? throw new UsageException($"no such hunt: {PlainText.OneLine(name, 100)}; responder hunt --list shows them");
    }

    /// <summary>Reads a day or a time; null when none was given.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    internal static DateTimeOffset? TimeOf(string option, string? text)
    {
        if (text is null) return null;
        return DateTimeOffset.TryParseExact(text, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new UsageException(option + ": expected a time such as 2026-03-04 or 2026-03-04T09:01:07Z");
    }

    private static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
