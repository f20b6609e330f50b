using System.Collections.Concurrent;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// Reads the state of a containment's target, all parts at the same time: who it is and what the measures change, and nothing more.
/// </summary>
public static class IamTargets
{
    /// <summary>
    /// The names of the API calls that identify a target of this kind; none for a policy, which only its parts describe.
    /// </summary>
    internal static IReadOnlyList<string> CallsFor(PrincipalKind kind) => kind switch
    {
        PrincipalKind.User => ["GetUser"],
        PrincipalKind.Role => ["GetRole"],
        PrincipalKind.Group => ["GetGroup"],
        _ => [],
    };

    /// <summary>
    /// Reads all parts that the measures need; <see cref="PrincipalState.Missing"/> when IAM knows no such user, role, group or policy.
    /// </summary>
    /// <exception cref="Exception">One of the reads failed, in AWS or in the network.</exception>
    public static Task<PrincipalState> ReadAsync(
        IAmazonIdentityManagementService iam, Principal target, IReadOnlyList<Measure> measures, CancellationToken cancellationToken) =>
        ReadAsync(new TargetReads(iam, target, isStrict: true, cancellationToken), measures, static (m, reads) => m.ReadAsync(reads));

    /// <summary>The same for undo data: each part is tried twice, and one that cannot be read does not cost the others.</summary>
    public static Task<PrincipalState> ReadPartsAsync(
        IAmazonIdentityManagementService iam, Principal target, IReadOnlyList<Measure> measures, CancellationToken cancellationToken) =>
        ReadAsync(new TargetReads(iam, target, isStrict: false, cancellationToken), measures, static (m, reads) => m.ReadAsync(reads));

    /// <summary>The same for a release: all parts, including what we put.</summary>
    /// <exception cref="Exception">One of the reads failed, in AWS or in the network.</exception>
    public static Task<PrincipalState> ReadForReleaseAsync(
        IAmazonIdentityManagementService iam, Principal target, IReadOnlyList<Measure> measures, PriorState prior,
        CancellationToken cancellationToken) =>
        ReadAsync(
            new TargetReads(iam, target, isStrict: true, cancellationToken), measures, (m, reads) => m.ReadForReleaseAsync(reads, prior));

    private static async Task<PrincipalState> ReadAsync(
        TargetReads reads, IReadOnlyList<Measure> measures, Func<Measure, TargetReads, Task<StatePart?>> read)
    {
        try
        {
            var who = WhoAsync(reads);
            Task<StatePart?>[] parts = [.. measures.Select(measure => read(measure, reads))];
            await Task.WhenAll([who, .. parts]).ConfigureAwait(false);
            var state = await who.ConfigureAwait(false);
            return state with
            {
                Parts = [.. (await Task.WhenAll(parts).ConfigureAwait(false)).OfType<StatePart>()],
                Unread = [.. reads.Failures],
            };
        }
        catch (NoSuchEntityException)
        {
            return PrincipalState.Missing;
        }
    }

    private static async Task<PrincipalState> WhoAsync(TargetReads reads)
    {
        var target = reads.Target;
        if (target.Kind == PrincipalKind.User)
        {
            var user = (await reads.TryAsync(
                "GetUser", (iam, c) => iam.GetUserAsync(new GetUserRequest { UserName = target.Name }, c)).ConfigureAwait(false))?.User;
            return Known(user?.Arn, user?.PermissionsBoundary, user?.UserId, user?.CreateDate);
        }

        if (target.Kind == PrincipalKind.Role)
        {
            var role = (await reads.TryAsync(
                "GetRole", (iam, c) => iam.GetRoleAsync(new GetRoleRequest { RoleName = target.Name }, c)).ConfigureAwait(false))?.Role;
            return Known(role?.Arn, role?.PermissionsBoundary, role?.RoleId, role?.CreateDate);
        }

        if (target.Kind == PrincipalKind.Group)
        {
            // One member: who is in the group does not matter here.
            var group = (await reads.TryAsync(
                "GetGroup", (iam, c) => iam.GetGroupAsync(new GetGroupRequest { GroupName = target.Name, MaxItems = 1 }, c))
                .ConfigureAwait(false))?.Group;
            return Known(group?.Arn ?? target.Arn, null, group?.GroupId, group?.CreateDate) with { HasUnreadBoundary = false };
        }

        return target.Kind == PrincipalKind.Policy
            ? new PrincipalState(true, target.Arn, null)
            : PrincipalState.Missing;
    }

    private static PrincipalState Known(string? arn, AttachedPermissionsBoundary? boundary, string? id, DateTime? created) =>
        new(true, arn, boundary?.PermissionsBoundaryArn)
        {
            Id = id,
            Created = created is { } time ? new DateTimeOffset(time.ToUniversalTime()) : null,
            HasUnreadBoundary = id is null,
        };
}

/// <summary>Reads of one target that run at the same time.</summary>
/// <param name="isStrict">True: a failure is thrown. False: the read is tried twice and then gives null.</param>
public sealed class TargetReads(IAmazonIdentityManagementService iam, Principal target, bool isStrict, CancellationToken cancellationToken)
{
    public Principal Target { get; } = target;

    /// <summary>Why reads failed, in AWS's words.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>The value that was read; null when it could not be.</summary>
    /// <param name="api">The names of its API calls, for the failure.</param>
    /// <exception cref="NoSuchEntityException">IAM does not know what was asked for.</exception>
    public async Task<T?> TryAsync<T>(string api, Func<IAmazonIdentityManagementService, CancellationToken, Task<T>> read) where T : class
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await read(iam, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!isStrict && e is not NoSuchEntityException && AwsFailure.Is(e))
            {
                if (isFirst && !cancellationToken.IsCancellationRequested) continue;
                Failures.Enqueue(AwsFailure.Describe(api, e));
                return null;
            }
        }
    }

    /// <summary>The items of all pages.</summary>
    /// <param name="page">Reads the page after a marker (null: the first) and returns its items and the next marker (null: it was the
    /// last).</param>
    public static async Task<IReadOnlyList<T>> PagesAsync<T>(Func<string?, Task<(IEnumerable<T> Items, string? Next)>> page)
    {
        var items = new List<T>();
        string? marker = null;
        do
        {
            (var more, marker) = await page(marker).ConfigureAwait(false);
            items.AddRange(more);
        }
        while (marker is not null);

        return items;
    }
}
