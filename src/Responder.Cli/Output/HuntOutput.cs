using Responder.Analysis.Hunting;
using Responder.Analysis.Tables;
using Responder.Cli.Terminal;
using Responder.Events;

namespace Responder.Cli.Output;

/// <summary>
/// The answer of a hunt as a table, as CSV, or as JSON lines. Cells may be an attacker's text, so control characters become visible in all
/// formats.
/// </summary>
internal static class HuntOutput
{
    /// <summary>Maximum width of a column, to keep the table readable; the other formats have the rest.</summary>
    private const int MaxColumn = 80;

    public static void Write(Hunt hunt, IReadOnlyList<HuntRow> rows, string format, Surroundings surroundings)
    {
        switch (format)
        {
            case "json":
                foreach (var row in rows) surroundings.Output.WriteLine(Json(hunt, row));
                break;
            case "csv":
                surroundings.Output.WriteLine(Csv.Line(hunt.Headings));
                foreach (var row in rows) surroundings.Output.WriteLine(Csv.Line(row.Cells.Select(static cell => cell.ToString())));
                break;
            default:
                WriteTable(hunt, rows, surroundings);
                break;
        }
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
        string[][] cells = [
            .. rows.Select(static row => row.Cells.Select(static cell => PlainText.OneLine(cell.ToString(), MaxColumn)).ToArray())];
        int[] widths = [.. headings.Select((heading, i) => Math.Max(heading.Length, cells.Max(line => line[i].Length)))];
        console.Line((Aligned(headings), TextWriting.Dim));
        foreach (var line in cells) console.Line(Aligned(line));

        // Counts are aligned to the right.
        string Aligned(string[] line) => ("  " + string.Join("  ", line.Select((text, i) =>
            rows[0].Cells[i].Count is null ? text.PadRight(widths[i]) : text.PadLeft(widths[i])))).TrimEnd();
    }
}
