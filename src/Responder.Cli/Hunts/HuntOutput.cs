using Responder.Hunting;

namespace Responder.Cli.Hunts;

/// <summary>The answer of a hunt as a table, as CSV, or as JSON lines. Cells are an attacker's: control characters become visible in all of them.</summary>
internal static class HuntOutput
{
    /// <summary>More than any field of a record has: requests stop at 100 KB, what hunts show of them is names.</summary>
    private const int MaxCell = 8192;

    /// <summary>A table stays readable; the other formats have the rest.</summary>
    private const int MaxColumn = 80;

    public static void Write(Hunt hunt, IReadOnlyList<HuntRow> rows, string format, Surroundings surroundings)
    {
        switch (format)
        {
            case "json":
                foreach (var row in rows) surroundings.Output.WriteLine(Json(hunt, row));
                break;
            case "csv":
                surroundings.Output.WriteLine(string.Join(',', hunt.Headings));
                foreach (var row in rows) surroundings.Output.WriteLine(string.Join(',', row.Cells.Select(Csv)));
                break;
            default:
                WriteTable(hunt, rows, surroundings);
                break;
        }
    }

    /// <summary>A cell of RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it, which shows it as text.</summary>
    public static string Csv(Cell cell)
    {
        var text = PlainText.OneLine(cell.ToString(), MaxCell);
        if (text.TrimStart() is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..]) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n ") >= 0 ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }

    private static string Json(Hunt hunt, HuntRow row) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, cell) in hunt.Headings.Zip(row.Cells))
        {
            if (cell.Count is { } count) writer.WriteNumber(name, count);
            else writer.WriteText(name, cell.Text);
        }

        writer.WriteEndObject();
    });

    private static void WriteTable(Hunt hunt, IReadOnlyList<HuntRow> rows, Surroundings surroundings)
    {
        var console = surroundings.TextConsole();
        console.Line((hunt.Title, TextWriting.Strong));
        if (rows.Count == 0)
        {
            console.Line("  nothing");
            return;
        }

        string[] headings = [.. hunt.Headings];
        string[][] cells = [.. rows.Select(static row => row.Cells.Select(static cell => PlainText.OneLine(cell.ToString(), MaxColumn)).ToArray())];
        int[] widths = [.. headings.Select((heading, i) => Math.Max(heading.Length, cells.Max(line => line[i].Length)))];
        console.Line((Aligned(headings), TextWriting.Dim));
        foreach (var line in cells) console.Line(Aligned(line));

        // Counts stand to the right.
        string Aligned(string[] line) => ("  " + string.Join("  ", line.Select((text, i) =>
            rows[0].Cells[i].Count is null ? text.PadRight(widths[i]) : text.PadLeft(widths[i])))).TrimEnd();
    }
}
