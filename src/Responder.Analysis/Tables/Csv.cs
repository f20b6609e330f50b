using Responder.Events;

namespace Responder.Analysis.Tables;

/// <summary>
/// Tables of RFC 4180. Cells are an attacker's: control characters become visible, and none begins a formula in a spreadsheet.
/// </summary>
public static class Csv
{
    /// <summary>More than any field of a record has: requests stop at 100 KB, what is shown of them is names.</summary>
    private const int MaxCell = 8192;

    /// <summary>The cells of one line, without its end.</summary>
    public static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell));

    /// <summary>What a spreadsheet would take for a formula gets an apostrophe before it, which shows it as text.</summary>
    public static string Cell(string? cell)
    {
        var text = PlainText.OneLine(cell, MaxCell);
        if (text.TrimStart() is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..])
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n ") >= 0 ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }
}
