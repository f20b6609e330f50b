namespace Responder.Policies;

/// <summary>The values that a condition key may have in the calls of a holder, as patterns.</summary>
/// <param name="May">Every value that it may have; more than that does no harm.</param>
/// <param name="All">Patterns that surely cover each of its values; null where that cannot be said.</param>
/// <param name="IsAlwaysThere">No call of the holder lacks the key.</param>
internal sealed record KeyValues(IReadOnlyList<string> May, IReadOnlyList<string>? All, bool IsAlwaysThere);

/// <summary>
/// What is certain about the calls of whoever holds a policy: which keys a call lacks, and which values a key has. Source:
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and the Service Authorization Reference.
/// </summary>
internal static class HolderKeys
{
    private const string Anybody = "*";

    private static readonly string[] s_partitions = ["aws", "aws-cn", "aws-us-gov"];

    /// <summary>The calls that carry <c>iam:PolicyARN</c>.</summary>
    private static readonly HashSet<string> s_withPolicy = new(StringComparer.OrdinalIgnoreCase)
    {
        "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:DetachGroupPolicy", "iam:DetachRolePolicy",
        "iam:DetachUserPolicy",
    };

    /// <summary>The calls that carry <c>iam:PermissionsBoundary</c>.</summary>
    private static readonly HashSet<string> s_withBoundary = new(StringComparer.OrdinalIgnoreCase)
    {
        "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreateRole", "iam:CreateUser", "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy", "iam:DeleteUserPermissionsBoundary", "iam:DeleteUserPolicy", "iam:DetachRolePolicy",
        "iam:DetachUserPolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:PutUserPermissionsBoundary",
        "iam:PutUserPolicy",
    };

    /// <summary>Keys of federated sign-ins, which sessions of roles keep and a user never has.</summary>
    private static readonly string[] s_ofFederation = ["saml:", "accounts.google.com:", "cognito-identity.amazonaws.com:"];

    /// <summary>
    /// True when no call of this action by the holder carries the key. Only keys of which that is documented are known; of any other the
    /// answer is false. A session name and the like may be met by a session of the holder, so they are lacking for users only.
    /// </summary>
    public static bool Lacks(string key, string action, Circumstances circumstances)
    {
        if (Is(key, "iam:PassedToService")) return !Is(action, EscalationPaths.PassRole.Action);
        if (Is(key, "iam:PolicyARN")) return !s_withPolicy.Contains(action);
        if (Is(key, "iam:PermissionsBoundary")) return !s_withBoundary.Contains(action);
        if (IdentityConditions.IsOfCalls(key))
            return !IsOf(action, key[..key.IndexOf(':', StringComparison.Ordinal)])
                && !(Begins(key, "ec2:") && IsOf(action, "ec2-instance-connect"));
        if (Is(key, "sts:ExternalId")) return !Is(action, "sts:AssumeRole");
        if (circumstances.Holder is not { Type: "user" }) return false;
        if (Begins(key, "sts:")) return !IsOf(action, "sts");
        return Array.Exists(s_ofFederation, of => Begins(key, of));
    }

    /// <summary>The values of the key in every call of the action; null when nothing is certain about them.</summary>
    /// <param name="action">Null for any action.</param>
    public static KeyValues? Of(string key, string? action, Circumstances circumstances)
    {
        var (holder, account) = (circumstances.Holder, circumstances.AccountId);
        var ofIam = action is not null && IsOf(action, "iam");
        return key.ToUpperInvariant() switch
        {
            "AWS:PRINCIPALISAWSSERVICE" => new KeyValues(["false"], ["false"], true),
            "AWS:PRINCIPALARN" => new KeyValues(Arns(circumstances, holder), Arns(circumstances, Unnamed(holder)), true),
            "AWS:PRINCIPALACCOUNT" when account is not null => new KeyValues([account], [account], true),
            "AWS:PRINCIPALTYPE" => Types(holder),
            "AWS:USERNAME" when holder is { Type: "user", Name: not Anybody } => new KeyValues([holder.Name], null, false),
            "AWS:USERNAME" when holder is { Type: "role" } => new KeyValues([], null, false),
            "AWS:PRINCIPALORGID" or "AWS:RESOURCEORGID" when circumstances.OrganizationIds is { Count: > 0 } ours =>
                new KeyValues([.. ours], null, false),
            "AWS:PRINCIPALORGPATHS" or "AWS:RESOURCEORGPATHS" when circumstances.OrganizationIds is { Count: > 0 } ours =>
                new KeyValues([.. ours.Select(static id => id + "/*")], null, false),
            // IAM answers by TLS only; of other services that is not sure.
            "AWS:SECURETRANSPORT" when ofIam => new KeyValues(["true"], ["true"], true),
            // Nearly every call has it; what is not the account's own is no power in the account.
            "AWS:RESOURCEACCOUNT" when account is not null => new KeyValues([account], [account], true),
            _ => null,
        };
    }

    private static OwnThing? Unnamed(OwnThing? holder) => holder is null ? null : holder with { Name = Anybody };

    /// <summary>A user is also who a federation token of his is for; a session of a role has the ARN of the role.</summary>
    private static string[] Arns(Circumstances circumstances, OwnThing? holder)
    {
        var account = circumstances.AccountId ?? "*";
        IEnumerable<string> resources = holder switch
        {
            null => ["iam::{0}:*", "sts::{0}:*"],
            { Name: Anybody } => [$"iam::{{0}}:{holder.Type}/*"],
            _ => [$"iam::{{0}}:{holder.Type}/{holder.Name}", $"iam::{{0}}:{holder.Type}/*/{holder.Name}"],
        };
        if (holder is { Type: "user" }) resources = resources.Append("sts::{0}:federated-user/*");
        return [.. (circumstances.Partition is { } own ? [own] : s_partitions).SelectMany(partition =>
            resources.Select(resource => $"arn:{partition}:{resource.Replace("{0}", account, StringComparison.Ordinal)}"))];
    }

    private static KeyValues Types(OwnThing? holder)
    {
        string[] types = holder switch
        {
            { Type: "user" } => ["User", "FederatedUser"],
            { Type: "role" } => ["AssumedRole"],
            _ => ["User", "FederatedUser", "AssumedRole"],
        };
        return new KeyValues(types, types, true);
    }

    private static bool IsOf(string action, string service) =>
        action.Length > service.Length && action[service.Length] == ':' && Begins(action, service);

    private static bool Is(string a, string b) => ConditionTest.IsKey(a, b);

    private static bool Begins(string text, string beginning) => text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);
}
