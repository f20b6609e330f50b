using System.CommandLine;
using System.Globalization;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>The options that name a period: the same forms, words and errors in every command that has them.</summary>
internal sealed class TimeOptions
{
    private const string Forms = "a day (2026-03-04), a time (2026-03-04T09:00Z) or an age (7d, 12h, 30m)";

    /// <summary>Greater than the age of any log; larger ages are not accepted.</summary>
    private const int MaxAgeDays = 36_500;

    private static readonly DateTimeOffset s_earliestEnd = new(2, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_latestEnd = new(9998, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The last two are those of the AWS CLI, and of the names of log files.</summary>
    private static readonly string[] s_times =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss", "yyyyMMdd'T'HHmmss'Z'"];

    private readonly Option<string> _since;
    private readonly Option<string>? _until;

    /// <param name="since">Name of the option for the beginning.</param>
    /// <param name="until">Name of the option for the end; null: there is none.</param>
    /// <param name="isRequired">True: the beginning has to be given.</param>
    public TimeOptions(Command command, string since = "--since", string? until = "--until", bool isRequired = false)
    {
        _since = new(since)
        {
            HelpName = "TIME",
            Required = isRequired,
            Description = $"Nothing before: {Forms}. UTC, unless a time has an offset; an age counts back from now.",
        };
        command.Options.Add(_since);
        if (until is null) return;
        _until = new(until) { HelpName = "TIME", Description = "Nothing after, in the same forms; a day counts to its end." };
        command.Options.Add(_until);
    }

    /// <param name="Time">For a day, its beginning.</param>
    private readonly record struct Moment(DateTimeOffset Time, bool IsDay)
    {
        public DateTimeOffset End => IsDay ? Time.AddDays(1) : Time;
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetResult(_since) is not null || IsEndGiven(parsed);

    public bool IsEndGiven(ParseResult parsed) => _until is not null && parsed.GetResult(_until) is not null;

    /// <summary>The window that was asked for.</summary>
    /// <param name="endsNow">True: without the option, the end is now; false: it is open.</param>
    /// <param name="days">Without the option, the beginning is this many days before the end, or before the day that is the end; null:
    /// open.</param>
    /// <exception cref="UsageException">A value is not a time, or the beginning is not before the end.</exception>
    public TimeWindow WindowOf(ParseResult parsed, Surroundings surroundings, bool endsNow = false, int? days = null)
    {
        var now = surroundings.Clock.GetUtcNow();
        var since = Read(_since, parsed, now)?.Time;
        var until = _until is null ? null : Read(_until, parsed, now);
        if (until is { } named) until = named with { Time = Within(named.Time) };
        else if (endsNow) until = new Moment(now, IsDay: false);
        if (days is { } length && until is { } end) since ??= end.Time.AddDays(-length);
        var window = new TimeWindow(since, until?.End, until is not { IsDay: true });
        if (window.Since >= window.End)
        {
            var value = parsed.GetValue(_since) is { } text ? PlainText.OneLine(text, 100) : Text(window.Since!.Value);
            throw new UsageException(
                $"{_since.Name}: expected a time before that of {_until!.Name} ({Text(window.Last!.Value)}), not \"{value}\"");
        }

        return window;
    }

    /// <summary>A time as messages show it.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Moves an end at the very limits of time a little inward, so that there is room to calculate with it.</summary>
    private static DateTimeOffset Within(DateTimeOffset end) => end < s_earliestEnd ? s_earliestEnd : end > s_latestEnd ? s_latestEnd : end;

    private static Moment? Read(Option<string> option, ParseResult parsed, DateTimeOffset now)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        return Day(text) ?? Time(text) ?? Age(text, now)
            ?? throw new UsageException($"{option.Name}: expected {Forms}, not \"{PlainText.OneLine(text, 100)}\"");
    }

    private static Moment? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new Moment(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), IsDay: true)
            : null;

    private static Moment? Time(string text) =>
        DateTimeOffset.TryParseExact(
            text, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? new Moment(time, IsDay: false)
            : null;

    private static Moment? Age(string text, DateTimeOffset now)
    {
        if (text is not [.. var number, 'd' or 'h' or 'm']) return null;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        var (unit, most) = text[^1] switch
        {
            'd' => (TimeSpan.FromDays(1), MaxAgeDays),
            'h' => (TimeSpan.FromHours(1), MaxAgeDays * 24),
            _ => (TimeSpan.FromMinutes(1), MaxAgeDays * 24 * 60),
        };
        return count <= most ? new Moment(now - (count * unit), IsDay: false) : null;
    }
}
