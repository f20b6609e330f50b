using System.Collections.Concurrent;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Detections;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>
/// Reads the policies of users, groups and roles in two round trips: first what there is, then every document whose content the ARN does
/// not already tell. A document that cannot be read becomes an empty text, which nobody takes for a policy, so the others still count.
/// </summary>
internal sealed partial class IamPolicies(IAmazonIdentityManagementService iam)
{
    /// <summary>What could not be read although another try may succeed; the answer is then less than the whole.</summary>
    public ConcurrentQueue<string> Unread { get; } = new();

    /// <summary>
    /// The most pages of one list. A page holds 100 entries and IAM's quotas are far lower, so this only stops an endpoint that never ends.
    /// </summary>
    private const int MostPages = 10;

    /// <summary>The most holders of a policy that are read one by one; each costs a call.</summary>
    private const int MostJudged = 20;

    /// <summary>The IAM actions for reading a policy, a role or an instance profile.</summary>
    public static IReadOnlyList<string> RolePermissions { get; } =
        ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy",
            "iam:GetInstanceProfile"];

    public static IReadOnlyList<string> GroupPermissions { get; } = [
        "iam:GetGroup", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies", "iam:GetGroupPolicy"];

    public static IReadOnlyList<string> UserPermissions { get; } = [
        "iam:ListAttachedUserPolicies", "iam:ListUserPolicies", "iam:GetUserPolicy", "iam:ListGroupsForUser"];

    /// <summary>The IAM actions for reading what a policy said before, who has it, and who of them is contained.</summary>
    public static IReadOnlyList<string> HolderPermissions { get; } = [
        "iam:ListPolicyVersions", "iam:ListEntitiesForPolicy", "iam:GetUser", "iam:GetRole"];

    /// <summary>
    /// Who has the policy and, when a version is named, what it says; both are read at the same time, and if one fails the other still
    /// counts.
    /// </summary>
    public async Task<Answer> HoldersAsync(string policyArn, string? versionId, CancellationToken cancellationToken)
    {
        var holders = HoldersOrFailureAsync(policyArn, cancellationToken);
        var version = versionId is null
            ? Task.FromResult<(string?, bool?)>((null, null))
            : VersionAsync(policyArn, versionId, cancellationToken);
        await Task.WhenAll(holders, version).ConfigureAwait(false);
        var (principals, failure) = await holders.ConfigureAwait(false);
        var (document, isInForce) = await version.ConfigureAwait(false);
        return new Answer.PolicyHolders(document, principals) { Failure = failure, IsInForce = isInForce };
    }

    private async Task<(IReadOnlyList<Principal>? Holders, string? Failure)> HoldersOrFailureAsync(
        string policyArn, CancellationToken cancellationToken)
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
                new ListEntitiesForPolicyRequest
                {
                    PolicyArn = policyArn,
                    PolicyUsageFilter = PolicyUsageType.PermissionsPolicy,
                    Marker = marker,
                }, cancellationToken).ConfigureAwait(false);
            var holders = (page.PolicyUsers ?? [])
                .Select(user => new Principal(PrincipalKind.User, account, user.UserName) { Id = user.UserId })
                .Concat((page.PolicyRoles ?? [])
                .Select(role => new Principal(PrincipalKind.Role, account, role.RoleName) { Id = role.RoleId }))
                .Concat((page.PolicyGroups ?? []).Select(group => new Principal(PrincipalKind.Group, account, group.GroupName)));
            return ((IEnumerable<Principal>?)holders, page.IsTruncated, page.Marker);
        }).ConfigureAwait(false);
    }

    /// <summary>
    /// Everybody who has the policy now, and which of the users and roles among them have our boundary. A list that is longer than
    /// <see cref="MostJudged"/> leaves the rest as not contained.
    /// </summary>
    /// <param name="account">The account that is asked: an AWS managed policy's ARN does not name one.</param>
    public async Task<IReadOnlyList<PolicyHolder>> HoldersNowAsync(
        string policyArn, string? account, CancellationToken cancellationToken)
    {
        var holders = (await HoldersOfAsync(policyArn, cancellationToken).ConfigureAwait(false))
            .Select(holder => holder with { AccountId = account }).ToArray();
        var judged = holders.Take(MostJudged).Select(async holder =>
            new PolicyHolder(holder, await IsContainedAsync(holder, cancellationToken).ConfigureAwait(false)));
        return [.. await Task.WhenAll(judged).ConfigureAwait(false), .. holders.Skip(MostJudged)
            .Select(static h => new PolicyHolder(h, false))];
    }

    private async Task<bool> IsContainedAsync(Principal holder, CancellationToken cancellationToken)
    {
        try
        {
            var boundary = holder.Kind switch
            {
                PrincipalKind.User => (await iam.GetUserAsync(new GetUserRequest { UserName = holder.Name }, cancellationToken)
                    .ConfigureAwait(false)).User.PermissionsBoundary,
                PrincipalKind.Role => (await iam.GetRoleAsync(new GetRoleRequest { RoleName = holder.Name }, cancellationToken)
                    .ConfigureAwait(false)).Role.PermissionsBoundary,
                _ => null,
            };
            return AwsArn.TryParse(boundary?.PermissionsBoundaryArn, out var arn) && arn.IsAwsManagedPolicy("AWSDenyAll");
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return false; // whoever cannot be read is named as one who has the policy
        }
    }

    /// <summary>
    /// True when a boundary with this policy surely keeps a principal from being an administrator. One that cannot be read is not taken for
    /// such a boundary.
    /// </summary>
    public async Task<bool> WithholdsAsync(
        string boundaryArn, Principal holder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ManagedPolicies.KindOf(boundaryArn) is not (ManagedPolicyKind.Customer or ManagedPolicyKind.Unknown) and var kind)
            return kind is not (ManagedPolicyKind.Administrator or ManagedPolicyKind.Escalation);
        try
        {
            var document = PolicyDocument.Read(await DocumentAsync(boundaryArn, null, cancellationToken).ConfigureAwait(false));
            var circumstances = new Circumstances(
                holder.AccountId, AwsArn.TryParse(boundaryArn, out var arn) ? arn.Partition : null, now,
                [new OwnThing(holder.Kind.ToString().ToLowerInvariant(), holder.Name), new OwnThing("policy", arn?.Name ?? boundaryArn)]);
            return document.IsReadable && !IdentityAccess.WhatIsGranted(document, circumstances).IsEscalationCapable;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return false;
        }
    }

    /// <summary>
    /// Whether the principal has the inline policy or is in the group that the grant names; null when it is about neither, or IAM does not
    /// say.
    /// </summary>
    public async Task<bool?> HoldsAsync(Principal principal, AdministratorGrant grant, CancellationToken cancellationToken)
    {
        try
        {
            if (grant.InlinePolicyName is { } policy)
            {
                await InlineDocumentAsync(principal.Kind, principal.Name, policy, cancellationToken).ConfigureAwait(false);
                return true;
            }

            return grant.GroupName is { } group && principal.Kind == PrincipalKind.User
                ? (await GroupsAsync(principal.Name, cancellationToken).ConfigureAwait(false))
                .Contains(group, StringComparer.OrdinalIgnoreCase)
                : null;
        }
        catch (NoSuchEntityException)
        {
            return false;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return null;
        }
    }

    /// <summary>The document of a managed policy: the named version, or else the default one.</summary>
    public async Task<string> DocumentAsync(string policyArn, string? versionId, CancellationToken cancellationToken)
    {
        versionId ??= (
            await iam.GetPolicyAsync(new GetPolicyRequest { PolicyArn = policyArn }, cancellationToken)
            .ConfigureAwait(false)).Policy.DefaultVersionId;
        var version = await iam.GetPolicyVersionAsync(
            new GetPolicyVersionRequest { PolicyArn = policyArn, VersionId = versionId }, cancellationToken).ConfigureAwait(false);
        return Uri.UnescapeDataString(version.PolicyVersion.Document ?? "");
    }

    public async Task<Answer> RoleAsync(string name, CancellationToken cancellationToken)
    {
        var held = await OwnAsync(PrincipalKind.Role, name, readsAwsManaged: false, cancellationToken).ConfigureAwait(false);
        return new Answer.RolePolicies(name, ArnsOf(held), DocumentsOf(held));
    }

    /// <summary>
    /// Everything that a principal has, including the documents of AWS managed policies, because any of them may contain part of a path to
    /// administrator. Groups whose policies cannot be read do not hide what the user itself has.
    /// </summary>
    public async Task<Answer> HeldAsync(PrincipalKind kind, string name, CancellationToken cancellationToken)
    {
        var own = OwnAsync(kind, name, readsAwsManaged: true, cancellationToken);
        var ofGroups = kind == PrincipalKind.User
            ? ReadOrNullAsync(OfGroupsAsync(name, cancellationToken))
            : Task.FromResult<List<HeldPolicy>?>(null);
        await Task.WhenAll((Task[])[own, ofGroups]).ConfigureAwait(false);
        return new Answer.HeldPolicies([.. await own.ConfigureAwait(false), .. await ofGroups.ConfigureAwait(false) ?? []]);
    }

    private async Task<List<HeldPolicy>> OfGroupsAsync(string userName, CancellationToken cancellationToken)
    {
        var groups = await GroupsAsync(userName, cancellationToken).ConfigureAwait(false);
        var held = await Task.WhenAll(groups.Select(async group =>
            (await ReadOrNullAsync(OwnAsync(PrincipalKind.Group, group, readsAwsManaged: true, cancellationToken)).ConfigureAwait(false)
                ?? []).Select(p => p with { Group = group })))
            .ConfigureAwait(false);
        return [.. held.SelectMany(static policies => policies)];
    }

    private Task<List<string>> GroupsAsync(string userName, CancellationToken cancellationToken) => PagesAsync(async marker =>
    {
        var page = await iam.ListGroupsForUserAsync(
            new ListGroupsForUserRequest { UserName = userName, Marker = marker }, cancellationToken).ConfigureAwait(false);
        return (page.Groups?.Select(static g => g.GroupName), page.IsTruncated, page.Marker);
    });

    /// <summary>The policies of the role that the profile hands out; a profile has at most one role.</summary>
    public async Task<Answer> InstanceProfileAsync(string name, CancellationToken cancellationToken)
    {
        var profile = await iam.GetInstanceProfileAsync(new GetInstanceProfileRequest { InstanceProfileName = name }, cancellationToken)
            .ConfigureAwait(false);
        return profile.InstanceProfile.Roles is [{ RoleName: { } role }, ..]
            ? await RoleAsync(role, cancellationToken).ConfigureAwait(false)
            : new Answer.Unanswered($"instance profile {name} has no role");
    }

    private static List<string> ArnsOf(IEnumerable<HeldPolicy> held) => [.. held.Select(static p => p.Arn).OfType<string>()];

    /// <summary>The documents without those of AWS managed policies, whose ARNs tell enough.</summary>
    private static List<string> DocumentsOf(IEnumerable<HeldPolicy> held) =>
        [.. held.Where(static p => !IsAwsManaged(p.Arn)).Select(static p => p.Document)];

    private static bool IsAwsManaged(string? policyArn) => policyArn is not null
        && !(AwsArn.TryParse(policyArn, out var arn) && arn.AccountId != "aws");

    /// <param name="readsAwsManaged">Whether the documents of AWS managed policies are read; otherwise they are empty.</param>
    private async Task<List<HeldPolicy>> OwnAsync(
        PrincipalKind kind, string name, bool readsAwsManaged, CancellationToken cancellationToken)
    {
        var attached = PagesAsync(marker => AttachedAsync(kind, name, marker, cancellationToken));
        var inline = PagesAsync(marker => InlineAsync(kind, name, marker, cancellationToken));
        await Task.WhenAll(attached, inline).ConfigureAwait(false);
        var held = (await attached.ConfigureAwait(false)).Select(async arn => new HeldPolicy(
                arn, null, IsAwsManaged(arn) && !readsAwsManaged
                    ? ""
                    : await EmptyIfUnreadAsync(DocumentAsync(arn, null, cancellationToken)).ConfigureAwait(false)))
            .Concat((await inline.ConfigureAwait(false)).Select(async policy => new HeldPolicy(
                null, policy, await EmptyIfUnreadAsync(InlineDocumentAsync(kind, name, policy, cancellationToken)).ConfigureAwait(false))));
        return [.. await Task.WhenAll(held).ConfigureAwait(false)];
    }

    private async Task<(IEnumerable<string>? Items, bool? More, string? Marker)> AttachedAsync(
        PrincipalKind kind, string name, string? marker, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case PrincipalKind.Role:
                var ofRole = await iam.ListAttachedRolePoliciesAsync(
                    new ListAttachedRolePoliciesRequest { RoleName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (ofRole.AttachedPolicies?.Select(static p => p.PolicyArn), ofRole.IsTruncated, ofRole.Marker);
            case PrincipalKind.Group:
                var ofGroup = await iam.ListAttachedGroupPoliciesAsync(
                    new ListAttachedGroupPoliciesRequest { GroupName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (ofGroup.AttachedPolicies?.Select(static p => p.PolicyArn), ofGroup.IsTruncated, ofGroup.Marker);
            default:
                var ofUser = await iam.ListAttachedUserPoliciesAsync(
                    new ListAttachedUserPoliciesRequest { UserName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (ofUser.AttachedPolicies?.Select(static p => p.PolicyArn), ofUser.IsTruncated, ofUser.Marker);
        }
    }

    private async Task<(IEnumerable<string>? Items, bool? More, string? Marker)> InlineAsync(
        PrincipalKind kind, string name, string? marker, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case PrincipalKind.Role:
                var ofRole = await iam.ListRolePoliciesAsync(
                    new ListRolePoliciesRequest { RoleName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (ofRole.PolicyNames, ofRole.IsTruncated, ofRole.Marker);
            case PrincipalKind.Group:
                var ofGroup = await iam.ListGroupPoliciesAsync(
                    new ListGroupPoliciesRequest { GroupName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (ofGroup.PolicyNames, ofGroup.IsTruncated, ofGroup.Marker);
            default:
                var ofUser = await iam.ListUserPoliciesAsync(
                    new ListUserPoliciesRequest { UserName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (ofUser.PolicyNames, ofUser.IsTruncated, ofUser.Marker);
        }
    }

    private async Task<string> InlineDocumentAsync(PrincipalKind kind, string name, string policy, CancellationToken cancellationToken) =>
        Uri.UnescapeDataString(kind switch
        {
            PrincipalKind.Role =>
                (await iam.GetRolePolicyAsync(new GetRolePolicyRequest { RoleName = name, PolicyName = policy }, cancellationToken)
                .ConfigureAwait(false)).PolicyDocument,
            PrincipalKind.Group =>
                (await iam.GetGroupPolicyAsync(new GetGroupPolicyRequest { GroupName = name, PolicyName = policy }, cancellationToken)
                .ConfigureAwait(false)).PolicyDocument,
            _ => (await iam.GetUserPolicyAsync(new GetUserPolicyRequest { UserName = name, PolicyName = policy }, cancellationToken)
                .ConfigureAwait(false)).PolicyDocument,
        } ?? "");

    private async Task<string> EmptyIfUnreadAsync(Task<string> document) => await ReadOrNullAsync(document).ConfigureAwait(false)
        ?? "";

    private async Task<T?> ReadOrNullAsync<T>(Task<T> reading) where T : class
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            if (AwsFailure.IsPassing(e)) Unread.Enqueue(AwsFailure.Describe("a policy of the list", e));
            return null;
        }
    }

    /// <exception cref="TimeoutException">The list does not end; an incomplete answer would say too little.</exception>
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
