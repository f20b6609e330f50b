namespace Responder.Policies;

/// <summary>Which calls that would turn a role into somebody else's a service control policy denies.</summary>
public static class RoleGuard
{
    /// <summary>With one of these, whoever may make it gets a session of a role of that name, or has it do his work.</summary>
    public static IReadOnlyList<string> Calls { get; } =
        ["iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePolicy"];

    /// <summary>
    /// The calls among <see cref="Calls"/> that the policy denies on this role. A Deny counts when nothing but the names of callers, or an
    /// AWS service as the caller, is excepted from it.
    /// </summary>
    /// <param name="policy">The document of a service control policy; one that cannot be read denies nothing.</param>
    /// <param name="roleArn">The whole ARN of the role.</param>
    public static IReadOnlyList<string> Denied(string policy, string roleArn)
    {
        var statements = PolicyDocument.Read(policy).Statements
            .Where(s => s is { Effect: PolicyEffect.Deny, IsAmbiguous: false } && s.Conditions.All(ExceptsCallersOnly)
                && Covers(s, roleArn))
            .ToList();
        return [.. Calls.Where(call => statements.Exists(s => s.MatchesAction(call)))];
    }

    private static bool Covers(PolicyStatement statement, string roleArn) => statement.Resources is not { } resources
        || resources.Values.Any(pattern => Glob.Matches(pattern, roleArn, ignoreCase: false)) != resources.IsNegated;

    private static bool ExceptsCallersOnly(PolicyCondition condition)
    {
        var test = ConditionTest.Of(condition);
        if (ConditionTest.IsKey(condition.Key, "aws:PrincipalArn"))
            return test.SparesOnlyItsValues && condition.Values.All(static value => value.Trim('*', '?').Length > 0);
        return test.Name.Equals("Bool", StringComparison.OrdinalIgnoreCase) && condition.Values is ["false"]
            && (ConditionTest.IsKey(condition.Key, "aws:PrincipalIsAWSService") || ConditionTest.IsKey(condition.Key, "aws:ViaAWSService"));
    }
}
