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
    /// <param name="boundary">What a condition that demands one boundary limits; less where the holder can take the boundary off.</param>
    public static ConditionLimit LimitOf(
        IReadOnlyList<PolicyCondition> conditions, bool mayTag, bool ofAws, Circumstances circumstances,
        ConditionLimit boundary = ConditionLimit.Whole)
    {
        var worst = ConditionLimit.None;
        foreach (var condition in conditions)
        {
            var limit = NeverHolds(condition, circumstances) ? ConditionLimit.Whole : LimitOf(condition, mayTag, ofAws);
            if (limit > boundary && ConditionTest.IsKey(condition.Key, Boundary)) limit = boundary;
            if (limit > worst) worst = limit;
        }

        return worst;
    }

    /// <summary>The key of the boundary that whoever is changed or made has to have.</summary>
    public const string Boundary = "iam:PermissionsBoundary";

    /// <summary>True for a key that tells what a call asks for; calls of other services lack it.</summary>
    public static bool IsOfCalls(string key) => s_ofCalls.Contains(key);

    /// <summary>
    /// True when the conditions of an Allow leave this action in: none of them wants a key that no such call carries. A key that is absent
    /// makes a positive test false.
    /// </summary>
    public static bool Admit(IReadOnlyList<PolicyCondition> conditions, string action, Circumstances circumstances) =>
        !conditions.Any(condition => condition.Values.Count > 0
            && ConditionTest.Of(condition) is { IsPositive: true, HoldsWhenAbsent: false }
            && HolderKeys.Lacks(condition.Key, action, circumstances));

    /// <summary>
    /// True when the condition holds for every call of the action by the holder, so that a Deny with it is one without. A test with
    /// <c>ForAnyValue</c> or <c>ForAllValues</c> is never certain.
    /// </summary>
    public static bool AlwaysHolds(PolicyCondition condition, string action, Circumstances circumstances)
    {
        if (condition.Values.Count == 0 || condition.Operator.Contains(':', StringComparison.Ordinal)) return false;
        var test = ConditionTest.Of(condition);
        if (ConditionTest.IsKey(test.Name, "Null"))
            return s_alwaysThere.Contains(condition.Key) && condition.Values.Any(static value => ConditionTest.IsKey(value, "false"));
        if (Moments.HaveBegun(condition, circumstances.At)) return true;
        if (test.IsPositive && s_alwaysThere.Contains(condition.Key) && ConditionTest.IsKey(test.Name, "StringLike")
            && condition.Values.Any(IsEverything)) return true;
        if (HolderKeys.Of(condition.Key, action, circumstances) is not { } values) return false;
        return test.IsPositive
            ? MustMeet(condition, test, values) && (values.IsAlwaysThere || test.HoldsWhenAbsent)
            : test.SparesOnlyItsValues && !MayMeet(condition, test, values);
    }

    /// <summary>
    /// True for a condition that the holder can never meet, or only on what belongs to others: it wants another holder, him or the resource
    /// in another account or organization, an AWS service as the caller, or a time that has passed.
    /// </summary>
    private static bool NeverHolds(PolicyCondition condition, Circumstances circumstances)
    {
        if (condition.Values.Count == 0) return false;
        var (test, accountId) = (ConditionTest.Of(condition), circumstances.AccountId);
        var ofHolder = ConditionTest.IsKey(condition.Key, "aws:PrincipalAccount");
        if (ofHolder || ConditionTest.IsKey(condition.Key, "aws:ResourceAccount"))
        {
            if (accountId is null || !test.ComparesText) return false;
            var isOwn = condition.Values.Any(value =>
                Glob.Matches(PolicyVariables.AtWidest(value, accountId), accountId, ignoreCase: false));
            // The principal's account is in every request, and the resource's in nearly every one (in those of IAM, too), so a negation
            // that names it never holds in the own account.
            return test.IsPositive ? !isOwn && (!test.HoldsWhenAbsent || ofHolder) : isOwn && test.SparesOnlyItsValues;
        }

        if (s_alwaysThere.Contains(condition.Key) && NeverHoldsForPeople(condition, test)) return true;
        if (Moments.HavePassed(condition, circumstances.At)) return true;
        if (HolderKeys.Of(condition.Key, action: null, circumstances) is not { } values) return false;
        return test.IsPositive
            ? !MayMeet(condition, test, values) && (values.IsAlwaysThere || !test.HoldsWhenAbsent)
            : test.SparesOnlyItsValues && values.IsAlwaysThere && MustMeet(condition, test, values);
    }

    /// <summary>True when one of the values of the key may match one of the test's. Errs toward true.</summary>
    private static bool MayMeet(PolicyCondition condition, ConditionTest test, KeyValues values)
    {
        if (ConditionTest.IsKey(test.Name, "Bool"))
            return condition.Values.Any(wanted => !IsFlag(wanted) || values.May.Contains(wanted, StringComparer.OrdinalIgnoreCase));
        return !test.ComparesText || condition.Values.Select(PolicyVariables.AsAnything)
            .Any(wanted => values.May.Any(value => MayMatch(wanted, value, test)));
    }

    /// <summary>The operators for ARNs compare part by part, so that a star does not reach into the next part.</summary>
    private static bool MayMatch(string wanted, string value, ConditionTest test)
    {
        if (!test.ComparesArns) return Glob.Intersects(wanted, value, ignoreCase: true);
        var (left, right) = (wanted.Split(':', ArnParts), value.Split(':', ArnParts));
        return left.Length < ArnParts || right.Length < ArnParts
            || left.Zip(right).All(static pair => Glob.Intersects(pair.First, pair.Second, ignoreCase: true));
    }

    /// <summary>True when each value of the key matches one of the test's. Errs toward false.</summary>
    private static bool MustMeet(PolicyCondition condition, ConditionTest test, KeyValues values)
    {
        if (values.All is not { Count: > 0 } all) return false;
        if (ConditionTest.IsKey(test.Name, "Bool"))
            return all.All(value => condition.Values.Contains(value, StringComparer.OrdinalIgnoreCase));
        return test.ComparesText && all.All(value => condition.Values.Any(wanted => Covers(wanted, value, test)));
    }

    private static bool Covers(string wanted, string value, ConditionTest test)
    {
        if (wanted.Contains("${", StringComparison.Ordinal)) return false;
        if (test.ComparesArns)
        {
            var (left, right) = (wanted.Split(':', ArnParts), value.Split(':', ArnParts));
            return left.Length == ArnParts && right.Length == ArnParts
                && left.Zip(right).All(static pair => Glob.Covers(pair.First, pair.Second, ignoreCase: false));
        }

        return ConditionTest.IsKey(test.Name, "StringLike") || ConditionTest.IsKey(test.Name, "StringNotLike")
            ? Glob.Covers(wanted, value, ignoreCase: false)
            : !Glob.HasWildcard(value) && string.Equals(wanted, value, StringComparison.Ordinal);
    }

    private const int ArnParts = 6;

    private static bool IsFlag(string value) => ConditionTest.IsKey(value, "true") || ConditionTest.IsKey(value, "false");

    private static bool IsEverything(string value) => value.Length > 0 && value.Trim('*').Length == 0;

    /// <summary>Of a key that every request of a person has: what no value of a person meets.</summary>
    private static bool NeverHoldsForPeople(PolicyCondition condition, ConditionTest test)
    {
        if (ConditionTest.IsKey(test.Name, "Null")) return condition.Values.All(IsTrue);
        if (ConditionTest.IsKey(condition.Key, "aws:PrincipalIsAWSService"))
            return ConditionTest.IsKey(test.Name, "Bool") && condition.Values.All(IsTrue);
        return test.SparesOnlyItsValues && condition.Values.Any(IsEverything)
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
        if (ConditionTest.IsKey(key, "iam:PolicyARN") || ConditionTest.IsKey(key, Boundary))
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
