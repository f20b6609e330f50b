using Responder.Logs;

namespace Responder.Analysis.Backtest;

/// <summary>The files that are read, and how many are left out.</summary>
/// <param name="Digests">Number of files left out because they are digests, which hold no events.</param>
/// <param name="Skipped">Number of files left out because of their path.</param>
public sealed record LogFiles(IReadOnlyList<LogFile> Files, long Digests, long Skipped)
{
    /// <summary>Those of <see cref="Skipped"/> that were delivered after the period and may hold events of it.</summary>
    public long Late { get; init; }

    /// <value>False: interrupted before all were listed.</value>
    public bool IsWhole { get; init; } = true;

    public static LogFiles Select(IEnumerable<LogFile> all, LogFilter filter)
    {
        var files = new List<LogFile>();
        var (digests, skipped, late) = (0L, 0L, 0L);
        foreach (var file in all)
        {
            var key = LogKey.Of(file.Name);
            if (key.Kind == LogKind.Digest) digests++;
            else if (filter.Skips(key))
            {
                skipped++;
                if (filter.SkipsAsLate(key)) late++;
            }
            else files.Add(file);
        }

        return new LogFiles(files, digests, skipped) { Late = late };
    }
}
