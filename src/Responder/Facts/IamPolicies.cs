using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Detections;
using Responder.Events;

namespace Responder.Facts;

/// <summary>
/// The policies of groups and roles, in two round trips: what there is, then every document that an ARN does not already tell. A document that
/// cannot be read is an empty text, which no reader takes for a policy: what the others say still counts.
/// </summary>
internal sealed class IamPolicies(IAmazonIdentityManagementService iam)
{
    /// <summary>A page holds 100. IAM's quotas end long before; this only ends an endpoint that goes on forever.</summary>
    private const int MostPages = 10;

    /// <summary>What reading a policy, a role or an instance profile takes.</summary>
    public static IReadOnlyList<string> RolePermissions { get; } =
        ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:GetInstanceProfile"];

    public static IReadOnlyList<string> GroupPermissions { get; } = ["iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies", "iam:GetGroupPolicy"];

    /// <summary>What asking who has a policy takes.</summary>
    public static IReadOnlyList<string> HolderPermissions { get; } = ["iam:ListEntitiesForPolicy"];

    /// <summary>Who has the policy and, when a version is named, what it says, at the same time. One that fails does not take the other along.</summary>
    public async Task<Answer> HoldersAsync(string policyArn, string? versionId, CancellationToken cancellationToken)
    {
        var holders = HoldersOrFailureAsync(policyArn, cancellationToken);
        var document = versionId is null ? Task.FromResult<string?>(null) : ReadOrNullAsync(DocumentAsync(policyArn, versionId, cancellationToken));
        await Task.WhenAll(holders, document).ConfigureAwait(false);
        var (principals, failure) = await holders.ConfigureAwait(false);
        return new Answer.PolicyHolders(await document.ConfigureAwait(false), principals) { Failure = failure };
    }

    private async Task<(IReadOnlyList<Principal>? Holders, string? Failure)> HoldersOrFailureAsync(string policyArn, CancellationToken cancellationToken)
    {
        try
        {
            return (await HoldersOfAsync(policyArn, cancellationToken).ConfigureAwait(false), null);
        }
        catch (NoSuchEntityException)
        {
            return (null, null);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return (null, AwsFailure.Describe("ListEntitiesForPolicy", e));
        }
    }

    private async Task<IReadOnlyList<Principal>> HoldersOfAsync(string policyArn, CancellationToken cancellationToken)
    {
        var account = AwsArn.TryParse(policyArn, out var arn) ? arn.AccountId : null;
        return await PagesAsync(async marker =>
        {
            var page = await iam.ListEntitiesForPolicyAsync(
                new ListEntitiesForPolicyRequest { PolicyArn = policyArn, PolicyUsageFilter = PolicyUsageType.PermissionsPolicy, Marker = marker }, cancellationToken).ConfigureAwait(false);
            var holders = (page.PolicyUsers ?? []).Select(user => new Principal(PrincipalKind.User, account, user.UserName))
                .Concat((page.PolicyRoles ?? []).Select(role => new Principal(PrincipalKind.Role, account, role.RoleName)))
                .Concat((page.PolicyGroups ?? []).Select(group => new Principal(PrincipalKind.Group, account, group.GroupName)));
            return ((IEnumerable<Principal>?)holders, page.IsTruncated, page.Marker);
        }).ConfigureAwait(false);
    }

    /// <summary>The named version of a managed policy, or the default one.</summary>
    public async Task<string> DocumentAsync(string policyArn, string? versionId, CancellationToken cancellationToken)
    {
        versionId ??= (await iam.GetPolicyAsync(new GetPolicyRequest { PolicyArn = policyArn }, cancellationToken).ConfigureAwait(false)).Policy.DefaultVersionId;
        var version = await iam.GetPolicyVersionAsync(new GetPolicyVersionRequest { PolicyArn = policyArn, VersionId = versionId }, cancellationToken).ConfigureAwait(false);
        return Uri.UnescapeDataString(version.PolicyVersion.Document ?? "");
    }

    public async Task<Answer> GroupAsync(string name, CancellationToken cancellationToken)
    {
        var attached = PagesAsync(async marker =>
        {
            var page = await iam.ListAttachedGroupPoliciesAsync(new ListAttachedGroupPoliciesRequest { GroupName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
            return (page.AttachedPolicies?.Select(static p => p.PolicyArn), page.IsTruncated, page.Marker);
        });
        var inline = PagesAsync(async marker =>
        {
            var page = await iam.ListGroupPoliciesAsync(new ListGroupPoliciesRequest { GroupName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
            return ((IEnumerable<string>?)page.PolicyNames, page.IsTruncated, page.Marker);
        });
        var (arns, documents) = await ReadAsync(attached, inline, async policy =>
            (await iam.GetGroupPolicyAsync(new GetGroupPolicyRequest { GroupName = name, PolicyName = policy }, cancellationToken).ConfigureAwait(false)).PolicyDocument,
            cancellationToken).ConfigureAwait(false);
        return new Answer.GroupPolicies(arns, documents);
    }

    public async Task<Answer> RoleAsync(string name, CancellationToken cancellationToken)
    {
        var attached = PagesAsync(async marker =>
        {
            var page = await iam.ListAttachedRolePoliciesAsync(new ListAttachedRolePoliciesRequest { RoleName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
            return (page.AttachedPolicies?.Select(static p => p.PolicyArn), page.IsTruncated, page.Marker);
        });
        var inline = PagesAsync(async marker =>
        {
            var page = await iam.ListRolePoliciesAsync(new ListRolePoliciesRequest { RoleName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
            return ((IEnumerable<string>?)page.PolicyNames, page.IsTruncated, page.Marker);
        });
        var (arns, documents) = await ReadAsync(attached, inline, async policy =>
            (await iam.GetRolePolicyAsync(new GetRolePolicyRequest { RoleName = name, PolicyName = policy }, cancellationToken).ConfigureAwait(false)).PolicyDocument,
            cancellationToken).ConfigureAwait(false);
        return new Answer.RolePolicies(name, arns, documents);
    }

    /// <summary>The policies of the role that the profile hands out; a profile takes one at most.</summary>
    public async Task<Answer> InstanceProfileAsync(string name, CancellationToken cancellationToken)
    {
        var profile = await iam.GetInstanceProfileAsync(new GetInstanceProfileRequest { InstanceProfileName = name }, cancellationToken).ConfigureAwait(false);
        return profile.InstanceProfile.Roles is [{ RoleName: { } role }, ..]
            ? await RoleAsync(role, cancellationToken).ConfigureAwait(false)
            : new Answer.Unanswered($"instance profile {name} has no role");
    }

    private async Task<(IReadOnlyList<string> Arns, IReadOnlyList<string> Documents)> ReadAsync(
        Task<List<string>> attached, Task<List<string>> inline, Func<string, Task<string?>> read, CancellationToken cancellationToken)
    {
        await Task.WhenAll(attached, inline).ConfigureAwait(false);
        var arns = await attached.ConfigureAwait(false);
        var documents = arns.Where(static a => AwsArn.TryParse(a, out var arn) && arn.AccountId != "aws").Select(a => DocumentAsync(a, null, cancellationToken))
            .Concat((await inline.ConfigureAwait(false)).Select(async policy => Uri.UnescapeDataString(await read(policy).ConfigureAwait(false) ?? "")));
        return (arns, await Task.WhenAll(documents.Select(EmptyIfUnreadAsync)).ConfigureAwait(false));
    }

    private static async Task<string> EmptyIfUnreadAsync(Task<string> document) => await ReadOrNullAsync(document).ConfigureAwait(false) ?? "";

    private static async Task<T?> ReadOrNullAsync<T>(Task<T> reading) where T : class
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return null;
        }
    }

    /// <exception cref="TimeoutException">The list does not end: an answer that lacks its end would say too little.</exception>
    private static async Task<List<T>> PagesAsync<T>(Func<string?, Task<(IEnumerable<T>? Items, bool? More, string? Marker)>> read)
    {
        var all = new List<T>();
        string? marker = null;
        for (var page = 0; page < MostPages; page++)
        {
            var (items, more, next) = await read(marker).ConfigureAwait(false);
            all.AddRange(items ?? []);
            if (more != true || next is null) return all;
            marker = next;
        }

        throw new TimeoutException($"more than {MostPages} pages of one list");
    }
}
