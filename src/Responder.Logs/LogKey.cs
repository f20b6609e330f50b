using System.Globalization;

namespace Responder.Logs;

/// <summary>The kind of file that CloudTrail stores under a key.</summary>
public enum LogKind
{
    /// <summary>Not a CloudTrail key: a file with any content.</summary>
    Unknown,
    Events,
    Insights,

    /// <summary>Hashes of log files; holds no events.</summary>
    Digest,
}

/// <summary>
/// What the path or key of a log file says about it: <c>…/AWSLogs/[o-id/]account/CloudTrail/region/yyyy/MM/dd/name</c>, in a bucket or in a
/// copy of one. Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
/// </summary>
/// <param name="Day">UTC day on which CloudTrail delivered the file: no event in it is newer, some are a little older.</param>
public readonly record struct LogKey(LogKind Kind, string? Account, string? Region, DateOnly? Day)
{
    /// <summary>Reads a path or key; parts that it does not contain are null.</summary>
    public static LogKey Of(string path)
    {
        // Most names of files say nothing, and there may be very many of them.
        if (!path.Contains("CloudTrail", StringComparison.Ordinal)) return default;
        var parts = path.Split(Path.DirectorySeparatorChar == '/' ? ['/'] : ['/', Path.DirectorySeparatorChar]);
        for (var i = parts.Length - 2; i >= 0; i--)
        {
            if (KindOf(parts[i]) is not { } kind) continue;
            var account = i > 0 && IsAccount(parts[i - 1]) ? parts[i - 1] : null;
            // A folder that happens to have this name, with neither an account nor a region next to it, says nothing.
            if (account is null && (i + 2 >= parts.Length || !IsRegion(parts[i + 1]))) continue;
            var region = i + 2 < parts.Length && IsRegion(parts[i + 1]) ? parts[i + 1] : null;
            var day = region is not null && i + 5 < parts.Length
                && DateOnly.TryParseExact(
                    $"{parts[i + 2]}/{parts[i + 3]}/{parts[i + 4]}", "yyyy/MM/dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                    out var date)
                ? date
                : (DateOnly?)null;
            return new LogKey(kind, account, region, day);
        }

        // A digest that was copied out of its folder keeps its name.
        return new LogKey(
            parts[^1].Split('_') is [var owner, "CloudTrail-Digest", ..] && IsAccount(owner) ? LogKind.Digest : LogKind.Unknown, null, null,
            null);
    }

    public static bool IsAccount(string text) => text.Length == 12 && IsOf(text, static c => char.IsAsciiDigit(c));

    /// <summary>Whether a text looks like <c>us-east-1</c> or <c>us-gov-west-1</c>: lower-case words and a number.</summary>
    public static bool IsRegion(string text) => text.Split('-') is [{ Length: >= 2 }, _, .., { Length: > 0 } number] parts
        && IsOf(number, static c => char.IsAsciiDigit(c))
        && Array.TrueForAll(parts[..^1], static part => part.Length > 0 && IsOf(part, static c => char.IsAsciiLetterLower(c)));

    private static bool IsOf(string text, Func<char, bool> isOne)
    {
        foreach (var c in text)
        {
            if (!isOne(c)) return false;
        }

        return true;
    }

    private static LogKind? KindOf(string folder) => folder switch
    {
        "CloudTrail" => LogKind.Events,
        "CloudTrail-Insight" => LogKind.Insights,
        "CloudTrail-Digest" => LogKind.Digest,
        _ => null,
    };
}
