using Responder.Events;

namespace Responder.Analysis.Tables;

/// <summary>
/// Tables as in RFC 4180. Cells may be an attacker's text, so control characters become visible and no cell begins a formula in a
/// spreadsheet.
/// </summary>
public static class Csv
{
    /// <summary>More than any cell needs: request parameters may have up to 100 KB, but only names from them are shown.</summary>
    private const int MaxCell = 8192;

    /// <summary>The cells as one line, without a line break.</summary>
    public static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell));

    /// <summary>
    /// Escapes a cell. What a spreadsheet would take for a formula gets a leading apostrophe, so that it is shown as text.
    /// </summary>
    public static string Cell(string? cell)
    {
        var text = PlainText.OneLine(cell, MaxCell);
        if (text.TrimStart() is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..])
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n ") >= 0 ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }
}
