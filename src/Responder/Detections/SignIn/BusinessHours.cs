using System.Globalization;

namespace Responder.Detections.SignIn;

/// <summary>When people of the installation work: <c>Mon-Fri 07:00-19:00 Europe/Berlin</c>.</summary>
/// <param name="Text">As configured; shown in findings.</param>
/// <param name="Days">Days on which the hours begin; an end before the beginning belongs to the next day.</param>
/// <param name="To">The first minute after the business hours; 24:00 is the end of the day.</param>
public sealed record BusinessHours(string Text, IReadOnlySet<DayOfWeek> Days, TimeSpan From, TimeSpan To, TimeZoneInfo Zone)
{
    /// <summary>The format that <see cref="TryParse"/> accepts; completes "expected …".</summary>
    public const string Expected =
        "days, hours and time zone, such as Mon-Fri 07:00-19:00 +01:00 (UTC, an offset, or a name such as Europe/Berlin where the system "
            + "has time zone data)";

    private static readonly string[] s_days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    /// <summary>The moment in local time of the configured zone.</summary>
    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);

    public bool Contains(DateTimeOffset moment)
    {
        var local = Local(moment);
        var (day, time) = (local.DayOfWeek, local.TimeOfDay);
        if (From < To) return Days.Contains(day) && time >= From && time < To;
        var yesterday = (DayOfWeek)(((int)day + 6) % 7);
        return (Days.Contains(day) && time >= From) || (Days.Contains(yesterday) && time < To);
    }

    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BusinessHours? hours)
    {
        hours = null;
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var days, var times, var zone]) return false;
        if (ReadDays(days) is not { } read || times.Split('-') is not [var from, var to]) return false;
        if (ReadTime(from) is not { } begin || ReadTime(to) is not { } end || begin == end || begin == TimeSpan.FromDays(1)) return false;
        if (ReadZone(zone) is not { } info) return false;
        hours = new BusinessHours(text, read, begin, end, info);
        return true;
    }

    /// <summary>Reads "Mon-Fri", "Sun-Thu" or "Mon,Wed,Fri-Sat"; null when a name is not a day.</summary>
    private static HashSet<DayOfWeek>? ReadDays(string text)
    {
        var days = new HashSet<DayOfWeek>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            var (first, last) = (Day(ends[0]), Day(ends[^1]));
            if (ends.Length > 2 || first < 0 || last < 0) return null;
            for (var day = first; ; day = (day + 1) % 7)
            {
                days.Add((DayOfWeek)day);
                if (day == last) break;
            }
        }

        return days;
    }

    private static int Day(string name) => Array.FindIndex(s_days, day => string.Equals(day, name, StringComparison.OrdinalIgnoreCase));

    private static TimeSpan? ReadTime(string text)
    {
        if (text == "24:00") return TimeSpan.FromDays(1);
        return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.ToTimeSpan()
            : null;
    }

    /// <summary>Reads a time zone. A name needs time zone data, which the runtime's image may lack; an offset does not.</summary>
    private static TimeZoneInfo? ReadZone(string text)
    {
        if (text is "UTC" or "Z") return TimeZoneInfo.Utc;
        if (text is ['+' or '-', .. var clock])
        {
            if (!TimeOnly.TryParseExact(clock, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                || time > new TimeOnly(14, 0)) return null;
            var offset = text[0] == '-' ? -time.ToTimeSpan() : time.ToTimeSpan();
            return TimeZoneInfo.CreateCustomTimeZone(text, offset, text, text);
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) ? zone : null;
    }
}
