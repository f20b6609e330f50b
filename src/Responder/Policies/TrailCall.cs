namespace Responder.Policies;

/// <summary>
/// What the policy of a bucket or key says about CloudTrail's own calls. It calls as a service, so the keys of users and roles are absent.
/// Sources: docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html and the global condition keys.
/// </summary>
internal static class TrailCall
{
    private const int ArnParts = 6;

    private const string Service = "cloudtrail.amazonaws.com";

    /// <summary>Keys that only calls of users and roles have, or calls through an endpoint of a network.</summary>
    private static readonly HashSet<string> s_lacking = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:username", "aws:SourceVpc",
        "aws:SourceVpce", "aws:VpcSourceIp", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime",
    };

    /// <summary>True when a statement for these principals is about CloudTrail: it names everyone, or the service.</summary>
    public static bool Concerns(PolicyPrincipals? principals) => principals is not null && principals.IsNegated
        != principals.Values.Any(
            static principal => principal.Value == "*"
            || (principal.Type == "Service" && principal.Value.StartsWith("cloudtrail.", StringComparison.Ordinal)));

    /// <summary>True for a Deny whose conditions certainly hold for a call of CloudTrail.</summary>
    public static bool IsDenied(PolicyStatement statement) =>
        statement is { Effect: PolicyEffect.Deny, IsAmbiguous: false } && statement.Conditions.All(Holds);

    /// <summary>
    /// True when the statement reaches the folder in which CloudTrail writes by default, or names such a folder below another prefix.
    /// </summary>
    public static bool ReachesLogs(PolicyStatement statement, string bucket)
    {
        if (statement.Resources is not { } resources) return true;
        var reaches = resources.Values.Any(value => value.Contains("AWSLogs", StringComparison.Ordinal)
            || (value.Split(':', ArnParts) is { Length: ArnParts } parts
                ? Glob.Intersects(PolicyVariables.AsAnything(parts[^1]), bucket + "/AWSLogs/*", ignoreCase: false)
                : Glob.Intersects(PolicyVariables.AsAnything(value), $"arn:aws:s3:::{bucket}/AWSLogs/*", ignoreCase: false)));
        return resources.IsNegated || reaches;
    }

    private static bool Holds(PolicyCondition condition)
    {
        if (condition.Values.Count == 0) return false;
        var test = ConditionTest.Of(condition);
        var isNull = ConditionTest.IsKey(test.Name, "Null");
        if (s_lacking.Contains(condition.Key) || condition.Key.StartsWith("aws:PrincipalTag/", StringComparison.OrdinalIgnoreCase))
            return isNull
                ? condition.Values.Any(static value => ConditionTest.IsKey(value, "true"))
                : test is { HoldsWhenAbsent: true } && (test.IsPositive || test.SparesOnlyItsValues);
        if (ConditionTest.IsKey(condition.Key, "aws:PrincipalIsAWSService") || ConditionTest.IsKey(condition.Key, "aws:SecureTransport"))
            return ConditionTest.IsKey(test.Name, "Bool") && condition.Values.Any(static value => ConditionTest.IsKey(value, "true"));
        return ConditionTest.IsKey(condition.Key, "aws:PrincipalServiceName") && test.ComparesText
            && condition.Values.Any(static value => Glob.Matches(value, Service, ignoreCase: false)) == test.IsPositive
            && (test.IsPositive || test.SparesOnlyItsValues);
    }
}
