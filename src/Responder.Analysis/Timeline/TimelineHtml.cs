using System.Globalization;
using Responder.Analysis.Html;
using Responder.Events;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Analysis.Timeline;

/// <summary>What was asked for, and what could not be read.</summary>
/// <param name="Inputs">Paths as they were named.</param>
/// <param name="Until">The last moment that is shown.</param>
/// <param name="IsPartial">True: the reading was interrupted.</param>
public sealed record TimelineScope(
    IReadOnlyList<string> Inputs, DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<InputError> Unread, bool IsPartial)
{
    /// <summary>Number of files that are no logs.</summary>
    public long NotOpened { get; init; }

    public bool HasWindow => Since is not null || Until is not null;

    public string AskedFor => new TimeWindow(Since, Until, HoldsEnd: true).Describe(static time => TimelineEntry.TimeText(time));
}

/// <summary>A timeline as a page of its own, like that of a backtest.</summary>
public static class TimelineHtml
{
    /// <summary>Maximum number of lines on a page; `--format json` has all.</summary>
    private const int MaxShown = 5000;

    private const int MaxUnread = 20;

    public static void Write(string subject, TimelineBuild build, TimelineScope scope, DateTimeOffset now, TextWriter output)
    {
        var entries = build.Entries;
        var html = Page.Begin(output, $"Timeline of {PlainText.OneLine(subject, 200)}", "events", "Skip to the events");
        html.Open("header").Element("h1", $"Timeline of {PlainText.OneLine(subject, 200)}");
        if (scope.IsPartial) html.Element("p", "Interrupted: the page holds what was read until then.", ("class", "warning"));
        html.Open("dl", ("class", "facts"));
        html.Fact("Events", TimelineSummary.Sentence(build))
            .Fact("From", entries.Count > 0 ? TimelineEntry.TimeText(entries[0].Time) : null);
        html.Fact(
            "To", entries.LastOrDefault(static entry => entry.Time is not null) is { } last ? TimelineEntry.TimeText(last.Time) : null)
            .Fact("Made", TimelineEntry.TimeText(now));
        html.Fact("Input", string.Join(", ", scope.Inputs)).Fact("Asked for", scope.AskedFor);
        html.Fact(
            "Not read", scope.Unread.Count == 0
            ? "nothing"
            : string.Create(CultureInfo.InvariantCulture, $"{scope.Unread.Count} files or records: named at the end")).Close().Close();

        html.Open("main").Section("follows", "What is followed").Open("ul");
        foreach (var link in build.Trail.Followed.Take(MaxShown)) html.Element("li", PlainText.OneLine(link, 1024));
        html.Close().Close();

        html.Section("events", "Events");
        if (entries.Count == 0) html.Element("p", "These logs show nothing of it.");
        if (entries.Count > MaxShown)
            html.Element(
                "p", string.Create(
                    CultureInfo.InvariantCulture, $"The first {MaxShown} of {entries.Count} are listed; --format json lists all."),
                    ("class", "warning"));
        foreach (var entry in entries.Take(MaxShown)) WriteEntry(html, entry);
        html.Close();
        if (scope.Unread.Count > 0)
        {
            html.Section("oddities", "What was not read").Open("ul");
            foreach (var error in scope.Unread.Take(MaxUnread))
                html.Element("li", PlainText.OneLine($"{error.Path}: {error.Reason}", 1000));
            html.Close();
            if (scope.Unread.Count > MaxUnread)
                html.Element(
                    "p", string.Create(CultureInfo.InvariantCulture, $"and {scope.Unread.Count - MaxUnread} more"), ("class", "note"));
            html.Close();
        }

        html.Close();
        Page.End(html, "Made by responder timeline; this file asks for nothing from any network.");
    }

    private static void WriteEntry(HtmlWriter html, TimelineEntry entry)
    {
        var edge = entry.Act is not null ? "contain" : Page.ClassOf(entry.Severity);
        html.Open("details", ("class", "entry edge-" + edge)).Open("summary");
        if (entry.Act is { } act) html.Element("span", act.ToUpperInvariant(), ("class", "badge contain"));
        else if (entry.Severity != Severity.None) html.Badge(entry.Severity);
        else html.Element("span", "");
        html.Element("span", $"{PlainText.OneLine(entry.Source)} "
            + $"{PlainText.OneLine(entry.Name)}{(entry.Outcome == "Succeeded" ? "" : ": " + entry.Outcome)}", ("class", "title"));
        html.Element("span", TimelineEntry.TimeText(entry.Time), ("class", "time"));
        html.Element("span", PlainText.OneLine(string.Join(" > ", entry.Via), 1024), ("class", "by")).Close();

        html.Open("div", ("class", "body")).Open("dl", ("class", "facts"));
        foreach (var finding in entry.Findings) html.Fact("Finding", $"{finding.Severity.Name()} {finding.Title} [{finding.Detection.Id}]");
        html.Fact("Outcome", entry.Outcome + (entry.Error is { } error ? " " + error : "")).Fact("Caller", entry.Actor)
            .Fact("Access key", entry.AccessKeyId);
        html.Fact("Calls itself", entry.SourceIdentity).Fact("From", entry.Address).Fact("Where", $"{entry.Account} {entry.Region}");
        html.Fact("Event", $"{entry.EventId ?? "no id"}, {entry.File}#{entry.Record.ToString(CultureInfo.InvariantCulture)}").Close();
        if (entry.Text is not null) html.Event(entry.Text, entry.File);
        html.Close().Close();
    }
}
