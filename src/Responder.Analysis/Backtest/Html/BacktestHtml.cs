using System.Globalization;
using Responder.Analysis.Html;
using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Analysis.Backtest.Html;

/// <summary>
/// A backtest as one page that needs nothing but a browser: no network and no font. Without scripts only the filter is missing.
/// </summary>
public static class BacktestHtml
{
    /// <summary>Maximum number of findings that are listed; the counts, like `--format json`, cover all.</summary>
    public const int MaxShown = 2000;

    private const int MaxRanked = 25;

    /// <param name="scope">What was asked for, and how much of it was read.</param>
    public static void Write(
        BacktestResult result, ReportFindings findings, IReadOnlyList<BacktestFinding> shown, FindingEvidence evidence,
        ResponderOptions options,
        ReportScope scope, DateTimeOffset now, TextWriter output)
    {
        var html = Page.Begin(
            output, $"Responder backtest: {Count(result.Findings, "finding", "findings")}, {result.Highest.Name()}", "findings",
            "Skip to the findings");
        WriteHeader(html, result, options, scope, now);
        html.Open("main");
        WriteContained(html, result, options);
        TimelineChart.Write(html, findings);
        TechniqueMap.Write(html, result);
        WriteRankings(html, findings);
        FindingList.Write(html, result.Findings, shown, evidence);
        WriteOddities(html, result);
        html.Close();
        Page.End(html, "Made by responder backtest. No account was read or touched; this file asks for nothing from any network.");
    }

    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string TimeText(DateTimeOffset? time) => time is { } at
        ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "at an unknown time";

    private static void WriteHeader(HtmlWriter html, BacktestResult result, ResponderOptions options, ReportScope scope, DateTimeOffset now)
    {
        html.Open("header").Element("h1", "What the responder would have found");
        if (scope.IsPartial) html.Element("p", scope.Interruption(result), ("class", "warning"));
        html.Open("ul", ("class", "cards"), ("aria-label", "Findings by severity"));
        foreach (var severity in SeverityCounts.Order)
        {
            html.Open("li", ("class", "card " + Page.ClassOf(severity))).Element("strong", Number(result.BySeverity[severity]))
                .Element("span", severity.Name()).Close();
        }

        html.Open("li", ("class", "card contain")).Element("strong", Number(result.WouldContain))
            .Element("span", result.WouldContain == 1 ? "call would contain" : "calls would contain").Close();
        html.Close().Open("dl", ("class", "facts"));
        html.Fact("Findings", Number(result.Findings));
        html.Fact("From", result.From is { } from ? TimeText(from) : "no finding");
        html.Fact("To", result.To is { } to ? TimeText(to) : null);
        html.Fact("Read", $"{Count(result.Records, "record", "records")} in {Count(result.Files, "file", "files")}"
            + (result.Duplicates > 0 ? $", {Count(result.Duplicates, "duplicate", "duplicates")} counted once" : ""));
        html.Fact("Left out", scope.LeftOut(result));
        html.Fact("Not read", scope.NotRead(result));
        html.Fact("Input", string.Join(", ", scope.Inputs));
        html.Fact("Filter", scope.FilterText);
        html.Fact("Mode", options.Mode.ToString());
        html.Fact("Made", TimeText(now));
        html.Close();
        html.Open("nav", ("aria-label", "Sections")).Open("ul");
        foreach (var (id, name) in ((string, string)[])
            [("contained", "Would contain"), ("timeline", "Timeline"), ("attack", "ATT&CK"), ("who", "Who"), ("findings", "Findings"),
                ("oddities", "Not read")])
            html.Open("li").Element("a", name, ("href", "#" + id)).Close();
        html.Close().Close().Close();
    }

    private static void WriteContained(HtmlWriter html, BacktestResult result, ResponderOptions options)
    {
        html.Section("contained", $"Would have been contained: {Count(result.Incidents.Count, "principal", "principals")}");
        if (options.Mode == Mode.Observe) html.Element("p", "Were the mode Enforce; it is Observe.", ("class", "note"));
        if (result.Incidents.Count == 0) html.Element("p", "Nobody.");
        else
        {
            html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "contained-h")).Open("table")
                .Open("thead").Open("tr");
            foreach (var heading in (string[])["Principal", "First call", "By", "Calls"]) html.Element("th", heading, ("scope", "col"));
            html.Close().Close().Open("tbody");
            foreach (var count in result.Incidents.Take(MaxShown))
            {
                html.Open("tr")
                    .Element(
                        "th", PlainText.OneLine(
                            count.Incident.Account is { } account
                            ? $"{count.Incident.Principal} in account {account}"
                            : count.Incident.Principal), ("scope", "row")).Element("td", TimeText(count.First.EventTime), ("class", "time"))
                    .Element("td", PlainText.OneLine(count.First.Actor)).Element("td", Number(count.Events), ("class", "number")).Close();
            }

            html.Close().Close().Close();
            if (result.Incidents.Count > MaxShown)
                html.Element("p", $"and {Number(result.Incidents.Count - MaxShown)} more", ("class", "note"));
        }

        html.Close();
    }

    private static void WriteRankings(HtmlWriter html, ReportFindings findings)
    {
        html.Section("who", "Who, and from where").Open("div", ("class", "pair"));
        Ranking(html, "Principals", "Principal", findings.ByPrincipal);
        Ranking(html, "Source addresses", "Address", findings.ByAddress);
        html.Close().Close();
    }

    private static void Ranking(HtmlWriter html, string caption, string column, Dictionary<string, SeverityCounts> counts)
    {
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)).Open("table")
            .Element("caption", $"{caption}, {Number(counts.Count)}");
        html.Open("thead").Open("tr").Element("th", column, ("scope", "col")).Element("th", "Worst", ("scope", "col"))
            .Element("th", "Findings", ("scope", "col"), ("colspan", "2")).Close().Close();
        html.Open("tbody");
        var most = counts.Count == 0 ? 1 : counts.Values.Max(static count => count.Total);
        var ranked = counts.OrderByDescending(static c => c.Value.Highest).ThenByDescending(static c => c.Value[Severity.Critical])
            .ThenByDescending(static c => c.Value[Severity.High])
            .ThenByDescending(static c => c.Value.Total).ThenBy(static c => c.Key, StringComparer.Ordinal).Take(MaxRanked);
        foreach (var (name, count) in ranked)
        {
            html.Open("tr").Element("th", PlainText.OneLine(name), ("scope", "row")).Open("td").Badge(count.Highest).Close()
                .Element("td", Number(count.Total), ("class", "number"));
            html.Open("td", ("class", "bar"))
                .Open("svg", ("viewBox", "0 0 100 10"), ("width", "100"), ("height", "10"), ("role", "img"),
                    ("aria-label", count.ToString()), ("preserveAspectRatio", "none"));
            var x = 0d;
            foreach (var severity in SeverityCounts.Order.Where(severity => count[severity] > 0))
            {
                var width = 100d * count[severity] / most;
                html.Open(
                    "rect", ("x", Svg(x)), ("y", "0"), ("width", Svg(width)), ("height", "10"),
                    ("class", "fill-" + Page.ClassOf(severity)));
                x += width;
            }

            html.Close().Close().Close();
        }

        html.Close().Close();
        if (counts.Count > MaxRanked) html.Element("p", $"and {Number(counts.Count - MaxRanked)} more", ("class", "note"));
        html.Close();
    }

    public static string Svg(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static void WriteOddities(HtmlWriter html, BacktestResult result)
    {
        html.Section("oddities", "What was not read");
        var none = result.Malformed == 0 && result.Unreadable.Count == 0 && result.WithoutEvents.Count == 0;
        if (none) html.Element("p", "Everything was read.");
        List("Malformed", result.Malformed, result.MalformedFirst.Select(static bad => $"{bad.File}: {bad.Error}"));
        List("Could not be read, or only in part", result.Unreadable.Count,
            result.Unreadable.Select(static error => $"{error.Path}: {error.Reason}"));
        List("Files without an event", result.WithoutEvents.Count, result.WithoutEvents);
        html.Close();

        void List(string heading, long count, IEnumerable<string> lines)
        {
            if (count == 0) return;
            html.Element("h3", $"{heading}: {Number(count)}").Open("ul");
            foreach (var line in lines.Take(BacktestResult.Shown)) html.Element("li", PlainText.OneLine(line, 1000));
            html.Close();
            if (count > BacktestResult.Shown) html.Element("p", $"and {Number(count - BacktestResult.Shown)} more", ("class", "note"));
        }
    }
}
