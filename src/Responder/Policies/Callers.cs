using Responder.Events;

namespace Responder.Policies;

/// <summary>One kind of caller that a policy lets in.</summary>
/// <param name="Who">Account, organization, service or provider; null when there is no single name.</param>
internal sealed record Entry(Audience Audience, string? Who, string Reason)
{
    /// <summary>The principal as the statement writes it, type and value; a star for everyone.</summary>
    public PolicyPrincipal Principal { get; init; } = new("*", "*");
}

/// <summary>Turns the principals and conditions of a statement into the kinds of callers that they mean.</summary>
internal static class Callers
{
    private const string CanonicalId = "It lets a canonical user in, an id that names no account: CloudFront's origin access identities "
        + "have such ids, too";

    private const string AwsLogsDelivery = "It lets awslogsdelivery in, AWS's own account for logs";

    /// <summary>The longest list of values that a reason quotes.</summary>
    private const int MostQuoted = 120;

    /// <summary>Who is let in by this Allow.</summary>
    public static IEnumerable<Entry> Of(PolicyStatement allow, ResourceOwner owner)
    {
        if (allow.Principals is not { } principals) return [new Entry(Audience.Unreadable, null, "An Allow names no principal")];
        var scopes = Confinement.OfAllow(allow.EffectiveConditions, owner);
        if (principals.IsNegated)
            return Narrow(
                new Entry(Audience.Everyone, null, "It lets everyone in but the principals it names (NotPrincipal)"), scopes, owner);
        return principals.Values.SelectMany(principal => Narrow(Classify(principal, allow.EffectiveConditions, owner), scopes, owner));
    }

    /// <summary>What is left of this entry after the Deny has been applied to it.</summary>
    public static IEnumerable<Entry> After(Entry entry, PolicyStatement deny, ResourceOwner owner)
    {
        if (deny.Principals is not { } principals) return [entry];
        if (principals.IsNegated)
        {
            if (deny.Conditions.Count > 0) return [entry];
            var spared = principals.Values.Select(principal => Classify(principal, [], owner)).ToList();
            return entry.Audience switch
            {
                Audience.Everyone => spared,
                // A foreign organization contains accounts that we do not know; the spared ones may be among them.
                Audience.Foreign when entry.Who is not null && !entry.Who.StartsWith("o-", StringComparison.Ordinal) =>
                    spared.Any(s => s.Audience == Audience.Everyone || s.Who == entry.Who) ? [entry] : [],
                _ => [entry],
            };
        }

        if (!principals.Values.Any(denied => IsMeantBy(entry, denied))) return [entry];
        if (deny.Conditions.Count == 0) return [];
        return Confinement.SparedByDeny(deny.Conditions, owner) is { } scopes ? Narrow(entry, scopes, owner) : [entry];
    }

    private static bool IsMeantBy(Entry entry, PolicyPrincipal denied)
    {
        var (type, value) = denied;
        if (type == "*") return value == "*";
        if (string.Equals(type, "AWS", StringComparison.OrdinalIgnoreCase))
        {
            // The star of AWS principals also means the anonymous caller, but neither services nor federated identities.
            if (value == "*")
                return entry.Principal.Type == "*" || string.Equals(entry.Principal.Type, "AWS", StringComparison.OrdinalIgnoreCase);
            if (entry.Principal.Type == "*" || entry.Who is null) return false;
            if (AccountOf(value) is { } account && IsWholeAccount(value)) return account == entry.Who;
        }

        return string.Equals(type, entry.Principal.Type, StringComparison.OrdinalIgnoreCase)
            && string.Equals(value, entry.Principal.Value, StringComparison.Ordinal);
    }

    private static Entry Classify(PolicyPrincipal principal, IReadOnlyList<PolicyCondition> conditions, ResourceOwner owner)
    {
        var entry = principal.Type.ToUpperInvariant() switch
        {
            "*" or "AWS" => Aws(principal.Value, conditions, owner),
            "SERVICE" => principal.Value.Contains('*', StringComparison.Ordinal)
                ? new Entry(Audience.Everyone, null, "It lets every service in")
                : new Entry(Audience.AwsService, principal.Value, $"It lets the service {principal.Value} in"),
            "FEDERATED" => FederatedPrincipal.Classify(principal.Value, conditions, owner),
            "CANONICALUSER" => owner.CanonicalUserIds.Contains(principal.Value, StringComparer.OrdinalIgnoreCase)
                ? new Entry(Audience.OwnAccount, principal.Value, "It lets the account's own canonical user in")
                : AwsOwnedAccounts.IsLogsDelivery(principal.Value)
                ? new Entry(Audience.AwsService, "delivery.logs.amazonaws.com", AwsLogsDelivery)
                : new Entry(Audience.CannotBeTold, principal.Value, CanonicalId),
            _ => new Entry(Audience.Unreadable, null, "It names a principal of an unknown type"),
        };
        return entry with { Principal = principal };
    }

    private static Entry Aws(string value, IReadOnlyList<PolicyCondition> conditions, ResourceOwner owner)
    {
        if (value == "*") return new Entry(Audience.Everyone, null, "It lets everyone in, and " + Unconfined(conditions));
        if (AwsOwnedAccounts.ServiceOf(value) is { } service && AccountOf(value) is { } owned && !owner.Owns(owned))
            return new Entry(Audience.AwsService, service, $"It lets AWS's own account {owned} of {service} in");
        if ((AccountOf(value) ?? (owner.AccountId is { Length: > 0 } own && IsOf(own, value) ? own : null)) is { } account)
            return OfAccount(account, owner);
        if (AwsArn.TryParse(value, out var arn) && arn is { Service: "iam", AccountId: "cloudfront" })
            return new Entry(Audience.AwsService, "cloudfront.amazonaws.com", "It lets a CloudFront origin access identity in");
        if (value.Contains('*', StringComparison.Ordinal))
            return new Entry(Audience.Everyone, null, "It lets principals of any account in: the account is a wildcard");
        return IsUniqueId(value)
            ? new Entry(Audience.CannotBeTold, value, "It names a principal by its unique id, which names no account")
            : new Entry(Audience.CannotBeTold, null, "It names a principal whose account cannot be told");
    }

    internal static Entry OfAccount(string account, ResourceOwner owner)
    {
        if (account == owner.AccountId) return new Entry(Audience.OwnAccount, account, "It lets principals of the account itself in");
        if (owner.Owns(account)) return new Entry(Audience.OwnAccount, account, $"It lets our account {account} in");
        return new Entry(Audience.Foreign, account, $"It lets the foreign account {account} in");
    }

    /// <summary>"no condition confines that", or the conditions that do not, which whoever reads the page wants to see.</summary>
    internal static string Unconfined(IReadOnlyList<PolicyCondition> conditions)
    {
        if (conditions.Count == 0) return "no condition confines that";
        var named = string.Join("; ", conditions.Select(static c => $"{c.Operator} {c.Key} {string.Join(", ", c.Values)}"))
            .Replace(PolicyDocument.Literal, '$');
        return $"its conditions confine that to nobody known: {(named.Length > MostQuoted ? named[..MostQuoted] + "…" : named)}";
    }

    /// <summary>The id of a user, role, group or session (<c>AROA…</c>), as IAM writes it.</summary>
    internal static bool IsUniqueId(ReadOnlySpan<char> text) => text.Length is >= 16 and <= 128
        && text[..4] is "AROA" or "AIDA" or "AGPA" or "AIPA" or "ANPA"
        && text.IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") < 0;

    /// <summary>True for that account however it is written; an id in a record need not have twelve digits.</summary>
    private static bool IsOf(string account, string value) =>
        value == account || (AwsArn.TryParse(value, out var arn) && arn.AccountId == account);

    /// <summary>The account id in a bare id or an ARN; null when there is none.</summary>
    internal static string? AccountOf(string value)
    {
        if (IsAccountId(value)) return value;
        return AwsArn.TryParse(value, out var arn) && IsAccountId(arn.AccountId)
            && !Glob.HasWildcard(arn.Partition + arn.Service + arn.Region) ? arn.AccountId : null;
    }

    internal static bool IsAccountId(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    private static bool IsWholeAccount(string value) => IsAccountId(value)
        || (AwsArn.TryParse(value, out var arn) && arn is { Service: "iam", Resource: "root" });

    /// <summary>The entry, confined to the scopes; null scopes confine nothing.</summary>
    private static IEnumerable<Entry> Narrow(Entry entry, IReadOnlyList<Scope>? scopes, ResourceOwner owner)
    {
        if (scopes is null) return [entry];
        switch (entry.Audience)
        {
            case Audience.Everyone:
                return scopes.Select(scope => scope.ToEntry() with { Principal = entry.Principal });
            case Audience.Foreign:
                // A foreign account stays foreign whatever network it comes from, unless the organization that it must belong to is known
                // to be ours.
                return scopes.Select(scope => scope.Kind switch
                {
                    ScopeKind.Account when owner.Owns(scope.Who) => scope.ToEntry() with { Principal = entry.Principal },
                    ScopeKind.Organization when scope.Who is { } id && owner.OrganizationIds.Contains(id) => scope.ToEntry() with
                    {
                        Principal = entry.Principal,
                    },
                    _ => entry,
                });
            case Audience.AwsService:
                // A service that acts for a foreign account, or for a distribution or topic of one, lets that account in.
                return scopes.Select(
                    scope => scope is { Kind: ScopeKind.Foreign } ? scope.ToEntry() with { Principal = entry.Principal } : entry);
            case Audience.OpenFederation when scopes.All(static s => s.Kind is ScopeKind.Network):
                return [entry with { Audience = Audience.Federated, Reason = $"It lets identities of {entry.Who} in, from our network" }];
            default:
                return [entry];
        }
    }
}
