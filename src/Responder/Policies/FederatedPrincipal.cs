using Responder.Events;

namespace Responder.Policies;

/// <summary>
/// Decides which of a provider's identities a federated principal in a role's trust policy lets in. Condition keys of web identities begin
/// with the provider's name: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
/// </summary>
internal static class FederatedPrincipal
{
    // These providers share one issuer among all customers: anybody can request the audience, so the subject must name the tenant.
    private static readonly HashSet<string> s_sharedIssuers = new(StringComparer.OrdinalIgnoreCase)
    {
        "token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com", "oidc.vercel.com",
        "oidc.codefresh.io", "oidc.modal.com",
    };

    /// <summary>
    /// Providers with which anybody can register an application or a pool of identities: only the whole id of one's own confines.
    /// </summary>
    private static readonly HashSet<string> s_publicIssuers = new(StringComparer.OrdinalIgnoreCase)
    {
        "cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com", "api.amazon.com",
        "appleid.apple.com",
    };

    public static Entry Classify(string value, IReadOnlyList<PolicyCondition> conditions, ResourceOwner owner)
    {
        if (value.Contains('*', StringComparison.Ordinal))
            return new Entry(Audience.Everyone, null, "It lets identities of every federation in");
        var provider = value;
        if (AwsArn.TryParse(value, out var arn))
        {
            if (arn.AccountId != owner.AccountId && owner.AccountId is not null) return Callers.OfAccount(arn.AccountId, owner);
            if (arn.Resource.StartsWith("saml-provider/", StringComparison.Ordinal))
                return Verdict(
                    value, conditions.Any(
                        static c => c.Key.StartsWith("saml:", StringComparison.OrdinalIgnoreCase) && Holds(c)
                        && c.Values.All(static v => v.Trim('*', '?').Length > 0)), conditions);
            provider = arn.Resource.StartsWith("oidc-provider/", StringComparison.Ordinal)
                ? arn.Resource["oidc-provider/".Length..]
                : arn.Resource;
        }

        return Verdict(value, conditions.Any(condition => Confines(condition, provider)), conditions);
    }

    private static Entry Verdict(string provider, bool confined, IReadOnlyList<PolicyCondition> conditions) => confined
        ? new Entry(Audience.Federated, provider, $"It lets identities of {provider} in, confined by a condition")
        : new Entry(Audience.OpenFederation, provider, $"It lets any identity of {provider} in, {Callers.Unconfined(conditions)}");

    private static bool Holds(PolicyCondition condition) => ConditionTest.Of(condition) is { IsPositive: true, HoldsWhenAbsent: false }
        && condition.Values.Count > 0;

    private static bool Confines(PolicyCondition condition, string provider)
    {
        if (!condition.Key.StartsWith(provider + ":", StringComparison.OrdinalIgnoreCase) || !Holds(condition)) return false;
        var claim = condition.Key[(provider.Length + 1)..].ToUpperInvariant();
        var literal = condition.Operator.Contains("StringEquals", StringComparison.OrdinalIgnoreCase);
        var issuer = provider.Split('/')[0];
        if (s_publicIssuers.Contains(issuer))
            return claim is "SUB" or "AUD" or "AZP" or "OAUD" or "APP_ID" or "USER_ID" or "EMAIL"
                && condition.Values.All(v => v.Length > 0 && Prefix(v, literal).Length == v.Length);
        if (!s_sharedIssuers.Contains(issuer))
            return claim is "SUB" or "AUD" or "AZP" or "APP_ID" or "USER_ID" or "EMAIL"
                && condition.Values.All(v => Prefix(v, literal).Length > 0);
        return claim switch
        {
            "SUB" or "JOB_WORKFLOW_REF" => condition.Values.All(v => NamesTenant(Prefix(v, literal))),
            "REPOSITORY" => condition.Values.All(v => Prefix(v, literal).IndexOf('/', StringComparison.Ordinal) > 0),
            "REPOSITORY_ID" or "REPOSITORY_OWNER" or "REPOSITORY_OWNER_ID" =>
                condition.Values.All(v => v.Length > 0 && Prefix(v, literal).Length == v.Length),
            _ => false,
        };
    }

    /// <summary>The text before the first wildcard or variable; an operator without wildcards takes a star literally.</summary>
    private static string Prefix(string value, bool literal)
    {
        var end = value.AsSpan().IndexOfAny(literal ? "$" : "*?$");
        return end < 0 ? value : value[..end];
    }

    /// <summary>
    /// True when the prefix names a tenant, as in <c>repo:owner/…</c> or <c>organization:name:…</c>. A separator must end the tenant's
    /// name, or whoever registers a longer name gets in.
    /// </summary>
    private static bool NamesTenant(string prefix)
    {
        var colon = prefix.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return prefix.IndexOf('/', StringComparison.Ordinal) > 0;
        return prefix.AsSpan(colon + 1).IndexOfAny(':', '/') > 0;
    }
}
