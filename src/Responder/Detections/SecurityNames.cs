namespace Responder.Detections;

/// <summary>
/// Decides by name which log group, bucket, rule or alarm serves the audit trail or a detection service, because the event of a change does
/// not say. A name is judged by its words, and only words that seldom mean anything else count.
/// </summary>
internal static class SecurityNames
{
    private static readonly string[] s_watching =
    [
        "cloudtrail", "guardduty", "securityhub", "macie", "accessanalyzer", "unauthorized", "unauthorised", "rootaccount", "rootlogin",
        "rootusage", "signin",
        "consolelogin", "awsconfig", "iampolicy", "iamchange", "security", "audit", "threat", "incident", "cis",
    ];

    /// <summary>Beginnings of groups that services name by themselves, each after a function, a project or a cluster.</summary>
    private static readonly string[] s_ofServices =
    [
        "/aws/lambda/", "/aws/codebuild/", "/aws/apigateway/", "/aws/vendedlogs/", "/aws/batch/", "/aws/glue/", "/aws/sagemaker/",
        "/aws/rds/", "/aws/ecs/", "/ecs/", "/aws/eks/", "/aws/containerinsights/",
    ];

    private static readonly HashSet<string> s_tests = new(StringComparer.Ordinal)
    {
        "test", "tests", "testing", "tmp", "temp", "sandbox", "demo", "example", "poc",
    };

    /// <summary>
    /// True for "aws-cloudtrail-logs-123456789012", "/org/CloudTrail", "audit-trail-logs", and the log buckets and groups of Control Tower.
    /// </summary>
    public static bool IsTrails(string? name)
    {
        if (string.IsNullOrEmpty(name)) return false;
        var words = Words(name);
        // Names something that reads the logs, not the logs.
        if (words.Any(static word => word is "athena" or "query" or "queries" or "results")) return false;
        var joined = string.Concat(words);
        return joined.Contains("cloudtrail", StringComparison.Ordinal) || joined.Contains("audittrail", StringComparison.Ordinal)
            || joined.Contains("awscontroltowerlogs", StringComparison.Ordinal);
    }

    /// <summary>True for a bucket with the name that CloudTrail, Config or Control Tower gives it, which holds the account's id.</summary>
    public static bool IsNamedByAws(string bucket, string account) => Array.Exists(s_bucketsOfAws, beginning =>
    {
        var start = beginning + account;
        return bucket == start || (bucket.StartsWith(start + "-", StringComparison.Ordinal)
            && IsEnding(bucket[(start.Length + 1)..]));
    });

    private static readonly string[] s_bucketsOfAws =
        ["aws-cloudtrail-logs-", "config-bucket-", "aws-controltower-logs-", "aws-controltower-config-logs-"];

    /// <summary>Eight random digits, or a region, after which Control Tower may write a few letters more.</summary>
    private static bool IsEnding(string text) => (text.Length == 8 && text.All(char.IsAsciiHexDigitLower))
        || (text.Split('-') is { Length: >= 3 and <= 5 } words && words[0].Length == 2
            && words.Any(static word => word is [>= '0' and <= '9']));

    /// <summary>
    /// True for a log group that is named like the trail's. A group of a test, or one that a service names after what writes there, is
    /// named after the trail only: no trail writes to it.
    /// </summary>
    public static bool IsTrailsGroup(string? name)
    {
        if (!IsTrails(name)) return false;
        // An ARN names the region, the account and :* besides.
        var group = name!.Contains(":log-group:", StringComparison.Ordinal)
            ? name[(name.IndexOf(":log-group:", StringComparison.Ordinal) + ":log-group:".Length)..]
            : name;
        return !Array.Exists(s_ofServices, prefix => group.StartsWith(prefix, StringComparison.Ordinal))
            && !Words(group).Any(static word => s_tests.Contains(word))
            && !group.TrimEnd('*', ':').EndsWith("Test", StringComparison.Ordinal);
    }

    /// <summary>True for an S3 prefix under which CloudTrail writes.</summary>
    public static bool IsTrailsPrefix(string? prefix) => prefix is not null
        && (prefix.StartsWith("AWSLogs", StringComparison.Ordinal) || prefix.Contains("/AWSLogs", StringComparison.Ordinal)
            || prefix.Contains("CloudTrail", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// True for a prefix that reaches what CloudTrail writes into its bucket: that of the logs, no prefix at all, or the beginning of the
    /// folder in which they lie, because a rule applies to every key that begins with its prefix.
    /// </summary>
    public static bool ReachesTrails(string? prefix) => string.IsNullOrEmpty(prefix) || IsTrailsPrefix(prefix)
        || LogsFolder.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>Where CloudTrail writes in a bucket, below the prefix of the trail if it has one.</summary>
    private const string LogsFolder = "AWSLogs/";

    /// <summary>A rule, filter or alarm that by its name watches over security.</summary>
    public static bool Watches(string? name)
    {
        if (string.IsNullOrEmpty(name)) return false;
        var words = Words(name);
        var joined = string.Concat(words);
        return s_watching.Any(word => word.Length <= 5 ? words.Contains(word) : joined.Contains(word, StringComparison.Ordinal));
    }

    /// <summary>Lower-case words of letters and digits: "MyAudit-Trail_1" gives "myaudit", "trail", "1".</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var from = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && char.IsAsciiLetterOrDigit(name[i])) continue;
            if (i > from) words.Add(name[from..i].ToLowerInvariant());
            from = i + 1;
        }

        return words;
    }
}
