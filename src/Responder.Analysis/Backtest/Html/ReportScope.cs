namespace Responder.Analysis.Backtest.Html;

/// <summary>
/// What a report was asked for and how much of it could be read; needed because a page is passed on without its command line.
/// </summary>
/// <param name="Inputs">Paths as they were named.</param>
/// <param name="IsPartial">True: the reading was interrupted.</param>
public sealed record ReportScope(IReadOnlyList<string> Inputs, LogFilter Filter, LogFiles Files, bool IsPartial)
{
    public string FilterText
    {
        get
        {
            var parts = new List<string>();
            if (Filter.Since is { } since) parts.Add("since " + BacktestHtml.TimeText(since));
            if (Filter.Until is { } until) parts.Add("before " + BacktestHtml.TimeText(until));
            Add("account", Filter.Accounts);
            Add("region", Filter.Regions);
            Add("detection", Filter.Detections.Order(StringComparer.Ordinal));
            return parts.Count == 0 ? "none: everything counts" : string.Join("; ", parts);

            void Add(string name, IEnumerable<string> values)
            {
                if (string.Join(" or ", values) is { Length: > 0 } text) parts.Add($"{name} {text}");
            }
        }
    }

    public string Interruption(BacktestResult result) =>
        $"Interrupted: the page holds what was read until then, {BacktestHtml.Number(result.WholeFiles)} of "
            + $"{BacktestHtml.Count(Files.Files.Count, "file", "files")} to their end"
        + (Files.IsWhole ? "." : "; more may not have been listed yet.");

    /// <summary>What was left out because nobody asked for it; null: nothing.</summary>
    public string? LeftOut(BacktestResult result)
    {
        var parts = new List<string>();
        if (Files.Skipped > 0) parts.Add($"{BacktestHtml.Count(Files.Skipped, "file", "files")} by where they lie");
        if (result.SkippedRecords > 0) parts.Add($"{BacktestHtml.Count(result.SkippedRecords, "record", "records")} by the filter");
        if (Files.Digests > 0) parts.Add($"{BacktestHtml.Count(Files.Digests, "digest file", "digest files")}, which hold no events");
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    public string NotRead(BacktestResult result)
    {
        var parts = new List<string>();
        if (result.Malformed > 0) parts.Add($"{BacktestHtml.Count(result.Malformed, "malformed record", "malformed records")}");
        if (result.Unreadable.Count > 0)
            parts.Add($"{BacktestHtml.Count(result.Unreadable.Count, "file or folder", "files or folders")}, or a part of them");
        if (IsPartial) return string.Join(", ", parts.Prepend("what came after the interruption"));
        return parts.Count == 0 ? "nothing" : string.Join(", ", parts) + ": named at the end";
    }
}
