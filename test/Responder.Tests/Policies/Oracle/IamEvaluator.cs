using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Responder.Tests.Policies.Oracle;

/// <summary>
/// Evaluates one request as IAM does, slowly and literally, following
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. It shares no code with the policy reader that it
/// checks.
/// </summary>
internal static class IamEvaluator
{
    /// <summary>Whether an Allow applies and no Deny does.</summary>
    public static bool Allows(ModelPolicy policy, Request request) =>
        AllowsBeforeDeny(policy, request) && !policy.Statements.Any(s => !s.Allow && Applies(s, policy, request));

    /// <summary>Whether an Allow applies, ignoring any Deny.</summary>
    public static bool AllowsBeforeDeny(ModelPolicy policy, Request request) =>
        policy.Statements.Any(s => s.Allow && Applies(s, policy, request));

    public static bool Applies(ModelStatement statement, ModelPolicy policy, Request request) =>
        statement.Actions.Any(a => Like(a.ToUpperInvariant(), request.Action.ToUpperInvariant())) != statement.NotAction
        && statement.Resources.Any(r => Like(Replace(r, policy, request), request.Resource)) != statement.NotResource
        && (statement.Principals is null || statement.Principals.Any(p => Means(p, request)) != statement.NotPrincipal)
        && statement.Conditions.All(c => Holds(c, policy, request));

    /// <summary>The documentation says that <c>"*"</c> and <c>{"AWS":"*"}</c> are equivalent.</summary>
    private static bool Means((string Type, string Value) principal, Request request) =>
        (principal.Value == "*" && principal.Type is "*" or "AWS") || request.Names.Contains(principal);

    private static readonly ConcurrentDictionary<(string, string), bool> s_compared = new();

    /// <summary>The results are cached, because the vocabularies are small.</summary>
    private static bool Like(string pattern, string text) =>
        s_compared.GetOrAdd((pattern, text), static pair => LikeFromHere(pair.Item1, pair.Item2));

    /// <summary>A star matches nothing, or one character followed by a star; a question mark matches one character.</summary>
    private static bool LikeFromHere(string pattern, string text)
    {
        if (pattern.Length == 0) return text.Length == 0;
        if (pattern[0] == '*') return LikeFromHere(pattern[1..], text) || (text.Length > 0 && LikeFromHere(pattern, text[1..]));
        return text.Length > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && LikeFromHere(pattern[1..], text[1..]);
    }

    /// <summary>
    /// Replaces each variable by its value, or by its default if it has no value. Without a default the text remains, and no request
    /// matches it.
    /// </summary>
    private static string Replace(string text, ModelPolicy policy, Request request)
    {
        if (!policy.HasVariables) return text;
        var start = text.IndexOf("${", StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('}', start);
        if (end < 0) return text;
        var inner = text[(start + 2)..end];
        var comma = inner.IndexOf(',', StringComparison.Ordinal);
        var name = comma < 0 ? inner : inner[..comma];
        var value = request.Context.TryGetValue(name.Trim().ToLowerInvariant(), out var values) ? values[0]
            : comma < 0 ? text[start..(end + 1)] : inner[(comma + 1)..].Trim().Trim('\'');
        return text[..start] + value + Replace(text[(end + 1)..], policy, request);
    }

    private static bool Holds(ModelCondition condition, ModelPolicy policy, Request request)
    {
        var name = condition.Operator.ToUpperInvariant();
        var set = name.StartsWith("FORALLVALUES:", StringComparison.Ordinal)
            ? "ALL"
            : name.StartsWith("FORANYVALUE:", StringComparison.Ordinal)
            ? "ANY"
            : "";
        if (set.Length > 0) name = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var ifExists = name.EndsWith("IFEXISTS", StringComparison.Ordinal);
        if (ifExists) name = name[..^8];

        var present = request.Context.TryGetValue(condition.Key.ToLowerInvariant(), out var actual);
        if (name == "NULL") return condition.Values.Any(v => bool.Parse(v) == !present);
        var negated = name.Contains("NOT", StringComparison.Ordinal);
        if (!present) return ifExists || set == "ALL" || (negated && set != "ANY");

        var positive = name.Replace("NOT", "", StringComparison.Ordinal);
        bool One(string value) => condition.Values.Any(v => Compare(positive, Replace(v, policy, request), value)) != negated;
        return set == "ALL" ? actual!.All(One) : actual!.Any(One);
    }

    private static bool Compare(string name, string wanted, string actual) => name switch
    {
        "STRINGEQUALS" or "BINARYEQUALS" => wanted == actual,
        "STRINGEQUALSIGNORECASE" or "BOOL" => string.Equals(wanted, actual, StringComparison.OrdinalIgnoreCase),
        "STRINGLIKE" => Like(wanted, actual),
        "ARNEQUALS" or "ARNLIKE" => LikeArn(wanted, actual),
        "IPADDRESS" => InRange(wanted, actual),
        _ => CompareOrdered(name, wanted, actual),
    };

    private static bool LikeArn(string wanted, string actual)
    {
        var (w, a) = (wanted.Split(':', 6), actual.Split(':', 6));
        return w.Length == 6 && a.Length == 6 && w.Zip(a).All(static pair => Like(pair.First, pair.Second));
    }

    /// <summary>Compares the addresses bit by bit.</summary>
    private static bool InRange(string range, string address)
    {
        var parts = range.Split('/');
        if (!IPAddress.TryParse(parts[0], out var network) || !IPAddress.TryParse(address, out var ip)) return false;
        var (left, right) = (Bits(network), Bits(ip));
        var length = parts.Length == 1 ? left.Length : int.Parse(parts[1], CultureInfo.InvariantCulture);
        return left.Length == right.Length && left[..length] == right[..length];
    }

    private static string Bits(IPAddress address) =>
        string.Concat(address.GetAddressBytes().Select(static b => Convert.ToString(b, 2).PadLeft(8, '0')));

    private static bool CompareOrdered(string name, string wanted, string actual)
    {
        int order;
        if (name.StartsWith("NUMERIC", StringComparison.Ordinal))
        {
            if (!decimal.TryParse(wanted, CultureInfo.InvariantCulture, out var w)
                || !decimal.TryParse(actual, CultureInfo.InvariantCulture, out var a)) return false;
            order = a.CompareTo(w);
        }
        else if (name.StartsWith("DATE", StringComparison.Ordinal))
        {
            if (!DateTimeOffset.TryParse(wanted, CultureInfo.InvariantCulture, out var w)
                || !DateTimeOffset.TryParse(actual, CultureInfo.InvariantCulture, out var a)) return false;
            order = a.CompareTo(w);
        }
        else
        {
            throw new ArgumentException($"The evaluator does not know the operator {name}", nameof(name));
        }

        if (name.EndsWith("LESSTHAN", StringComparison.Ordinal)) return order < 0;
        if (name.EndsWith("LESSTHANEQUALS", StringComparison.Ordinal)) return order <= 0;
        if (name.EndsWith("GREATERTHAN", StringComparison.Ordinal)) return order > 0;
        return name.EndsWith("GREATERTHANEQUALS", StringComparison.Ordinal) ? order >= 0 : order == 0;
    }
}
