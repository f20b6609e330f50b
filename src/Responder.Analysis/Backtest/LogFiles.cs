using Responder.Logs;

namespace Responder.Analysis.Backtest;

/// <summary>The files that are read, and how many others there are.</summary>
/// <param name="Digests">Left out because they hold no events.</param>
/// <param name="Skipped">Left out because of where they lie.</param>
public sealed record LogFiles(IReadOnlyList<LogFile> Files, long Digests, long Skipped)
{
    /// <value>False: interrupted before all were listed.</value>
    public bool IsWhole { get; init; } = true;

    public static LogFiles Select(IEnumerable<LogFile> all, LogFilter filter)
    {
        var files = new List<LogFile>();
        var (digests, skipped) = (0L, 0L);
        foreach (var file in all)
        {
            var key = LogKey.Of(file.Name);
            if (key.Kind == LogKind.Digest) digests++;
            else if (filter.Skips(key)) skipped++;
            else files.Add(file);
        }

        return new LogFiles(files, digests, skipped);
    }
}
