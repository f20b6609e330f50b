using System.Globalization;
using Responder.Detections.SignIn;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Settings;

/// <summary>Parsers of values. Each throws an <see cref="OptionsException"/> for a value that its variable does not expect.</summary>
internal static class SettingParsers
{
    public static Mode ModeOf(SettingText value) => value.Text switch
    {
        var text when text.Equals("Enforce", StringComparison.OrdinalIgnoreCase) => Mode.Enforce,
        var text when text.Equals("Observe", StringComparison.OrdinalIgnoreCase) => Mode.Observe,
        _ => throw value.Wrong(),
    };

    public static Severity AlertSeverity(SettingText value) =>
        SeverityNames.TryParse(value.Text, out var severity) && severity != Severity.None ? severity : throw value.Wrong();

    public static int Number(SettingText value) => WholeNumber(value.Text) ?? throw value.Wrong();

    /// <returns>Null for 0, which means never.</returns>
    public static TimeSpan? Days(SettingText value) => WholeNumber(value.Text) switch
    {
        0 => null,
        int days and <= 36_500 => TimeSpan.FromDays(days),
        _ => throw value.Wrong(),
    };

    public static Uri Url(SettingText value) =>
        Uri.TryCreate(value.Text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw value.Wrong();

    public static BusinessHours Hours(SettingText value) => BusinessHours.TryParse(value.Text, out var hours) ? hours : throw value.Wrong();

    public static string TopicArn(SettingText value) => AwsArn.TryParse(value.Text, out var arn)
        && arn is { Service: "sns", Region.Length: > 0, AccountId.Length: 12 } && !arn.Resource.Contains(':')
            ? value.Text
            : throw value.Wrong();

    /// <summary>At most 55 characters: a role name has at most 64, and the longest suffix, <c>-operator</c>, takes 9.</summary>
    public static string RoleName(SettingText value) => value.Text.Length <= 55
        && value.Text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or ',' or '.' or '@' or '_' or '-')
            ? value.Text
            : throw value.Wrong();

    public static string ParameterRoot(SettingText value)
    {
        var text = value.Text;
        var isPath = text.StartsWith('/') && text.Length is > 1 and <= 100
            && !text.EndsWith('/') && !text.Contains("//", StringComparison.Ordinal)
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.');
        var isAwsOwn = text.StartsWith("/aws", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("/ssm", StringComparison.OrdinalIgnoreCase);
        return isPath && !isAwsOwn ? text : throw value.Wrong();
    }

    public static HashSet<string> PrincipalArns(SettingText value) => PrincipalArns(value, isTrust: false);

    /// <summary>Principals, and roles of every member account: <c>arn:aws:iam::*:role/PATH/NAME</c>, path and name whole.</summary>
    public static HashSet<string> TrustedArns(SettingText value) => PrincipalArns(value, isTrust: true);

    private static HashSet<string> PrincipalArns(SettingText value, bool isTrust)
    {
        var arns = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, item) in value.Items.Index())
        {
            var isPrincipal = AwsArn.TryParse(item, out var arn) && arn is { Service: "iam", Region: "" }
                && (arn.AccountId.Length == 12
                    || (isTrust && arn.AccountId == "*" && arn.Resource.StartsWith("role/", StringComparison.Ordinal)))
                && (arn.Resource.StartsWith("user/", StringComparison.Ordinal)
                    || arn.Resource.StartsWith("role/", StringComparison.Ordinal));
            if (!isPrincipal) throw value.Wrong(number + 1);
            var named = isTrust && arn!.AccountId == "*" ? arn.Resource : item;
            if (named.Contains('*') || named.Contains('?'))
                throw value.Wrong(number + 1, "wildcards are not supported; name each principal");
            arns.Add(item);
        }

        return arns;
    }

    /// <returns>Null when the value contains only separators.</returns>
    public static string? PrincipalArn(SettingText value)
    {
        var arns = PrincipalArns(value);
        return arns.Count <= 1 ? arns.FirstOrDefault() : throw new OptionsException(value.Setting.Name, "expected one ARN");
    }

    public static HashSet<string> AccountIds(SettingText value) => Set(value, static id => id.Length == 12 && id.All(char.IsAsciiDigit));

    public static HashSet<string> Buckets(SettingText value) => Set(value, static name => name.Length is >= 3 and <= 63
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_'));

    public static HashSet<string> KeyArns(SettingText value) => Set(value, static text => AwsArn.TryParse(text, out var arn)
        && arn is { Service: "kms", Region.Length: > 0, AccountId.Length: 12 }
        && arn.Resource.StartsWith("key/", StringComparison.Ordinal) && !text.AsSpan().ContainsAny('*', '?'));

    // Source: docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
    public static HashSet<string> OrganizationIds(SettingText value) => Set(value, static id => id.Length is >= 12 and <= 34
        && id.StartsWith("o-", StringComparison.Ordinal) && id.AsSpan(2).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789") < 0);

    private static HashSet<string> Set(SettingText value, Func<string, bool> isValid)
    {
        var set = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, item) in value.Items.Index())
        {
            if (!isValid(item)) throw value.Wrong(number + 1);
            set.Add(item);
        }

        return set;
    }

    private static int? WholeNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
