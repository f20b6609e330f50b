using System.Globalization;
using Responder.Analysis.Backtest;
using Responder.Cli.Terminal;
using Responder.Logs;
using Responder.Settings;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Output;

/// <summary>A backtest for people: how much, how bad, who, and what would have been done.</summary>
internal static class BacktestText
{
    /// <summary>Files that took less time than this are not worth naming.</summary>
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(2);

    public static void Write(
        BacktestResult result, LogFiles files, LeftOut leftOut, TimeWindow window, Mode mode, TimeSpan took, IAnsiConsole console)
    {
        WriteHead(result, files, leftOut, window, took, console);
        WriteCounts(result, console);
        foreach (var severity in (Severity[])[Severity.Critical, Severity.High]) WriteFirst(result, severity, console);
        WriteIncidents(result, mode, console);
        WriteActors(result, console);
        WriteOddities(result, console);
        console.Line(
            (files.Files.Any(static file => S3Place.IsUrl(file.Name))
                ? "Of the account only the logs were read; nothing was touched."
                : "No account was read or touched.", TextWriting.Dim));
    }

    private static void WriteHead(
        BacktestResult result, LogFiles files, LeftOut leftOut, TimeWindow window, TimeSpan took, IAnsiConsole console)
    {
        var rate = took > TimeSpan.Zero ? result.Records / took.TotalSeconds : 0;
        console.Line(
            (Count(result.Records, "record", "records"), TextWriting.Strong),
            (string.Create(
                CultureInfo.InvariantCulture,
                $" in {Count(result.Files, "file", "files")}, {took.TotalSeconds:0.0} s, {rate:#,0} records a second"), TextWriting.Plain));
        if (result.WholeFiles < files.Files.Count)
            console.Line(
                ($"  interrupted: {Number(result.WholeFiles)} of {Count(files.Files.Count, "file", "files")} were read to their end",
                    TextWriting.Bad));
        if (!window.IsOpen) console.Line("  asked for " + window.Describe(TimeOf));
        if (files.Skipped > 0) console.Line($"  {Count(files.Skipped, "further file lies", "further files lie")} outside the filter");
        if (result.SkippedRecords > 0)
            console.Line($"  {Count(result.SkippedRecords, "further record was", "further records were")} outside the filter");
        if (files.Digests > 0) console.Line($"  {Count(files.Digests, "digest file", "digest files")} left out: they hold no events");
        if (leftOut.Describe() is { } others) console.Line("  " + others);
        if (result.Duplicates > 0) console.Line($"  {Count(result.Duplicates, "was a duplicate", "were duplicates")} and counted once");
        if (result.Malformed > 0) console.Line(("  " + Count(result.Malformed, "was malformed", "were malformed"), TextWriting.Bad));
        if (result is { From: { } from, To: { } to }) console.Line($"  findings from {TimeOf(from)} to {TimeOf(to)}");
        console.WriteLine();
    }

    private static void WriteCounts(BacktestResult result, IAnsiConsole console)
    {
        console.Line((Count(result.Findings, "finding", "findings"), TextWriting.Strong));
        foreach (var (severity, count) in result.BySeverity)
            console.Line(
                ($"  {Number(count),9}  ", TextWriting.Plain),
                (severity.Name(), count == 0 ? TextWriting.Dim : TextWriting.StyleOf(severity)));
        console.WriteLine();
        if (result.ByDetection.Count == 0) return;

        console.Line(("By detection", TextWriting.Strong));
        var width = result.ByDetection.Keys.Max(static id => id.Length);
        var counts = result.ByDetection.Values.OrderByDescending(static count => count.Highest)
            .ThenByDescending(static count => count.Findings)
            .ThenBy(static count => count.Detection.Id, StringComparer.Ordinal);
        foreach (var count in counts)
        {
            console.Line(
                ($"  {Number(count.Findings),9}  ", TextWriting.Plain),
                (count.Highest.Name().PadRight(8), TextWriting.StyleOf(count.Highest)),
                ("  " + count.Detection.Id.PadRight(width), TextWriting.Plain), ("  " + count.Detection.Title, TextWriting.Dim));
        }

        console.WriteLine();
    }

    private static void WriteFirst(BacktestResult result, Severity severity, IAnsiConsole console)
    {
        var first = result.First[severity];
        if (first.Count == 0) return;
        var all = result.BySeverity[severity];
        console.Line(
            (all == first.Count ? severity.Name() : $"{severity.Name()}, the first {first.Count} of {Number(all)}", TextWriting.Strong));
        foreach (var finding in first)
        {
            var time = finding.Event.EventTime is { } at ? TimeOf(at) : "at an unknown time";
            console.Line(
                ("  " + time, TextWriting.Dim), ("  " + finding.Title, TextWriting.StyleOf(severity)),
                ("  by " + finding.Event.Actor, TextWriting.Plain));
            console.Line(($"      {Place(finding.Event)}, {finding.Detection.Id}, {finding.Decision}: {finding.Because}", TextWriting.Dim));
        }

        console.WriteLine();
    }

    private static void WriteIncidents(BacktestResult result, Mode mode, IAnsiConsole console)
    {
        console.Line(($"Would have been contained: {Count(result.Incidents.Count, "principal", "principals")}", TextWriting.Strong),
            (mode == Mode.Observe ? " (were the mode Enforce; it is Observe)" : "", TextWriting.Dim));
        foreach (var count in result.Incidents.Take(BacktestResult.Shown))
        {
            var time = count.First.EventTime is { } at ? TimeOf(at) : "at an unknown time";
            console.Line(
                ($"  {count.Incident.Principal} of {count.Incident.Account ?? "an unknown account"}", TextWriting.Warning),
                ("  " + count.Incident.Detection, TextWriting.Plain),
                (count.Events > 1 ? $"  {Number(count.Events)} times, first" : "", TextWriting.Plain),
                ($"  {time}  by {count.First.Actor}", TextWriting.Plain), ("  " + Place(count.First), TextWriting.Dim));
        }

        More(result.Incidents.Count, console);
        console.WriteLine();
    }

    private static void WriteActors(BacktestResult result, IAnsiConsole console)
    {
        const int Top = 10;
        if (result.ByActor.Count == 0) return;
        console.Line(("Actors with the most severe findings", TextWriting.Strong));
        var top = result.ByActor.Values.OrderByDescending(static actor => actor.Highest).ThenByDescending(static actor => actor.Severe)
            .ThenByDescending(static actor => actor.Findings).ThenBy(static actor => actor.Actor, StringComparer.Ordinal).Take(Top);
        foreach (var actor in top)
        {
            console.Line(
                ($"  {Number(actor.Findings),9}  ", TextWriting.Plain),
                (actor.Highest.Name().PadRight(8), TextWriting.StyleOf(actor.Highest)),
                ("  " + actor.Actor, TextWriting.Plain),
                (actor.Severe > 0 ? $"  ({Number(actor.Severe)} HIGH or CRITICAL)" : "", TextWriting.Dim));
        }

        if (result.ByActor.Count > Top) console.Line(($"  and {Number(result.ByActor.Count - Top)} more", TextWriting.Dim));
        console.WriteLine();
    }

    private static void WriteOddities(BacktestResult result, IAnsiConsole console)
    {
        List("Malformed", result.Malformed, result.MalformedFirst.Select(static bad => $"{bad.File}: {bad.Error}"), TextWriting.Bad,
            console);
        List("Could not be read", result.Unreadable.Count, result.Unreadable.Select(static error => $"{error.Path}: {error.Reason}"),
            TextWriting.Bad, console);
        List("Files without an event", result.WithoutEvents.Count, result.WithoutEvents, TextWriting.Strong, console);
        var slow = result.Slowest.Where(static file => file.Took > s_slow).ToArray();
        List(
            "Files that took longest", slow.Length,
            slow.Select(
                static file =>
                    string.Create(
                        CultureInfo.InvariantCulture, $"{file.Took.TotalSeconds:0.0} s  {Number(file.Records)} records  {file.File}")),
            TextWriting.Strong, console);
    }

    private static void List(string heading, long count, IEnumerable<string> lines, Style style, IAnsiConsole console)
    {
        if (count == 0) return;
        console.Line(($"{heading}: {Number(count)}", style));
        foreach (var line in lines.Take(BacktestResult.Shown)) console.Line("  " + line);
        More(count, console);
        console.WriteLine();
    }

    private static void More(long count, IAnsiConsole console)
    {
        if (count > BacktestResult.Shown) console.Line(($"  and {Number(count - BacktestResult.Shown)} more", TextWriting.Dim));
    }

    private static string Place(EventHead e) => string.Create(CultureInfo.InvariantCulture, $"{e.File}#{e.Record}");

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";
}
