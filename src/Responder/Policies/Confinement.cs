using Responder.Events;

namespace Responder.Policies;

internal enum ScopeKind
{
    /// <summary>A private network, an endpoint, or a resource whose owner is not named; taken to be ours.</summary>
    Network,

    /// <summary>AWS services only.</summary>
    Service,

    Organization,

    /// <summary>The account itself.</summary>
    Account,

    /// <summary>One principal by its unique id, which names no account.</summary>
    CannotBeTold,

    /// <summary>A named foreign account or organization.</summary>
    Foreign,
}

/// <summary>What one value of a condition confines callers to.</summary>
internal sealed record Scope(ScopeKind Kind, string? Who, string Reason)
{
    public Entry ToEntry() => Kind switch
    {
        ScopeKind.Foreign => new Entry(Audience.Foreign, Who, Reason),
        ScopeKind.Organization => new Entry(Audience.Organization, Who, Reason),
        ScopeKind.Service => new Entry(Audience.AwsService, Who, Reason),
        ScopeKind.CannotBeTold => new Entry(Audience.CannotBeTold, Who, Reason),
        _ => new Entry(Audience.OwnAccount, Who, Reason),
    };
}

/// <summary>
/// Decides which conditions really confine a wildcard, and to whom. A key that the caller sets (user agent, transport, external id,
/// referer), or that tells only which way the call took (kms:ViaService), never does. Keys:
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
/// </summary>
internal static class Confinement
{
    private static readonly HashSet<string> s_accountKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalAccount", "aws:SourceAccount", "aws:SourceOwner", "aws:VpceAccount", "kms:CallerAccount", "s3:DataAccessPointAccount",
    };

    private static readonly HashSet<string> s_arnKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalArn", "aws:SourceArn", "aws:SourceVpcArn", "s3:DataAccessPointArn",
    };

    private static readonly HashSet<string> s_organizationKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalOrgID", "aws:SourceOrgID", "aws:VpceOrgID",
    };

    private static readonly HashSet<string> s_organizationPathKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:PrincipalOrgPaths", "aws:SourceOrgPaths", "aws:VpceOrgPaths",
    };

    /// <summary>
    /// The callers to whom the conditions of an Allow, taken together, confine it; null when they confine it to nobody in particular.
    /// </summary>
    public static IReadOnlyList<Scope>? OfAllow(IReadOnlyList<PolicyCondition> conditions, ResourceOwner owner)
    {
        IReadOnlyList<Scope>? narrowest = null;
        foreach (var condition in conditions)
        {
            var test = ConditionTest.Of(condition);
            if (!test.IsPositive || test.HoldsWhenAbsent || Scopes(condition, test, owner) is not { } scopes) continue;
            if (narrowest is null || Rank(scopes) < Rank(narrowest)) narrowest = scopes;
        }

        return narrowest;
    }

    /// <summary>
    /// The callers that a conditional Deny spares: those for whom one of its tests fails. Null when it may spare anybody, so that it takes
    /// nothing back.
    /// </summary>
    public static IReadOnlyList<Scope>? SparedByDeny(IReadOnlyList<PolicyCondition> conditions, ResourceOwner owner)
    {
        var spared = new List<Scope>();
        foreach (var condition in conditions)
        {
            var test = ConditionTest.Of(condition);
            if (ConditionTest.IsKey(condition.Key, "aws:PrincipalIsAWSService") && ConditionTest.IsKey(test.Name, "Bool")
                && condition.Values.Count > 0 && condition.Values.All(static v => ConditionTest.IsKey(v, "false")))
            {
                spared.Add(new Scope(ScopeKind.Service, null, "A Deny spares AWS services"));
                continue;
            }

            if (!test.SparesOnlyItsValues || Scopes(condition, test, owner) is not { } scopes) return null;
            spared.AddRange(scopes);
        }

        return spared;
    }

    /// <summary>
    /// Ranks conditions that all hold by how much they tell about the caller; the lowest rank decides. Our own account comes first, then a
    /// foreign one, because a foreign account named beside an organization or a network still gets in.
    /// </summary>
    private static int Rank(IReadOnlyList<Scope> scopes)
    {
        if (scopes.All(static s => s.Kind == ScopeKind.Account)) return 0;
        if (scopes.Any(static s => s.Kind == ScopeKind.Foreign)) return 1;
        if (scopes.Any(static s => s.Kind == ScopeKind.Organization)) return 2;
        if (scopes.Any(static s => s.Kind == ScopeKind.CannotBeTold)) return 5;
        return scopes.Any(static s => s.Kind == ScopeKind.Service) ? 3 : 4;
    }

    private static List<Scope>? Scopes(PolicyCondition condition, ConditionTest test, ResourceOwner owner)
    {
        var (key, values) = (condition.Key, condition.Values);
        if (values.Count == 0) return null;
        if (ConditionTest.IsKey(key, "aws:PrincipalIsAWSService"))
            return ConditionTest.IsKey(test.Name, "Bool") && values.All(static v => ConditionTest.IsKey(v, "true"))
                ? [new Scope(ScopeKind.Service, null, "A condition confines it to AWS services")]
                : null;

        if (ConditionTest.IsKey(key, "elasticfilesystem:AccessedViaMountTarget"))
            return ConditionTest.IsKey(test.Name, "Bool") && values.All(static v => ConditionTest.IsKey(v, "true"))
                ? [new Scope(ScopeKind.Network, null, $"{key} confines it to the networks that mount the file system")]
                : null;

        // aws:VpcSourceIp does not count: whoever calls through an endpoint in a network of his own can choose any private address.
        var network = (ConditionTest.IsKey(test.Name, "IpAddress") || ConditionTest.IsKey(test.Name, "NotIpAddress"));
        if (ConditionTest.IsKey(key, "aws:SourceIp"))
            return network && values.All(Networks.IsPrivate)
                ? [new Scope(ScopeKind.Network, null, $"{key} confines it to private addresses")]
                : null;
        if (!test.ComparesText) return null;

        var scopes = new List<Scope>();
        foreach (var value in values)
        {
            if (OfValue(key, value, test, owner) is not { } scope) return null;
            scopes.Add(scope);
        }

        // An account belongs to one organization, so at least one of two is foreign. If ours are configured, each one was judged above.
        var organizations = scopes.Where(static s => s.Kind == ScopeKind.Organization).Select(static s => s.Who)
            .Distinct(StringComparer.Ordinal).ToList();
        return organizations.Count > 1 && owner.OrganizationIds.Count == 0
            ? [.. scopes.Where(static s => s.Kind != ScopeKind.Organization),
                new Scope(ScopeKind.Foreign, null, $"{key} admits {organizations.Count} organisations, of which at most one is ours")]
            : scopes;
    }

    /// <summary>The scope that one value confines callers to; null when it confines nothing.</summary>
    private static Scope? OfValue(string key, string value, ConditionTest test, ResourceOwner owner)
    {
        // The resource's own account or organization against the caller's, the other way round. A caller without an account or an
        // organization leaves the variable empty: the test does not hold then, and in a Deny nobody can tell.
        if (ConditionTest.IsKey(key, "aws:ResourceAccount"))
            return test.IsPositive && IsVariable(value, "aws:PrincipalAccount")
                ? new Scope(ScopeKind.Account, owner.AccountId, $"{key} confines it to the account itself")
                : null;
        if (ConditionTest.IsKey(key, "aws:ResourceOrgID"))
            return test.IsPositive && IsVariable(value, "aws:PrincipalOrgID")
                ? new Scope(ScopeKind.Organization, null, $"{key} confines it to our organisation")
                : null;
        if (s_accountKeys.Contains(key))
        {
            if (IsVariable(value, "aws:ResourceAccount"))
                return new Scope(ScopeKind.Account, owner.AccountId, $"{key} confines it to the account itself");
            return Callers.IsAccountId(value) || value == owner.AccountId ? OfAccount(key, value, owner) : null;
        }

        if (ConditionTest.IsKey(key, "aws:userid")) return OfUniqueId(value, owner);
        if (ConditionTest.IsKey(key, "aws:PrincipalServiceName") || ConditionTest.IsKey(key, "aws:PrincipalServiceNamesList"))
            return new Scope(ScopeKind.Service, Glob.HasWildcard(value) ? null : value, $"{key} confines it to the service {value}");
        if (s_organizationKeys.Contains(key)) return OfOrganization(key, value, owner);
        if (s_organizationPathKeys.Contains(key))
            return value.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? OfOrganization(key, value[..end], owner) : null;
        if (s_arnKeys.Contains(key)) return OfArn(key, value, test, owner);
        if (ConditionTest.IsKey(key, "aws:SourceVpce"))
            return IsId(value, "vpce-") ? new Scope(ScopeKind.Network, null, "aws:SourceVpce confines it to an endpoint") : null;
        if (ConditionTest.IsKey(key, "aws:SourceVpc"))
            return IsId(value, "vpc-") ? new Scope(ScopeKind.Network, null, "aws:SourceVpc confines it to a network") : null;
        return null;
    }

    private static Scope OfAccount(string key, string account, ResourceOwner owner) => owner.Owns(account)
        ? new Scope(
            ScopeKind.Account, account, account == owner.AccountId
            ? $"{key} confines it to the account itself"
            : $"{key} confines it to our account {account}")
        : new Scope(ScopeKind.Foreign, account, $"{key} admits the foreign account {account}");

    private static Scope? OfOrganization(string key, string value, ResourceOwner owner)
    {
        if (IsVariable(value, "aws:ResourceOrgID"))
            return new Scope(ScopeKind.Organization, null, $"{key} confines it to our organisation");
        if (!IsId(value, "o-")) return null;
        return owner.OrganizationIds.Count == 0 || owner.OrganizationIds.Contains(value)
            ? new Scope(ScopeKind.Organization, value, $"{key} confines it to the organisation {value}")
            : new Scope(ScopeKind.Foreign, value, $"{key} admits the foreign organisation {value}");
    }

    private static Scope? OfArn(string key, string value, ConditionTest test, ResourceOwner owner)
    {
        if (!AwsArn.TryParse(value, out var arn)) return null;
        // Bucket names are global: region and account of a bucket's ARN are empty, and a star in their place admits nobody else.
        if (arn is { Service: "s3", Region: "" or "*", AccountId: "" or "*" } && !Glob.HasWildcard(arn.Partition)
            && !arn.Resource.Contains(':', StringComparison.Ordinal))
            return NamesBucket(arn) ? new Scope(ScopeKind.Network, null, $"{key} confines it to a bucket") : null;
        // A star in a String operator matches across colons, so the parts before the account must be literal.
        if (!test.ComparesArns && Glob.HasWildcard(arn.Partition + arn.Service + arn.Region)) return null;
        if (Callers.IsAccountId(arn.AccountId)) return OfAccount(key, arn.AccountId, owner);
        return arn.AccountId == owner.AccountId && arn.AccountId.Length > 0 ? OfAccount(key, arn.AccountId, owner) : null;
    }

    /// <summary>True for the variable without a default, in any case.</summary>
    private static bool IsVariable(string value, string name) => value.StartsWith("${", StringComparison.Ordinal) && value.EndsWith('}')
        && ConditionTest.IsKey(value[2..^1].Trim(), name);

    private static bool NamesBucket(AwsArn arn) => arn.Resource.IndexOfAny(['*', '?', '$']) is < 0 or > 2;

    /// <summary>
    /// <c>AROA…:session</c> or <c>AIDA…</c> is one principal of an account that the id does not tell; for root it is the account's id.
    /// </summary>
    private static Scope? OfUniqueId(string value, ResourceOwner owner)
    {
        if (Callers.IsAccountId(value)) return OfAccount("aws:userid", value, owner);
        var end = value.AsSpan().IndexOfAny(":*?$");
        var id = end < 0 ? value : value[..end];
        return Callers.IsUniqueId(id)
            ? new Scope(ScopeKind.CannotBeTold, id, $"aws:userid confines it to the unique id {id}, which names no account")
            : null;
    }

    private static bool IsId(string value, string prefix) => value.Length > prefix.Length
        && value.StartsWith(prefix, StringComparison.Ordinal)
        && value.AsSpan(prefix.Length).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789") < 0;
}
