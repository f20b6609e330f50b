using Responder.Analysis.Bursts;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Backtest;

/// <summary>
/// Which part of the logs is asked about. Decides by the path of a file, then by the surface of a record, then by the event; a record that
/// does not state its time, account or region is never left out for that reason.
/// </summary>
/// <param name="Since">The first moment that counts, UTC.</param>
/// <param name="Until">The first moment that no longer counts, UTC.</param>
/// <param name="Accounts">Empty: all; the same goes for the other lists.</param>
/// <param name="Detections">Ids of detections and bursts.</param>
public sealed record LogFilter(
    DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<string> Accounts, IReadOnlyList<string> Regions,
    IReadOnlySet<string> Detections)
{
    private const string InsightDetection = "insight.started";

    public static LogFilter Everything { get; } = new(null, null, [], [], new HashSet<string>());

    public bool HasRecordFilter => Since is not null || Until is not null || Accounts.Count > 0 || Regions.Count > 0;

    public TimeWindow Window => new(Since, Until, HoldsEnd: false);

    /// <exception cref="UsageException">A value is not valid; the message names the option and what it expects.</exception>
    public static LogFilter Of(IReadOnlyList<string> accounts, IReadOnlyList<string> regions, IReadOnlyList<string> detections)
    {
        if (accounts.Any(static account => !LogKey.IsAccount(account))) throw new UsageException("--account: expected 12 digits");
        if (regions.Any(static region => !LogKey.IsRegion(region)))
            throw new UsageException("--region: expected the name of a region, such as eu-west-1");
        if (detections.FirstOrDefault(
            static id => DetectionCatalog.Default.Find(id) is null && BurstCatalog.Find(id) is null) is { } unknown)
            throw new UsageException($"--detection: there is no detection {unknown} (responder detections lists them)");
        return new LogFilter(null, null, accounts, regions, detections.ToHashSet(StringComparer.Ordinal));
    }

    public LogFilter Within(TimeWindow window) => this with { Since = window.Since, Until = window.Beyond };

    public bool Wants(DetectionInfo detection) => Detections.Count == 0 || Detections.Contains(detection.Id);

    /// <summary>The watches of everything that is wanted.</summary>
    public WatchTable Watches()
    {
        var all = DetectionCatalog.Default.Detections.Select(static detection => detection.Info)
            .Concat(BurstCatalog.All.Select(static burst => burst.Info)).ToList();
        var wanted = all.Where(Wants).ToList();
        // What our own roles do shows up in the events that other detections watch.
        if (wanted.Any(static info => info.Watches.Any(static watch => watch.Kind == WatchKind.OwnFunctionRole))) wanted = all;
        return new WatchTable(wanted.SelectMany(static info => info.Watches));
    }

    /// <summary>True if the file's path rules out that it holds anything wanted.</summary>
    public bool Skips(LogKey key)
    {
        if (key.Account is { } account && Accounts.Count > 0 && !Accounts.Contains(account, StringComparer.Ordinal)) return true;
        if (key.Region is { } region && Regions.Count > 0 && !Regions.Contains(region, StringComparer.Ordinal)) return true;
        if (key.Day is { } day)
        {
            if (Since is { } since && day < DateOnly.FromDateTime(since.UtcDateTime)) return true;
            // A file may be delivered up to a day after the last moment that counts.
            if (Until is { } until && day > DateOnly.FromDateTime(until.UtcDateTime.AddTicks(-1)).AddDays(1)) return true;
        }

        if (Detections.Count == 0) return false;
        return key.Kind switch
        {
            LogKind.Insights => !Detections.Contains(InsightDetection),
            LogKind.Events => Detections.Count == 1 && Detections.Contains(InsightDetection),
            _ => false,
        };
    }

    /// <summary>
    /// True if the path rules the file out only because it was delivered after the period: it may hold events that came late.
    /// </summary>
    public bool SkipsAsLate(LogKey key) => key.Day is { } day && Until is { } until
        && day > DateOnly.FromDateTime(until.UtcDateTime.AddTicks(-1)).AddDays(1) && !(this with { Until = null }).Skips(key);

    /// <summary>Whether the record has a time that can be read.</summary>
    public static bool IsDated(in RecordHead head) => IsPlainTime(head.EventTime) || TryTime(head.EventTime, out _)
        || (!head.EventTime.IsEmpty && CloudTrailTime.Read(System.Text.Encoding.ASCII.GetString(head.EventTime)) is not null);

    /// <summary>Null: only the whole event can tell.</summary>
    public bool? Excludes(in RecordHead head)
    {
        if (!HasRecordFilter) return false;
        if (Accounts.Count > 0)
        {
            if (head.AccountId.IsEmpty) return null;
            if (!Contains(Accounts, head.AccountId)) return true;
        }

        if (Regions.Count > 0 && !head.Region.IsEmpty && !Contains(Regions, head.Region)) return true;
        if (Since is null && Until is null) return false;
        return TryTime(head.EventTime, out var time) ? time < Since || time >= Until : null;
    }

    public bool Excludes(CloudTrailEvent e) =>
        (Accounts.Count > 0 && e.AccountId is { } account && !Accounts.Contains(account, StringComparer.Ordinal))
        || (Regions.Count > 0 && e.Region is { } region && !Regions.Contains(region, StringComparer.Ordinal))
        || (e.EventTime is { } time && (time < Since || time >= Until));

    private static bool Contains(IReadOnlyList<string> values, ReadOnlySpan<byte> ascii)
    {
        foreach (var value in values)
        {
            if (System.Text.Ascii.Equals(ascii, value)) return true;
        }

        return false;
    }

    /// <summary>True for a time as CloudTrail writes it, up to the 28th of a month; false says nothing.</summary>
    private static bool IsPlainTime(ReadOnlySpan<byte> text)
    {
        if (text.Length != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || text[19] != 'Z' || text[0] is not ((byte)'1' or (byte)'2')) return false;
        return Two(text[1..]) < 100 && Two(text[2..]) < 100 && Two(text[5..]) is >= 1 and <= 12 && Two(text[8..]) is >= 1 and <= 28
            && Two(text[11..]) < 24 && Two(text[14..]) < 60 && Two(text[17..]) < 60;

        static uint Two(ReadOnlySpan<byte> digits)
        {
            var (tens, ones) = ((uint)digits[0] - '0', (uint)digits[1] - '0');
            return tens <= 9 && ones <= 9 ? (10 * tens) + ones : uint.MaxValue;
        }
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length != 20) return false;
        Span<char> characters = stackalloc char[20];
        System.Text.Encoding.ASCII.GetChars(text, characters);
        return CloudTrailTime.TryParse(characters, out time);
    }
}
