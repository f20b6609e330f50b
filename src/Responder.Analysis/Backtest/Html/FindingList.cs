using Responder.Analysis.Html;
using Responder.Analysis.Identities;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Analysis.Backtest.Html;

/// <summary>The list of findings. Each unfolds to show who did it, the runbook and the event; a filter appears where scripts run.</summary>
internal static class FindingList
{
    private const int MaxChoices = 300;

    public static void Write(HtmlWriter html, long all, IReadOnlyList<BacktestFinding> shown, FindingEvidence evidence)
    {
        html.Section("findings", $"Findings: {BacktestHtml.Number(all)}");
        if (all == 0) html.Element("p", "Nothing was found.");
        if (shown.Count < all)
        {
            html.Element(
                "p", $"The {BacktestHtml.Number(shown.Count)} most severe are listed; {BacktestHtml.Number(all - shown.Count)} are not. "
                    + "Every count above is of all; --format json lists all.", ("class", "warning"));
        }

        if (!evidence.IsWhole)
        {
            var missing = shown.Count(finding => evidence.Of(finding) is null);
            html.Element(
                "p", $"Interrupted: of {BacktestHtml.Number(shown.Count)} listed findings {BacktestHtml.Number(missing)} are shown without "
                    + "their event, and calls that opened a session may be missing; their files were not read again.",
                    ("class", "warning"));
        }

        if (shown.Count > 0) WriteFilter(html, shown);
        var events = new Dictionary<(string, long), int>();
        for (var i = 0; i < shown.Count; i++) WriteFinding(html, i + 1, shown[i], evidence, events);
        html.Close();
    }

    private static void WriteFilter(HtmlWriter html, IReadOnlyList<BacktestFinding> shown)
    {
        html.Open("div", ("id", "filter"), ("class", "filter"), ("role", "search"), ("aria-label", "Filter the findings"), ("hidden", ""));
        Choice(html, "severity", "Severity", SeverityCounts.Order.Select(static s => s.Name())
            .Where(name => shown.Any(f => f.Severity.Name() == name)));
        Choice(html, "detection", "Detection", shown.Select(static f => f.Detection.Id).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal));
        Choice(html, "principal", "Principal", shown.Select(static f => PlainText.OneLine(f.Event.ActorKey))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MaxChoices));
        html.Open("label", ("for", "filter-text")).Text("Text").Close();
        html.Open("input", ("id", "filter-text"), ("type", "search"), ("autocomplete", "off"), ("placeholder", "anything in a finding"));
        html.Element("button", "Unfold all", ("type", "button"), ("id", "unfold"))
            .Element("button", "Fold all", ("type", "button"), ("id", "fold"));
        html.Element("p", $"{BacktestHtml.Number(shown.Count)} shown", ("id", "filter-count"), ("role", "status")).Close();
    }

    private static void Choice(HtmlWriter html, string name, string label, IEnumerable<string> values)
    {
        html.Open("label", ("for", "filter-" + name)).Text(label).Close().Open("select", ("id", "filter-" + name))
            .Element("option", "All", ("value", "all"));
        // The value is a number, so that a name chosen by an attacker is never compared with the value that means "all".
        var i = 0;
        foreach (var value in values) html.Element("option", value, ("value", $"{i++}"));
        html.Close();
    }

    private static void WriteFinding(
        HtmlWriter html, int number, BacktestFinding finding, FindingEvidence all, Dictionary<(string, long), int> events)
    {
        var (e, evidence) = (finding.Event, all.Of(finding));
        html.Open(
            "details", ("class", "finding edge-" + Page.ClassOf(finding.Severity)), ("id", $"f{number}"),
            ("data-severity", finding.Severity.Name()), ("data-detection", finding.Detection.Id),
            ("data-principal", PlainText.OneLine(e.ActorKey)));
        html.Open("summary").Badge(finding.Severity).Element("span", PlainText.OneLine(finding.Title), ("class", "title"));
        html.Element("span", BacktestHtml.TimeText(e.EventTime), ("class", "time"))
            .Element("span", "by " + PlainText.OneLine(e.ActorKey), ("class", "by")).Close();

        html.Open("div", ("class", "body")).Open("dl", ("class", "facts"));
        html.Fact("Decision", $"{finding.Decision}: {finding.Because}");
        foreach (var reason in evidence?.Reasons ?? []) html.Fact("Why", reason);
        html.Fact("Call", $"{e.EventSource} {e.EventName}");
        html.Fact("Where", $"{e.Account ?? "unknown account"} {e.Region}");
        html.Fact("Caller", e.Actor);
        html.Fact("From", e.SourceIpAddress);
        html.Fact("User agent", evidence?.UserAgent);
        html.Fact("Detection", $"{finding.Detection.Id}: {finding.Detection.Title}");
        html.Fact("Event", $"{e.EventId ?? "no id"}, {e.File}#{e.Record}");
        html.Close();
        WriteChain(html, e, all.Chain.Of(e.AccessKeyId), all.IsWhole);
        WriteRunbook(html, finding.Detection.Runbook, evidence);
        if (events.TryGetValue((e.File, e.Record), out var before))
            html.Open("p").Text("The event stands under ").Element("a", $"finding {before}", ("href", $"#f{before}")).Text(".").Close();
        else html.Event(evidence?.Record, $"{e.File}#{e.Record}");
        events.TryAdd((e.File, e.Record), number);
        html.Close().Close();
    }

    private static void WriteChain(HtmlWriter html, EventHead e, IReadOnlyList<Issuance> hops, bool isWhole)
    {
        if (hops.Count == 0 && e.AccessKeyId?.StartsWith("ASIA", StringComparison.Ordinal) != true) return;
        html.Element("h3", "Actor chain").Open("ol", ("class", "chain"));
        html.Open("li").Text($"{PlainText.OneLine(e.Actor)} with {PlainText.OneLine(e.AccessKeyId)}").Close();
        foreach (var hop in hops)
        {
            html.Open("li")
                .Text($"{PlainText.OneLine(hop.Gives)}: {hop.Call} {BacktestHtml.TimeText(hop.Time)} by {PlainText.OneLine(hop.Caller)}"
                + $"{(hop.CallerKeyId is { } key ? " with " + PlainText.OneLine(key) : "")} from "
                    + $"{PlainText.OneLine(hop.Address ?? "an unknown address")} (event {PlainText.OneLine(hop.EventId ?? "without id")})")
                    .Close();
        }

        var end = hops.Count == 0 ? e.AccessKeyId : hops[^1].CallerKeyId;
        if (end?.StartsWith("ASIA", StringComparison.Ordinal) == true)
            html.Element(
                "li", isWhole
                ? "The call that opened this session is not in these logs."
                : "The call that opened this session was not found before the interruption.", ("class", "note"));
        html.Close();
    }

    private static void WriteRunbook(HtmlWriter html, Runbook runbook, Evidence? evidence)
    {
        html.Element("h3", "Runbook");
        List("Check first", evidence?.Check ?? runbook.CheckFirst);
        List("Do", evidence?.Do ?? runbook.Do);
        List("Known harmless causes", runbook.BenignCauses);

        void List(string heading, IReadOnlyList<string> lines)
        {
            if (lines.Count == 0) return;
            html.Element("h4", heading).Open("ul", ("class", "steps"));
            foreach (var line in lines) html.Element("li", PlainText.OneLine(line, Page.MaxLine));
            html.Close();
        }
    }
}
