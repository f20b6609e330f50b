namespace Responder.Policies;

/// <summary>
/// An operator of a condition, taken apart. Source:
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
/// </summary>
/// <param name="Name">Without set prefix and IfExists, for example <c>StringLike</c>.</param>
/// <param name="IsPositive">The test holds for the values named; false for the negations, and for <c>Null</c>.</param>
/// <param name="HoldsWhenAbsent">The test holds when the request has no such key.</param>
internal readonly record struct ConditionTest(string Name, bool IsPositive, bool HoldsWhenAbsent)
{
    private static readonly HashSet<string> s_positive = new(StringComparer.OrdinalIgnoreCase)
    {
        "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress", "Bool", "BinaryEquals",
        "NumericEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
        "DateEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
    };

    private static readonly HashSet<string> s_negative = new(StringComparer.OrdinalIgnoreCase)
    {
        "StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "ArnNotEquals", "ArnNotLike", "NotIpAddress", "NumericNotEquals",
        "DateNotEquals",
    };

    /// <summary>
    /// The test is the negation of a positive one and holds when the key is absent: a Deny with it spares only what is named.
    /// </summary>
    public bool SparesOnlyItsValues => HoldsWhenAbsent && s_negative.Contains(Name);

    /// <summary>Part by part, so that a star does not run over a colon.</summary>
    public bool ComparesArns => Name.StartsWith("Arn", StringComparison.OrdinalIgnoreCase);

    /// <summary>Equality of text, wildcards or not. "Less than" an account id is any number of other accounts.</summary>
    public bool ComparesText => ComparesArns || Name.StartsWith("String", StringComparison.OrdinalIgnoreCase);

    public static ConditionTest Of(PolicyCondition condition)
    {
        var name = condition.Operator;
        bool forAll = false, forAny = false;
        if (name.StartsWith("ForAllValues:", StringComparison.OrdinalIgnoreCase))
        {
            forAll = true;
            name = name["ForAllValues:".Length..];
        }
        else if (name.StartsWith("ForAnyValue:", StringComparison.OrdinalIgnoreCase))
        {
            forAny = true;
            name = name["ForAnyValue:".Length..];
        }

        var ifExists = name.EndsWith("IfExists", StringComparison.OrdinalIgnoreCase);
        if (ifExists) name = name[..^"IfExists".Length];
        var positive = s_positive.Contains(name);
        return new ConditionTest(name, positive, forAll || ifExists || (!positive && !forAny));
    }

    /// <summary>Keys and operators compare without case.</summary>
    public static bool IsKey(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
