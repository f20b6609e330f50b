using System.Globalization;

namespace Responder.Policies;

/// <summary>Conditions on the time of a request.</summary>
internal static class Moments
{
    /// <summary>
    /// True for a condition that wants a time before <paramref name="at"/>: it never holds again. Every request has the time, so "if it
    /// exists" lets nothing more in.
    /// </summary>
    /// <param name="at">Null when the time is not known; then nothing has passed.</param>
    public static bool HavePassed(PolicyCondition condition, DateTimeOffset? at)
    {
        if (at is not { } now || condition.Values.Count == 0
            || !(ConditionTest.IsKey(condition.Key, "aws:CurrentTime") || ConditionTest.IsKey(condition.Key, "aws:EpochTime")))
            return false;
        return ConditionTest.Of(condition) is { IsPositive: true } test
            && test.Name.ToUpperInvariant() is "DATELESSTHAN" or "DATELESSTHANEQUALS" or "DATEEQUALS" or "NUMERICLESSTHAN"
                or "NUMERICLESSTHANEQUALS" or "NUMERICEQUALS"
            && condition.Values.All(value => TimeOf(value) < now);
    }

    /// <summary>
    /// True for a condition that wants a time after one that lies before <paramref name="at"/>: it holds from then on, for every request.
    /// </summary>
    /// <param name="at">Null when the time is not known; then nothing has begun.</param>
    public static bool HaveBegun(PolicyCondition condition, DateTimeOffset? at)
    {
        if (at is not { } now || condition.Values.Count == 0 || condition.Operator.Contains(':', StringComparison.Ordinal)) return false;
        var name = ConditionTest.Of(condition).Name.ToUpperInvariant();
        var ofDates = name.StartsWith("DATE", StringComparison.Ordinal);
        if (ConditionTest.IsKey(condition.Key, "aws:CurrentTime") ? !ofDates : !ConditionTest.IsKey(condition.Key, "aws:EpochTime"))
            return false;
        return name switch
        {
            "DATEGREATERTHAN" or "DATEGREATERTHANEQUALS" or "NUMERICGREATERTHAN" or "NUMERICGREATERTHANEQUALS" =>
                condition.Values.Any(value => TimeOf(value) < now),
            "DATENOTEQUALS" or "NUMERICNOTEQUALS" => condition.Values.All(value => TimeOf(value) < now),
            _ => false,
        };
    }

    /// <summary>Null for what is neither a date nor seconds since 1970.</summary>
    private static DateTimeOffset? TimeOf(string value)
    {
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
