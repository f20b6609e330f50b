using System.Globalization;

namespace Responder.Events;

/// <summary>Reads times as records and envelopes write them.</summary>
public static class CloudTrailTime
{
    /// <summary>
    /// What services, Athena, Lake and exports of other systems make of a time. Without an offset it is UTC. Not whatever .NET can
    /// guess: of a
    /// time without a day it would make today.
    /// </summary>
    private static readonly string[] s_forms =
    [
        .. from day in (string[])["yyyy-MM-dd'T'", "yyyy-MM-dd' '", "yyyy/MM/dd' '", "yyyyMMdd'T'"]
           from clock in day[4] == 'M' ? (string[])["HHmmss", "HHmm"] : ["HH:mm:ss", "HH:mm"]
           from zone in (string[])["", "zzz", "' 'zzz"]
           select day + clock + zone,
        "MMM d, yyyy h:mm:ss tt", "MMM d, yyyy, h:mm:ss tt", "MMMM d, yyyy h:mm:ss tt", "MMMM d, yyyy, h:mm:ss tt", "MMM d, yyyy HH:mm:ss",
        "MMM d, yyyy '@' HH:mm:ss", "dd/MMM/yyyy:HH:mm:ss zzz", "ddd, dd MMM yyyy HH:mm:ss", "ddd MMM d HH:mm:ss yyyy",
    ];

    private static readonly DateTimeOffset s_earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the call of the record was made, UTC; null when the record does not say.</summary>
    internal static DateTimeOffset? Of(EventRecord record) =>
        record.Text(EventField.EventTime) is { } text && TryParse(text, out var time) ? time : Of(record.View(EventField.EventTime));

    /// <summary>Reads a text or a number; null when it is no time.</summary>
    internal static DateTimeOffset? Of(JsonView value) => value.Text is { } text ? Read(text) : null;

    /// <summary>Reads a time in any spelling that is in use; null: it is none.</summary>
    public static DateTimeOffset? Read(string text)
    {
        if (TryParse(text, out var plain)) return plain;
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length is < 8 or > 48) return null;
        if (trimmed.IndexOfAnyExcept("0123456789.eE+") < 0) return Epoch(trimmed);
        foreach (var zone in (string[])["Z", " UTC", " GMT", "UTC"])
        {
            if (!trimmed.EndsWith(zone, StringComparison.OrdinalIgnoreCase)) continue;
            trimmed = trimmed[..^zone.Length];
            break;
        }

        var (clock, fraction) = Fraction(trimmed);
        // A leap second is the beginning of the next minute.
        var leap = clock.IndexOf(":60", StringComparison.Ordinal);
        var isLeap = leap == 16 && clock.Length >= 19;
        if (isLeap) clock = clock[..17] + "59" + clock[19..];
        if (!DateTimeOffset.TryParseExact(
            clock, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return null;
        try
        {
            return time.AddTicks(isLeap ? TimeSpan.TicksPerSecond : fraction);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Cuts the fraction of the seconds out of a text; it may have any number of digits.</summary>
    private static (string Clock, long Ticks) Fraction(ReadOnlySpan<char> text)
    {
        var point = text.LastIndexOfAny('.', ',');
        if (point < 8 || point + 1 >= text.Length || !char.IsAsciiDigit(text[point - 1]) || !char.IsAsciiDigit(text[point + 1]))
            return (text.ToString(), 0);
        var digits = text[(point + 1)..];
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length < 0) length = digits.Length;
        var ticks = 0L;
        for (var i = 0; i < 7; i++) ticks = (ticks * 10) + (i < length ? digits[i] - '0' : 0);
        return (string.Concat(text[..point], digits[length..]), ticks);
    }

    /// <summary>Seconds since 1970, or their thousandths, millionths or billionths: the number of digits tells.</summary>
    private static DateTimeOffset? Epoch(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('T') >= 0
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
                out var number))
            return null;
        var ticks = number switch
        {
            < 100_000_000_000m => number * TimeSpan.TicksPerSecond,
            < 100_000_000_000_000m => number * TimeSpan.TicksPerMillisecond,
            < 100_000_000_000_000_000m => number * TimeSpan.TicksPerMicrosecond,
            _ => number / 100,
        };
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks) return null;
        var time = DateTimeOffset.UnixEpoch.AddTicks((long)ticks);
        // A day without separators looks the same, and no call was logged so early.
        return time < s_earliest ? null : time;
    }

    /// <summary>Reads the form in which CloudTrail writes times, <c>2026-03-04T09:01:07Z</c>; any other form is left to .NET.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text is not [_, _, _, _, '-', _, _, '-', _, _, 'T', _, _, ':', _, _, ':', _, _, 'Z']) return false;
        var (year, month, day) = (Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2));
        var (hour, minute, second) = (Number(text, 11, 2), Number(text, 14, 2), Number(text, 17, 2));
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23
            || minute is < 0 or > 59 || second is < 0 or > 59) return false;
        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        return true;

        static int Number(ReadOnlySpan<char> text, int start, int digits)
        {
            var number = 0;
            foreach (var c in text.Slice(start, digits))
            {
                if (!char.IsAsciiDigit(c)) return -1;
                number = (number * 10) + (c - '0');
            }

            return number;
        }
    }
}
