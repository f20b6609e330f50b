using System.Globalization;
using Responder.Analysis.Html;
using Responder.Vocabulary;

namespace Responder.Analysis.Backtest.Html;

/// <summary>
/// Findings over time: a column for each stretch of time, the worst at the bottom, and below it the same numbers as a table.
/// </summary>
internal static class TimelineChart
{
    private const int MaxColumns = 72;
    private const int Height = 160;
    private const int Width = 960;
    private const int Axis = 40;

    private static readonly int[] s_hours = [1, 2, 3, 6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 28, 24 * 91, 24 * 365, 24 * 3652];

    /// <summary>One stretch of time.</summary>
    private sealed record Column(DateTimeOffset From, SeverityCounts Counts);

    public static void Write(HtmlWriter html, ReportFindings findings)
    {
        html.Section("timeline", "Timeline");
        if (findings.ByHour.Count == 0) html.Element("p", "No finding tells its time.");
        else Draw(html, findings);
        if (findings.Untimed > 0)
            html.Element(
                "p", $"{BacktestHtml.Count(findings.Untimed, "finding does", "findings do")} not tell the time.", ("class", "note"));
        html.Close();
    }

    private static void Draw(HtmlWriter html, ReportFindings findings)
    {
        var (first, last) = (findings.ByHour.Keys.First(), findings.ByHour.Keys.Last());
        var span = (last - first).TotalHours;
        var hours = s_hours.FirstOrDefault(h => (span / h) + 2 <= MaxColumns, s_hours[^1]);
        var columns = Columns(findings, hours);
        var from = columns[0].From;
        // Gaps are drawn as wide as they are long, up to what a screen can show.
        var count = (int)Math.Min(((columns[^1].From - from).TotalHours / hours) + 1, 10_000);
        var most = columns.Max(static c => c.Counts.Total);
        var step = (double)(Width - Axis) / Math.Max(count, 12);

        html.Open("figure")
            .Open("svg", ("viewBox", $"0 0 {Width} {Height + 28}"), ("role", "img"), ("aria-labelledby", "timeline-t"), ("class", "chart"));
        html.Element("title", $"Findings from {BacktestHtml.TimeText(columns[0].From)}, {StretchOf(hours)} a column, at most "
            + $"{BacktestHtml.Number(most)} in one", ("id", "timeline-t"));
        foreach (var part in (double[])[0, 0.5, 1])
        {
            var y = BacktestHtml.Svg(8 + ((Height - 8) * (1 - part)));
            html.Open("line", ("x1", $"{Axis}"), ("x2", $"{Width}"), ("y1", y), ("y2", y), ("class", "grid"));
            if (part != 0.5 || most > 1)
                html.Element(
                    "text", BacktestHtml.Svg(most * part), ("x", $"{Axis - 6}"), ("y", y), ("text-anchor", "end"),
                    ("dominant-baseline", "middle"), ("class", "axis"));
        }

        foreach (var column in columns)
        {
            var x = Axis + (step * ((column.From - from).TotalHours / hours));
            var y = (double)Height;
            html.Open("g").Element("title", $"{BacktestHtml.TimeText(column.From)}: {column.Counts}");
            foreach (var severity in SeverityCounts.Order.Where(severity => column.Counts[severity] > 0))
            {
                // A single finding among thousands must remain visible.
                var height = Math.Max(1.5, (Height - 8d) * column.Counts[severity] / most);
                y -= height;
                html.Open(
                    "rect", ("x", BacktestHtml.Svg(x + 0.5)), ("y", BacktestHtml.Svg(y)),
                    ("width", BacktestHtml.Svg(Math.Max(1.5, step - 1))), ("height", BacktestHtml.Svg(height)),
                    ("class", "fill-" + Page.ClassOf(severity)));
            }

            html.Close();
        }

        var pattern = hours < 24 ? "MM-dd HH:mm" : "yyyy-MM-dd";
        var labels = Math.Min(count, 6);
        for (var i = 0; i < labels; i++)
        {
            var at = i * count / labels;
            html.Element(
                "text", from.AddHours((double)at * hours).UtcDateTime.ToString(pattern, CultureInfo.InvariantCulture),
                ("x", BacktestHtml.Svg(Axis + (step * at))), ("y", $"{Height + 18}"), ("class", "axis"));
        }

        html.Close().Open("figcaption").Text($"{StretchOf(hours)} a column (UTC). ");
        foreach (var severity in SeverityCounts.Order) html.Badge(severity).Text(" ");
        html.Close().Close();
        WriteTable(html, columns);
    }

    private static void WriteTable(HtmlWriter html, IReadOnlyList<Column> columns)
    {
        html.Open("details").Element("summary", "The same as a table")
            .Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Findings over time")).Open("table")
            .Open("thead").Open("tr");
        html.Element("th", "From", ("scope", "col"));
        foreach (var severity in SeverityCounts.Order) html.Element("th", SeverityNames.Name(severity), ("scope", "col"));
        html.Close().Close().Open("tbody");
        foreach (var column in columns)
        {
            html.Open("tr").Element("th", BacktestHtml.TimeText(column.From), ("scope", "row"));
            foreach (var severity in SeverityCounts.Order)
                html.Element("td", BacktestHtml.Number(column.Counts[severity]), ("class", "number"));
            html.Close();
        }

        html.Close().Close().Close().Close();
    }

    private static List<Column> Columns(ReportFindings findings, int hours)
    {
        var columns = new List<Column>();
        var stretch = TimeSpan.FromHours(hours).Ticks;
        foreach (var (hour, counts) in findings.ByHour)
        {
            var from = new DateTimeOffset(hour.UtcTicks - (hour.UtcTicks % stretch), TimeSpan.Zero);
            if (columns.Count == 0 || columns[^1].From != from) columns.Add(new Column(from, new SeverityCounts()));
            columns[^1].Counts.Add(counts);
        }

        return columns;
    }

    private static string StretchOf(int hours) => hours switch
    {
        1 => "an hour",
        < 24 => $"{hours} hours",
        24 => "a day",
        _ => $"{hours / 24} days",
    };
}
