namespace Responder.Policies;

/// <summary>How far the conditions of an Allow limit what its holder can do.</summary>
internal enum ConditionLimit
{
    /// <summary>Not at all: the holder meets them, or can bring them about.</summary>
    None,

    /// <summary>To some resources or some ways, whose power is not known.</summary>
    Part,

    /// <summary>To what leads nowhere.</summary>
    Whole,
}

/// <summary>
/// Decides which conditions of an identity policy limit its holder. A condition on the caller or the circumstances (MFA, time, transport,
/// user agent, tags or name of the principal itself), or on the way that a call takes (<c>iam:PassedToService</c>, <c>aws:CalledVia</c>,
/// <c>aws:ViaAWSService</c>), leaves him as powerful as without it: he chooses that service or that way.
/// </summary>
internal static class IdentityConditions
{
    private static readonly string[] s_partitions = ["aws", "aws-cn", "aws-us-gov"];

    /// <summary>Keys that a service sets in a request of its own; people's requests lack them.</summary>
    private static readonly HashSet<string> s_ofServices = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:SourceVpcArn", "aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths", "iam:AWSServiceName",
        "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
    };

    /// <summary>Keys that every request of a user or role has.</summary>
    private static readonly HashSet<string> s_alwaysThere = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalIsAWSService", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid", "aws:CurrentTime",
        "aws:EpochTime", "aws:SecureTransport",
    };

    /// <summary>Namespaces of keys that tell how somebody signed in, or what he calls himself.</summary>
    private static readonly string[] s_ofSessions = ["sts:", "saml:", "accounts.google.com:", "cognito-identity.amazonaws.com:"];

    /// <summary>
    /// Keys that tell what the caller asks for, not where: he asks for whatever is allowed, and reaches as much.
    /// </summary>
    private static readonly HashSet<string> s_ofCalls = new(StringComparer.OrdinalIgnoreCase)
    {
        "ec2:osuser", "ec2:Region", "ec2:InstanceType", "ec2:MetadataHttpTokens", "ec2:MetadataHttpEndpoint",
        "ec2:MetadataHttpPutResponseHopLimit", "ssm:SessionDocumentAccessCheck", "lambda:FunctionUrlAuthType",
    };

    /// <param name="mayTag">The holder may set tags on principals or resources, so that a tag confines him to nothing.</param>
    /// <param name="ofAws">The policy is AWS's own: the services that it names are a limit.</param>
    /// <param name="circumstances">The account of the holder, and when the policy counts.</param>
    public static ConditionLimit LimitOf(
        IReadOnlyList<PolicyCondition> conditions, bool mayTag, bool ofAws, Circumstances circumstances)
    {
        var worst = ConditionLimit.None;
        foreach (var condition in conditions)
        {
            var limit = NeverHolds(condition, circumstances.AccountId, circumstances.At)
                ? ConditionLimit.Whole
                : LimitOf(condition, mayTag, ofAws);
            if (limit > worst) worst = limit;
        }

        return worst;
    }

    /// <summary>
    /// True for a condition that the holder can never meet, or only on what belongs to others: it wants him or the resource in another
    /// account, an AWS service as the caller, or a time that has passed.
    /// </summary>
    private static bool NeverHolds(PolicyCondition condition, string? accountId, DateTimeOffset? at)
    {
        var test = ConditionTest.Of(condition);
        var ofHolder = ConditionTest.IsKey(condition.Key, "aws:PrincipalAccount");
        if (ofHolder || ConditionTest.IsKey(condition.Key, "aws:ResourceAccount"))
        {
            if (accountId is null || !test.ComparesText || condition.Values.Count == 0) return false;
            var isOwn = condition.Values.Any(value =>
                Glob.Matches(PolicyVariables.AtWidest(value, accountId), accountId, ignoreCase: false));
            // The principal's account is in every request, and the resource's in nearly every one (in those of IAM, too), so a negation
            // that names it never holds in the own account.
            return test.IsPositive ? !isOwn && (!test.HoldsWhenAbsent || ofHolder) : isOwn && test.SparesOnlyItsValues;
        }

        if (s_alwaysThere.Contains(condition.Key) && NeverHoldsForPeople(condition, test)) return true;
        return Moments.HavePassed(condition, at);
    }

    /// <summary>Of a key that every request of a person has: what no value of a person meets.</summary>
    private static bool NeverHoldsForPeople(PolicyCondition condition, ConditionTest test)
    {
        if (ConditionTest.IsKey(test.Name, "Null")) return condition.Values.Count > 0 && condition.Values.All(IsTrue);
        if (ConditionTest.IsKey(condition.Key, "aws:PrincipalIsAWSService"))
            return ConditionTest.IsKey(test.Name, "Bool") && condition.Values.Count > 0 && condition.Values.All(IsTrue);
        return test.SparesOnlyItsValues && condition.Values.Any(static value => value.Length > 0 && value.Trim('*').Length == 0)
            && test.Name.EndsWith("Like", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsTrue(string value) => ConditionTest.IsKey(value, "true");

    private static ConditionLimit LimitOf(PolicyCondition condition, bool mayTag, bool ofAws)
    {
        var test = ConditionTest.Of(condition);
        var key = condition.Key;
        // Every request of these has the key, so "if it exists" lets nothing more in.
        var isAlwaysThere = key.StartsWith("organizations:", StringComparison.OrdinalIgnoreCase)
            || ConditionTest.IsKey(key, "iam:PassedToService");
        if (!test.IsPositive || (test.HoldsWhenAbsent && !isAlwaysThere) || condition.Values.Count == 0) return ConditionLimit.None;
        if (condition.Values.Any(static v => v.Trim(['*', '?']).Length == 0)) return ConditionLimit.None;
        if (ConditionTest.IsKey(key, "aws:SourceIp"))
            return condition.Values.All(Networks.IsPrivate) ? ConditionLimit.Whole : ConditionLimit.None;
        // Anyone can have a network: part of an id does not tell ours from another.
        if (ConditionTest.IsKey(key, "aws:SourceVpc") || ConditionTest.IsKey(key, "aws:SourceVpce"))
            return condition.Values.Any(Glob.HasWildcard) ? ConditionLimit.None : ConditionLimit.Whole;
        if (ConditionTest.IsKey(key, "iam:PolicyARN") || ConditionTest.IsKey(key, "iam:PermissionsBoundary"))
            return OfPolicies(condition.Values, isBoundary: !ConditionTest.IsKey(key, "iam:PolicyARN"));
        if (ConditionTest.IsKey(key, "iam:PassedToService")) return ofAws ? ConditionLimit.Part : ConditionLimit.None;
        // Power over one service of the organization, or one type of policy, that AWS's own policy names.
        if (ofAws && key.StartsWith("organizations:", StringComparison.OrdinalIgnoreCase)) return ConditionLimit.Whole;
        if (key.Contains(":ResourceTag/", StringComparison.OrdinalIgnoreCase)) return mayTag ? ConditionLimit.None : ConditionLimit.Part;
        if (s_ofServices.Contains(key)) return ConditionLimit.Whole;
        if (s_ofCalls.Contains(key)) return ConditionLimit.None;
        if (Array.Exists(s_ofSessions, of => key.StartsWith(of, StringComparison.OrdinalIgnoreCase))) return ConditionLimit.None;
        if (!key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) return ConditionLimit.Part;
        return key.StartsWith("aws:RequestTag/", StringComparison.OrdinalIgnoreCase) || ConditionTest.IsKey(key, "aws:TagKeys")
            ? ConditionLimit.Part
            : ConditionLimit.None;
    }

    /// <summary>
    /// Whoever may attach one administrator policy can become administrator. AWS's other policies lead nowhere; what a policy of the
    /// customer says is not known. A boundary that has to be there limits its bearer, unless it is one of the administrator policies; of
    /// several that a pattern admits, one may be as wide as those.
    /// </summary>
    private static ConditionLimit OfPolicies(IReadOnlyList<string> patterns, bool isBoundary)
    {
        if (patterns.Any(AdmitsPower)) return ConditionLimit.None;
        return patterns.All(p => p.Contains("::aws:policy/", StringComparison.Ordinal) || (isBoundary && NamesOnePolicy(p)))
            ? ConditionLimit.Whole
            : ConditionLimit.Part;
    }

    private static bool NamesOnePolicy(string pattern) =>
        !Glob.HasWildcard(pattern[(pattern.IndexOf(":policy/", StringComparison.Ordinal) + 1)..])
        && !pattern.Contains("${", StringComparison.Ordinal);

    private static bool AdmitsPower(string pattern) => s_partitions.Any(partition => ManagedPolicyVerdicts.Leading.Any(name =>
        Glob.Matches(pattern, $"arn:{partition}:iam::aws:policy/{name}", ignoreCase: true)));
}
