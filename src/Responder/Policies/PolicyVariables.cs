namespace Responder.Policies;

/// <summary>
/// Replaces the variables in the resources of an Allow by the value that reaches furthest. Source:
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
/// </summary>
internal static class PolicyVariables
{
    private const string UserName = "aws:username";

    /// <summary>
    /// The pattern at its widest: a variable with a default takes that default, as for a caller without the key, and a tag is empty,
    /// because the holder may carry no tag, or an empty one. <c>user/${aws:PrincipalTag/x, ''}*</c> becomes <c>user/*</c>. Where he may
    /// choose his tags, a tag is anything. The account of the principal is the account of the policy; the name and the unique id of the
    /// caller, and escaped wildcards, stay as written and match no name (an id begins with AIDA, and ARNs hold names). Any other variable
    /// may be anything.
    /// </summary>
    public static string AtWidest(string pattern, string? accountId, bool mayTagHolders = false) => Replace(pattern, (name, fallback) =>
    {
        var isTag = IsTag(name);
        if (isTag && mayTagHolders) return "*";
        // Every request has the account, so its default is never used.
        if (Account(name, accountId) is { } account) return account;
        if (fallback is not null) return fallback;
        return isTag ? "" : IsCaller(name) || IsEscape(name) ? null : "*";
    });

    /// <summary>The pattern for a question whether it may reach something: tags and the caller's name are some name.</summary>
    public static string AsSomething(string pattern, string? accountId) => Replace(pattern, (name, fallback) =>
        Account(name, accountId) ?? (IsTag(name) || IsCaller(name) ? "*" : fallback ?? (IsEscape(name) ? null : "*")));

    /// <summary>True when it depends on the name or the id of the caller.</summary>
    public static bool IsOfCaller(string pattern)
    {
        var depends = false;
        Replace(pattern, (name, _) =>
        {
            depends |= IsCaller(name);
            return null;
        });
        return depends;
    }

    private static bool IsTag(string name) => name.Contains("Tag/", StringComparison.OrdinalIgnoreCase);

    private static bool IsCaller(string name) => name.Equals(UserName, StringComparison.OrdinalIgnoreCase)
        || name.Equals("aws:userid", StringComparison.OrdinalIgnoreCase);

    /// <summary>A wildcard or a dollar sign that means itself.</summary>
    private static bool IsEscape(string name) => name is "*" or "?" or "$";

    /// <summary>The account that a variable means; null for another variable.</summary>
    private static string? Account(string name, string? accountId) => name.ToUpperInvariant() switch
    {
        "AWS:PRINCIPALACCOUNT" or "AWS:RESOURCEACCOUNT" => accountId ?? "*",
        _ => null,
    };

    /// <summary>The pattern with every variable as a star: what a Deny may spare.</summary>
    public static string AsAnything(string pattern) => Replace(pattern, static (_, _) => "*");

    /// <summary>The pattern for a user of that name; null when it does not depend on the caller's name.</summary>
    public static string? ForUser(string pattern, string userName)
    {
        var depends = false;
        var text = Replace(pattern, (name, fallback) =>
        {
            if (!name.Equals(UserName, StringComparison.OrdinalIgnoreCase)) return fallback;
            depends = true;
            return userName;
        });
        return depends ? text : null;
    }

    /// <summary>
    /// The pattern for comparing a Deny with an Allow: the caller's name is a name that stands for itself, his account is the account, and
    /// every other variable is <paramref name="other"/>, or stays when that is null.
    /// </summary>
    public static string ForComparing(string pattern, string name, string? accountId, string? other) =>
        Replace(pattern, (variable, fallback) =>
            fallback is null && variable.Equals(UserName, StringComparison.OrdinalIgnoreCase) ? name
            : variable.ToUpperInvariant() is "AWS:PRINCIPALACCOUNT" && accountId is not null ? accountId
            : other);

    private static string Replace(string pattern, Func<string, string?, string?> value)
    {
        if (!pattern.Contains("${", StringComparison.Ordinal)) return pattern;
        var text = new System.Text.StringBuilder(pattern.Length);
        var at = 0;
        while (at < pattern.Length)
        {
            var start = pattern.IndexOf("${", at, StringComparison.Ordinal);
            var end = start < 0 ? -1 : pattern.IndexOf('}', start);
            if (end < 0) break;
            var inner = pattern[(start + 2)..end];
            var comma = inner.IndexOf(',', StringComparison.Ordinal);
            var name = (comma < 0 ? inner : inner[..comma]).Trim();
            var fallback = comma < 0 ? null : inner[(comma + 1)..].Trim().Trim('\'');
            text.Append(pattern, at, start - at).Append(value(name, fallback) ?? pattern[start..(end + 1)]);
            at = end + 1;
        }

        return text.Append(pattern, at, pattern.Length - at).ToString();
    }
}
