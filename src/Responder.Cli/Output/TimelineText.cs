using Responder.Analysis.Timeline;
using Responder.Cli.Terminal;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Output;

/// <summary>A timeline for people: who is followed, then one line per call, with the findings of detections below it.</summary>
internal static class TimelineText
{
    private const int MaxFollowed = 40;

    public static void Write(string subject, TimelineBuild build, TimelineScope scope, IAnsiConsole console)
    {
        console.Line(("Timeline of ", TextWriting.Plain), (subject, TextWriting.Strong));
        if (scope.HasWindow) console.Line(("  asked for ", TextWriting.Dim), (scope.AskedFor, TextWriting.Plain));
        var followed = build.Trail.Followed;
        foreach (var link in followed.Take(MaxFollowed)) console.Line(("  follows ", TextWriting.Dim), (link, TextWriting.Plain));
        if (followed.Count > MaxFollowed) console.Line(($"  and {followed.Count - MaxFollowed} more keys", TextWriting.Dim));
        console.WriteLine();

        string? before = null;
        foreach (var entry in build.Entries)
        {
            var via = string.Join(" > ", entry.Via);
            var (word, style) = Word(entry);
            console.Line(
                (TimelineEntry.TimeText(entry.Time) + "  ", TextWriting.Dim), (word.PadRight(9), style),
                ($"  {entry.Source} {entry.Name}", TextWriting.Strong),
                (entry.Outcome == "Succeeded" ? "" : $"  {entry.Outcome.ToUpperInvariant()}{(entry.Error is { } error ? " " + error : "")}",
                    TextWriting.Warning),
                (entry.Address is { } address ? "  from " + address : "", TextWriting.Plain),
                (entry.SourceIdentity is { } identity ? $"  (calls itself {identity})" : "", TextWriting.Dim));
            // The way to the caller is shown only when it changes: a hundred calls of one session are one session.
            if (via != before) console.Line(("      via ", TextWriting.Dim), (via, TextWriting.Plain));
            before = via;
            foreach (var finding in entry.Findings)
                console.Line(
                    ("      ", TextWriting.Plain), (finding.Severity.Name(), TextWriting.StyleOf(finding.Severity)),
                    ($" {finding.Title}  [{finding.Detection.Id}]", TextWriting.Plain));
        }

        console.WriteLine();
        console.Line(TimelineSummary.Sentence(build));
    }

    private static (string Word, Style Style) Word(TimelineEntry entry) => entry.Act switch
    {
        ResponderAct.Contained => ("CONTAINED", TextWriting.Good),
        ResponderAct.Released => ("RELEASED", TextWriting.Warning),
        _ when entry.Severity != Severity.None => (entry.Severity.Name(), TextWriting.StyleOf(entry.Severity)),
        _ => ("", TextWriting.Plain),
    };
}
