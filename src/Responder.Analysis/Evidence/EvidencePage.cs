using System.Globalization;
using Responder.Analysis.Html;
using Responder.Events;
using Responder.Integrity;

namespace Responder.Analysis.Evidence;

/// <summary>The package as one page to read and print. All text goes through <see cref="HtmlWriter"/>, which escapes it.</summary>
internal static class EvidencePage
{
    /// <summary>Maximum number of rows of a list on the page; the CSV tables next to it have the rest.</summary>
    private const int Rows = 100;

    private const int PrincipalsOfControl = 10;

    private const int MaxCell = 512;

    /// <param name="Class">CSS class of its cells, which keeps times, numbers and short words on one line.</param>
    private sealed record Column(string Heading, string? Class)
    {
        public static implicit operator Column(string heading) => new(heading, null);
    }

    public static void Write(TextWriter output, EvidenceResult result)
    {
        var title = $"Evidence for {result.Framework.Title}";
        var html = Page.Begin(output, title, "controls", "Skip to the controls");
        html.Open("main").Element("h1", title);
        html.Element("p", EvidencePackage.Statement, ("class", "warning"));
        Facts(html, result);
        Summary(html, result);
        foreach (var control in result.Controls) Write(html, control);
        Principals(html, result);
        Gaps(html, result);
        Faults(html, result);
        Incidents(html, result);
        html.Close();
        Page.End(html, $"Written by {result.Tool}. Every file of this package stands in {Manifest.FileName}.");
    }

    private static void Facts(HtmlWriter html, EvidenceResult result)
    {
        html.Open("dl", ("class", "facts"));
        html.Fact("Framework", $"{result.Framework.Title}, {result.Framework.Edition}");
        html.Fact("Generated", IntegrityOutput.Time(result.GeneratedAt));
        html.Fact("Asked for", result.Run.Asked.Describe(IntegrityOutput.Time));
        html.Fact("Retention", result is { Oldest: { } oldest, Newest: { } newest }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"oldest record {Time(oldest)}, newest {Time(newest)}: {Math.Floor((newest - oldest).TotalDays)} days")
            : "no record");
        html.Fact(
            "Records",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Run.All.Events} counted, of {result.Run.Files.Sum(static f => f.Records)} in {result.Run.Files.Count} files")
            + (result.Run.OlderFiles > 0
                ? string.Create(CultureInfo.InvariantCulture, $"; {result.Run.OlderFiles} older files were not read")
                : ""));
        html.Fact("Not counted", NotCounted(result.Run.Files));
        html.Fact("Integrity", result.Integrity switch
        {
            { DigestFiles: 0 } => "no digests among the inputs: nothing is proven",
            { Checked: false } => $"{result.Integrity.DigestFiles} digest files and no keys to check them: nothing is proven",
            var i => $"{i.ValidDigests} digests and {i.ValidLogs} log files valid, {i.Faults} invalid or missing",
        });
        html.Fact("Incidents", result.Incidents is { } incidents ? Number(incidents.Count) : "none were given");
        html.Close();
    }

    /// <summary>What was not counted, in words; null: every record of every file counts.</summary>
    private static string? NotCounted(IReadOnlyList<InputFile> files)
    {
        (long Count, string What)[] all =
        [
            (files.Sum(static f => f.Duplicates), "duplicates"),
            (files.Sum(static f => f.Outside), "records outside of the time asked for"),
            (files.Sum(static f => f.Undated), "records without a time"),
            (files.Sum(static f => f.Malformed), "malformed records"),
            (files.Count(static f => f.Sha256 is null), "files that could not be read"),
        ];
        return all.Where(static one => one.Count > 0)
            .Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Count} {one.What}")).ToArray() is { Length: > 0 } parts
            ? string.Join(", ", parts)
            : null;
    }

    private static void Summary(HtmlWriter html, EvidenceResult result)
    {
        html.Section("controls", "Controls");
        html.Open("div", ("class", "scroll")).Open("table").Open("thead");
        Headings(html, "Control", "Verdict", "Asks", "Why", Count("Events"));
        html.Close().Open("tbody");
        foreach (var control in result.Controls)
        {
            html.Open("tr").Open("th", ("scope", "row"), ("class", "time"))
                .Element("a", control.Control.Id, ("href", "#" + IdOf(control.Control))).Close();
            html.Open("td");
            Badge(html, control.Support).Close();
            html.Element("td", control.Control.Asks).Element("td", control.Why)
                .Element("td", Number(control.Tally.Events), ("class", "number")).Close();
        }

        html.Close().Close().Close().Close();
    }

    private static void Write(HtmlWriter html, ControlResult result)
    {
        html.Section(IdOf(result.Control), result.Control.Id);
        html.Open("p");
        Badge(html, result.Support).Text(" " + result.Control.Asks).Close();
        html.Open("dl", ("class", "facts"));
        foreach (var part in result.Parts) html.Fact(part.Basis.ToString(), $"{part.Support.Name()}: {part.Why}");
        html.Fact("Counts", result.Control.Counts);
        html.Fact("Not shown", result.Control.Limits);
        if (result.Findings.Count > 0)
            html.Fact(
                "Findings",
                string.Join(", ", result.Findings.Select(static f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value}"))));
        html.Close();
        if (result.Tally.Events == 0)
        {
            html.Close();
            return;
        }

        Table(
            html, "First and last events", [Narrow("Time"), "Event", "Who", Narrow("From"), Narrow("Outcome"), "Account, region", "Place"],
            result.Tally.Shown.Select(static e => (string?[])
            [
                Time(e.Time), $"{e.Name} ({e.Source})", e.Principal, e.Address, e.Outcome.ToString().ToLowerInvariant(),
                $"{e.Account} {e.Region}",
                string.Create(CultureInfo.InvariantCulture, $"{e.File}, record {e.Record}; {e.EventId}"),
            ]));
        Ranked(html, "Who acted", result.Tally, PrincipalsOfControl);
        html.Close();
    }

    private static void Principals(HtmlWriter html, EvidenceResult result)
    {
        html.Section("principals", "Who acted, of all records");
        Ranked(html, "By number of records", result.Run.All, Rows);
        html.Close();
    }

    private static void Gaps(HtmlWriter html, EvidenceResult result)
    {
        html.Section("gaps", "Gaps");
        if (result.Gaps.Count == 0)
            html.Element(
                "p", result.Run.All.Events == 0
                ? "No record, so no gap can be told."
                : "None within the period, in the accounts and regions that are among the inputs.");
        else
        {
            Table(
                html, $"{Number(result.Gaps.Count)} in all",
                [Narrow("Kind"), Narrow("Account"), Narrow("Region"), Narrow("From"), Narrow("To"), Count("Hours"), "What"],
                result.Gaps.Select(
                    static g =>
                        (string?[])[
                            Gap.NameOf(g.Kind), g.Account, g.Region, Time(g.From), Time(g.To),
                            g.Hours.ToString(CultureInfo.InvariantCulture), g.What]));
        }

        html.Close();
    }

    private static void Faults(HtmlWriter html, EvidenceResult result)
    {
        CheckedFile[] faults = [.. result.Integrity.Files.Where(static f => f.Verdict is not (Verdict.Valid or Verdict.Gap))];
        if (faults.Length == 0) return;
        html.Section("integrity", "Digests and log files that are not valid");
        Table(
            html, $"{Number(faults.Length)} in all", [Narrow("Kind"), Narrow("Verdict"), "File", "Reason"],
            faults.Select(
                static f =>
                    (string?[])[IntegrityOutput.KindOf(f.Kind), IntegrityOutput.VerdictOf(f.Verdict), f.Name?.ToString(), f.Reason]));
        html.Close();
    }

    private static void Incidents(HtmlWriter html, EvidenceResult result)
    {
        if (result.Incidents is not { Count: > 0 } incidents) return;
        html.Section("incidents", "Incidents");
        Table(
            html, $"{Number(incidents.Count)} in all",
            [Narrow("Time"), Narrow("Severity"), "Title", Narrow("Status"), Narrow("Outcome"), "Who", "To whom", "Closed", "Record"],
            incidents.Select(static i => (string?[])
                [Time(i.Time), i.Severity, i.Title, i.Status, i.Outcome, i.Actor, i.Target, i.ClosedBy is null
                    ? null
                    : $"{i.ClosedAt} by {i.ClosedBy}: {i.Reason}", i.Name]));
        html.Close();
    }

    private static void Ranked(HtmlWriter html, string caption, EventTally tally, int rows) => Table(
        html, caption, ["Principal", Count("Events"), Count("Not succeeded"), Narrow("First"), Narrow("Last")],
        tally.Principals.Take(rows)
            .Select(static p => (string?[])[p.Principal, Number(p.Events), Number(p.NotSucceeded), Time(p.First), Time(p.Last)]),
        tally.PrincipalsSeen > rows ? $"The first {rows} of {Number(tally.PrincipalsSeen)}; principals.csv has all." : null);

    private static void Table(
        HtmlWriter html, string caption, IReadOnlyList<Column> columns, IEnumerable<string?[]> rows, string? note = null)
    {
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)).Open("table")
            .Element("caption", caption).Open("thead");
        Headings(html, [.. columns]);
        html.Close().Open("tbody");
        var written = 0;
        foreach (var row in rows)
        {
            if (written++ == Rows)
            {
                note = $"Only the first {Rows} are shown; the table beside this page has all.";
                break;
            }

            html.Open("tr");
            foreach (var (column, cell) in columns.Zip(row)) html.Element("td", PlainText.OneLine(cell, MaxCell), ("class", column.Class));
            html.Close();
        }

        html.Close().Close();
        if (note is not null) html.Element("p", note, ("class", "note"));
        html.Close();
    }

    private static void Headings(HtmlWriter html, params ReadOnlySpan<Column> columns)
    {
        html.Open("tr");
        foreach (var column in columns)
            html.Element("th", column.Heading, ("scope", "col"), ("class", column.Class == "number" ? "number" : null));
        html.Close();
    }

    /// <summary>No color says "good": evidence is material, not a grade.</summary>
    private static HtmlWriter Badge(HtmlWriter html, Support support) =>
        html.Element("span", support.Name(), ("class", "badge " + support switch
        {
            Support.Evidence => "low",
            Support.Partial => "medium",
            _ => "none",
        }));

    private static Column Narrow(string heading) => new(heading, "time");

    private static Column Count(string heading) => new(heading, "number");

    private static string IdOf(Control control) => "control-"
        + string.Concat(control.Id.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    private static string? Time(DateTimeOffset? time) => time is { } at ? IntegrityOutput.Time(at) : null;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
