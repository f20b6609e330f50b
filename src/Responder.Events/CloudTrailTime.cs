using System.Globalization;
using System.Text.Json;

namespace Responder.Events;

/// <summary>Reads times as records and envelopes write them.</summary>
public static class CloudTrailTime
{
    /// <summary>When the call of the record was made, UTC; null when the record does not say.</summary>
    internal static DateTimeOffset? Of(EventRecord record) =>
        record.Text(EventField.EventTime) is { } text && TryParse(text, out var time) ? time : Of(record.View(EventField.EventTime));

    /// <summary>Reads a text in any form that .NET understands, or seconds since 1970; null when it is neither.</summary>
    internal static DateTimeOffset? Of(JsonView value)
    {
        if (value.Kind == JsonValueKind.Number && value.Integer is { } epoch and > 0 and < 253_402_300_800)
            return DateTimeOffset.FromUnixTimeSeconds(epoch);
        if (value.Text is not { } text) return null;
        if (TryParse(text, out var plain)) return plain;
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
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
