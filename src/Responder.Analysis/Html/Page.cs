using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Analysis.Html;

/// <summary>What all reports share: head, policy, skip link, and small pieces.</summary>
internal static class Page
{
    /// <summary>Maximum length of an event in a report, more than anybody reads; CloudTrail's own limit is 256 KB.</summary>
    public const int MaxEvent = 24 * 1024;

    /// <summary>Maximum length of a line of a runbook.</summary>
    public const int MaxLine = 4096;

    /// <param name="skipTo">Id of the section that readers come for.</param>
    public static HtmlWriter Begin(TextWriter output, string title, string skipTo, string skipText)
    {
        var html = new HtmlWriter(output).Doctype().Open("html", ("lang", "en"));
        html.Open("head").Open("meta", ("charset", "utf-8"));
        html.Open("meta", ("http-equiv", "Content-Security-Policy"), ("content", PageAsset.Policy));
        html.Open("meta", ("name", "referrer"), ("content", "no-referrer"));
        html.Open("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Open("meta", ("name", "color-scheme"), ("content", "light dark"));
        html.Element("title", title).Asset(PageAsset.Style).Close();
        return html.Open("body").Element("a", skipText, ("class", "skip"), ("href", "#" + skipTo));
    }

    public static void End(HtmlWriter html, string footer)
    {
        html.Open("footer").Element("p", footer).Close().Asset(PageAsset.Script).Close().Close();
        html.Finish();
    }

    public static HtmlWriter Section(this HtmlWriter html, string id, string heading) =>
        html.Open("section", ("id", id), ("aria-labelledby", id + "-h")).Element("h2", heading, ("id", id + "-h"));

    public static HtmlWriter Badge(this HtmlWriter html, Severity severity) =>
        html.Element("span", severity.Name(), ("class", "badge " + ClassOf(severity)));

    /// <summary>Writes one row of a list of facts, or nothing when there is no value.</summary>
    public static HtmlWriter Fact(this HtmlWriter html, string name, string? value) =>
        string.IsNullOrEmpty(value) ? html : html.Open("div").Element("dt", name).Element("dd", PlainText.OneLine(value, 2048)).Close();

    /// <summary>Writes the record of an event, unfolded, or a note that it could not be read again.</summary>
    public static HtmlWriter Event(this HtmlWriter html, string? record, string place)
    {
        if (record is null) return html.Element("p", $"The event could not be read again; it is {place}.", ("class", "note"));
        html.Open("details", ("class", "event"), ("open", "")).Element("summary", "Event");
        html.Open("pre", ("tabindex", "0"), ("aria-label", "The record of the event, JSON")).Open("code").Lines(record).Close().Close();
        return html.Close();
    }

    public static string ClassOf(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.High => "high",
        Severity.Medium => "medium",
        Severity.Low => "low",
        _ => "none",
    };
}
