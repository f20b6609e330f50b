namespace Responder.Policies;

/// <summary>
/// A condition operator, split into its parts. Source:
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
/// </summary>
/// <param name="Name">The operator without its set prefix and <c>IfExists</c>, for example <c>StringLike</c>.</param>
/// <param name="IsPositive">True when the test holds for the listed values; false for negated operators and for <c>Null</c>.</param>
/// <param name="HoldsWhenAbsent">True when the test holds although the request lacks the key.</param>
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
    /// True when the operator is negated and the test holds when the key is absent: a Deny with such a test spares only the listed values.
    /// </summary>
    public bool SparesOnlyItsValues => HoldsWhenAbsent && s_negative.Contains(Name);

    /// <summary>True for the ARN operators: they compare part by part, so a star does not match across a colon.</summary>
    public bool ComparesArns => Name.StartsWith("Arn", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// True for tests of equal text, with or without wildcards. "Less than" an account id would admit any number of other accounts.
    /// </summary>
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

    /// <summary>True when two keys or operators are equal, ignoring case.</summary>
    public static bool IsKey(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
