using System.Collections.Concurrent;
using Amazon.IdentityManagement.Model;
using Amazon.IdentityManagement;
using Responder.Aws;
using Responder.Facts;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>The state of what containment acts on, read at the same time: what an action changes, and nothing more.</summary>
public static class IamTargets
{
    /// <summary>IAM actions that reading for these actions takes.</summary>
    public static IReadOnlyList<string> ReadsOf(IEnumerable<ContainmentAction> actions) => [.. actions.SelectMany(static a => a.Name switch
    {
        "quarantine-user" => (string[])["iam:GetUser", "iam:ListAttachedUserPolicies"],
        "deactivate-keys" => ["iam:GetUser", "iam:ListAccessKeys"],
        "remove-console-password" => ["iam:GetUser", "iam:GetLoginProfile"],
        "quarantine-role" => ["iam:GetRole", "iam:ListAttachedRolePolicies"],
        "revoke-sessions" => ["iam:GetRole", "iam:ListRolePolicies"],
        "detach-from-group" => ["iam:ListAttachedGroupPolicies"],
        "restore-policy-version" => ["iam:ListPolicyVersions", "iam:GetPolicyVersion"],
        _ => throw new ArgumentOutOfRangeException(nameof(actions), a.Name, "an action whose reads nobody declared"),
    }).Distinct()];

    /// <summary>The parts that the actions change, all of them; <see cref="PrincipalState.Missing"/> when IAM knows no such user, role, group or policy.</summary>
    /// <exception cref="Exception">What AWS or the network did to any of the reads.</exception>
    public static Task<PrincipalState> ReadAsync(
        IAmazonIdentityManagementService iam, Principal target, IReadOnlyList<ContainmentAction> actions, CancellationToken cancellationToken) =>
        ReadAsync(iam, target, actions, new Parts(IsStrict: true, cancellationToken));

    /// <summary>The same for undo data: each part is tried twice, and one that cannot be read does not cost the others.</summary>
    public static Task<PrincipalState> ReadPartsAsync(
        IAmazonIdentityManagementService iam, Principal target, IReadOnlyList<ContainmentAction> actions, CancellationToken cancellationToken) =>
        ReadAsync(iam, target, actions, new Parts(IsStrict: false, cancellationToken));

    private static async Task<PrincipalState> ReadAsync(IAmazonIdentityManagementService iam, Principal target, IReadOnlyList<ContainmentAction> actions, Parts parts)
    {
        try
        {
            var state = target.Kind switch
            {
                PrincipalKind.User => await UserAsync(iam, target.Name, actions, parts).ConfigureAwait(false),
                PrincipalKind.Role => await RoleAsync(iam, target.Name, actions, parts).ConfigureAwait(false),
                PrincipalKind.Group => await GroupAsync(iam, target, parts).ConfigureAwait(false),
                PrincipalKind.Policy => await parts.ReadAsync("ListPolicyVersions, GetPolicyVersion", c => PolicyAsync(iam, target, c)).ConfigureAwait(false) ?? new PrincipalState(true, target.Arn, null, []),
                _ => PrincipalState.Missing,
            };
            return state with { Unread = [.. parts.Failures] };
        }
        catch (NoSuchEntityException)
        {
            return PrincipalState.Missing;
        }
    }

    private static async Task<PrincipalState> UserAsync(IAmazonIdentityManagementService iam, string name, IReadOnlyList<ContainmentAction> actions, Parts parts)
    {
        var user = parts.ReadAsync("GetUser", c => iam.GetUserAsync(new GetUserRequest { UserName = name }, c));
        var lists = actions.Contains(ContainmentAction.QuarantineUser);
        var policies = When(lists, () => parts.ReadAsync("ListAttachedUserPolicies", c => UserPoliciesAsync(iam, name, c)));
        var keys = When(actions.Contains(ContainmentAction.DeactivateKeys), () => parts.ReadAsync("ListAccessKeys", c => KeysAsync(iam, name, c)));
        var password = When(actions.Contains(ContainmentAction.RemoveConsolePassword), () => parts.ReadAsync("GetLoginProfile", c => HasPasswordAsync(iam, name, c)));
        await Task.WhenAll([user, policies, keys, password]).ConfigureAwait(false);

        var answer = (await user.ConfigureAwait(false))?.User;
        var attached = await policies.ConfigureAwait(false);
        return new PrincipalState(true, answer?.Arn, answer?.PermissionsBoundary?.PermissionsBoundaryArn, attached ?? [])
        {
            HasUnreadBoundary = answer is null,
            HasUnreadPolicies = lists && attached is null,
            Keys = await keys.ConfigureAwait(false),
            HasPassword = await password.ConfigureAwait(false) is { } has ? has.Length > 0 : null,
        };
    }

    private static async Task<PrincipalState> RoleAsync(IAmazonIdentityManagementService iam, string name, IReadOnlyList<ContainmentAction> actions, Parts parts)
    {
        var role = parts.ReadAsync("GetRole", c => iam.GetRoleAsync(new GetRoleRequest { RoleName = name }, c));
        var lists = actions.Contains(ContainmentAction.QuarantineRole);
        var policies = When(lists, () => parts.ReadAsync("ListAttachedRolePolicies", c => RolePoliciesAsync(iam, name, c)));
        var inline = When(actions.Contains(ContainmentAction.RevokeSessions), () => parts.ReadAsync("ListRolePolicies", c => InlineNamesAsync(iam, name, c)));
        await Task.WhenAll([role, policies, inline]).ConfigureAwait(false);

        var answer = (await role.ConfigureAwait(false))?.Role;
        var attached = await policies.ConfigureAwait(false);
        return new PrincipalState(true, answer?.Arn, answer?.PermissionsBoundary?.PermissionsBoundaryArn, attached ?? [])
        {
            HasUnreadBoundary = answer is null,
            HasUnreadPolicies = lists && attached is null,
            InlinePolicyNames = await inline.ConfigureAwait(false),
        };
    }

    private static async Task<PrincipalState> GroupAsync(IAmazonIdentityManagementService iam, Principal group, Parts parts)
    {
        var attached = await parts.ReadAsync("ListAttachedGroupPolicies", c => GroupPoliciesAsync(iam, group.Name, c)).ConfigureAwait(false);
        return new PrincipalState(true, group.Arn, null, attached ?? []) { HasUnreadPolicies = attached is null };
    }

    /// <summary>Reads that run at the same time. Null stands for one that failed, unless they are strict: then it is thrown.</summary>
    private sealed record Parts(bool IsStrict, CancellationToken CancellationToken)
    {
        public ConcurrentQueue<string> Failures { get; } = new();

        public async Task<T?> ReadAsync<T>(string action, Func<CancellationToken, Task<T>> read) where T : class
        {
            for (var isFirst = true; ; isFirst = false)
            {
                try
                {
                    return await read(CancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (!IsStrict && e is not NoSuchEntityException && AwsFailure.Is(e))
                {
                    if (isFirst && !CancellationToken.IsCancellationRequested) continue;
                    Failures.Enqueue(AwsFailure.Describe(action, e));
                    return null;
                }
            }
        }
    }

    private static Task<T?> When<T>(bool wanted, Func<Task<T?>> read) where T : class => wanted ? read() : Task.FromResult<T?>(null);

    private static async Task<IReadOnlyList<string>> UserPoliciesAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        var arns = new List<string>();
        var request = new ListAttachedUserPoliciesRequest { UserName = name };
        do
        {
            var page = await iam.ListAttachedUserPoliciesAsync(request, cancellationToken).ConfigureAwait(false);
            arns.AddRange((page.AttachedPolicies ?? []).Select(static p => p.PolicyArn));
            request.Marker = page.IsTruncated == true ? page.Marker : null;
        }
        while (request.Marker is not null);

        return arns;
    }

    private static async Task<IReadOnlyList<string>> RolePoliciesAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        var arns = new List<string>();
        var request = new ListAttachedRolePoliciesRequest { RoleName = name };
        do
        {
            var page = await iam.ListAttachedRolePoliciesAsync(request, cancellationToken).ConfigureAwait(false);
            arns.AddRange((page.AttachedPolicies ?? []).Select(static p => p.PolicyArn));
            request.Marker = page.IsTruncated == true ? page.Marker : null;
        }
        while (request.Marker is not null);

        return arns;
    }

    private static async Task<IReadOnlyList<string>> GroupPoliciesAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        var arns = new List<string>();
        var request = new ListAttachedGroupPoliciesRequest { GroupName = name };
        do
        {
            var page = await iam.ListAttachedGroupPoliciesAsync(request, cancellationToken).ConfigureAwait(false);
            arns.AddRange((page.AttachedPolicies ?? []).Select(static p => p.PolicyArn));
            request.Marker = page.IsTruncated == true ? page.Marker : null;
        }
        while (request.Marker is not null);

        return arns;
    }

    private static async Task<IReadOnlyList<AccessKeyState>> KeysAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        var keys = new List<AccessKeyState>();
        var request = new ListAccessKeysRequest { UserName = name };
        do
        {
            var page = await iam.ListAccessKeysAsync(request, cancellationToken).ConfigureAwait(false);
            keys.AddRange((page.AccessKeyMetadata ?? []).Select(static k => new AccessKeyState(k.AccessKeyId, k.Status == StatusType.Active)));
            request.Marker = page.IsTruncated == true ? page.Marker : null;
        }
        while (request.Marker is not null);

        return keys;
    }

    /// <summary>Empty: none.</summary>
    private static async Task<string> HasPasswordAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        try
        {
            await iam.GetLoginProfileAsync(new GetLoginProfileRequest { UserName = name }, cancellationToken).ConfigureAwait(false);
            return "password";
        }
        catch (NoSuchEntityException)
        {
            return "";
        }
    }

    private static async Task<IReadOnlyList<string>> InlineNamesAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var request = new ListRolePoliciesRequest { RoleName = name };
        do
        {
            var page = await iam.ListRolePoliciesAsync(request, cancellationToken).ConfigureAwait(false);
            names.AddRange(page.PolicyNames ?? []);
            request.Marker = page.IsTruncated == true ? page.Marker : null;
        }
        while (request.Marker is not null);

        return names;
    }

    /// <summary>
    /// The versions of a customer policy. IAM does not tell which one was the default before, so the newest other one that grants less
    /// stands in for it; a version that cannot be read is not chosen.
    /// </summary>
    private static async Task<PrincipalState> PolicyAsync(IAmazonIdentityManagementService iam, Principal policy, CancellationToken cancellationToken)
    {
        var arn = policy.Arn ?? throw new InvalidOperationException("a policy is named by its ARN");
        var versions = new List<PolicyVersion>();
        var request = new ListPolicyVersionsRequest { PolicyArn = arn };
        do
        {
            var page = await iam.ListPolicyVersionsAsync(request, cancellationToken).ConfigureAwait(false);
            versions.AddRange(page.Versions ?? []);
            request.Marker = page.IsTruncated == true ? page.Marker : null;
        }
        while (request.Marker is not null);

        string? safer = null;
        foreach (var version in versions.Where(static v => v.IsDefaultVersion != true).OrderByDescending(static v => Number(v.VersionId)))
        {
            var answer = await iam.GetPolicyVersionAsync(new GetPolicyVersionRequest { PolicyArn = arn, VersionId = version.VersionId }, cancellationToken).ConfigureAwait(false);
            var verdict = IdentityAccess.WhatIsGranted(PolicyDocument.Read(Uri.UnescapeDataString(answer.PolicyVersion.Document ?? "")), policy.AccountId);
            if (verdict.Level is PowerLevel.Unreadable or PowerLevel.Administrator) continue;
            safer = version.VersionId;
            break;
        }

        return new PrincipalState(true, arn, null, [])
        {
            DefaultVersion = versions.FirstOrDefault(static v => v.IsDefaultVersion == true)?.VersionId,
            SaferVersion = safer,
        };
    }

    private static int Number(string versionId) =>
        int.TryParse(versionId.AsSpan(1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
}
