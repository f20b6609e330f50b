using Responder.Detections;
using Responder.Detections.SignIn;
using Responder.Events;

namespace Responder.Settings;

/// <summary>Reads <see cref="Estate"/> from the function's environment.</summary>
internal static class EstateSettings
{
    /// <param name="value">The trimmed value of a variable; null when it is empty or not set.</param>
    /// <exception cref="OptionsException">A value is not what its variable expects.</exception>
    public static Estate Read(Func<string, string?> value)
    {
        var accounts = AccountIds("TRUSTED_ACCOUNT_IDS", value);
        accounts.UnionWith(AccountIds("MEMBER_ACCOUNT_IDS", value)); // what is contained there is ours, too
        var estate = new Estate
        {
            LogBuckets = Set("LOG_BUCKETS", value, IsBucket, "the name of a bucket (no ARN, no wildcard)"),
            TrailKeyArns = Set("TRAIL_KEY_ARNS", value, IsKeyArn, "the whole ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID (no alias, no wildcard)"),
            TrustedAccountIds = accounts,
            OrganizationIds = Set("ORGANIZATION_IDS", value, IsOrganization, "the id of an organisation, o- and 10 to 32 letters and digits"),
            BusinessHours = value("BUSINESS_HOURS") switch
            {
                null => null,
                var text when BusinessHours.TryParse(text, out var hours) => hours,
                _ => throw new OptionsException("BUSINESS_HOURS", BusinessHours.Expected),
            },
        };
        var isEmpty = estate is { LogBuckets.Count: 0, TrailKeyArns.Count: 0, TrustedAccountIds.Count: 0, OrganizationIds.Count: 0, BusinessHours: null };
        return isEmpty ? Estate.Unknown : estate;
    }

    public static HashSet<string> AccountIds(string variable, Func<string, string?> value) =>
        Set(variable, value, static id => id.Length == 12 && id.All(char.IsAsciiDigit), "an account id of 12 digits");

    /// <summary>The entries of a list with commas, white space or both between them.</summary>
    public static string[] Items(string? text) =>
        (text ?? "").Split([',', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static HashSet<string> Set(string variable, Func<string, string?> value, Func<string, bool> isValid, string expected)
    {
        var set = new HashSet<string>(StringComparer.Ordinal);
        var items = Items(value(variable));
        for (var i = 0; i < items.Length; i++)
        {
            if (!isValid(items[i])) throw new OptionsException(variable, $"entry {i + 1}: expected {expected}");
            set.Add(items[i]);
        }

        return set;
    }

    private static bool IsBucket(string name) => name.Length is >= 3 and <= 63 && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_');

    private static bool IsKeyArn(string text) => AwsArn.TryParse(text, out var arn) && arn is { Service: "kms", Region.Length: > 0, AccountId.Length: 12 }
        && arn.Resource.StartsWith("key/", StringComparison.Ordinal) && !text.AsSpan().ContainsAny('*', '?');

    // Source: docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
    private static bool IsOrganization(string id) => id.Length is >= 12 and <= 34 && id.StartsWith("o-", StringComparison.Ordinal)
        && id.AsSpan(2).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789") < 0;
}
