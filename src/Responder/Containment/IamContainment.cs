using Amazon.IdentityManagement;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;

namespace Responder.Containment;

/// <summary>The quarantine of an IAM user: AWSDenyAll boundary and detachment of the administrator policies, at the same time.</summary>
public sealed class IamContainment(IAmazonIdentityManagementService iam) : IContainment
{
    /// <summary>IAM actions that containing takes; the role in template.yaml allows these.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["iam:" + UserBoundary.DoAction, "iam:" + UserPolicyDetachment.DoAction];

    /// <summary>IAM actions that undoing takes: a boundary from before is set again, or ours is removed.</summary>
    public static IReadOnlyList<string> UndoPermissions { get; } =
        ["iam:" + UserBoundary.DoAction, "iam:" + UserBoundary.UndoAction, "iam:" + UserPolicyDetachment.UndoAction];

    private readonly UserBoundary _boundary = new(iam);
    private readonly UserPolicyDetachment _detachment = new(iam);

    /// <summary>
    /// What a release must restore. What an earlier delivery wrote down (ledger, else record) counts more than what is read now, which
    /// may be our own work; our mark without any of them is "unknown", never prior state.
    /// </summary>
    public static PriorState PriorOf(Decision decision)
    {
        var facts = decision.Facts;
        var known = facts.Ledger.Value is { Released: false } ledger ? ledger.Prior : facts.Record.Value?.Prior;
        var state = facts.Target.Value;
        var attached = state?.AttachedPolicyArns ?? [];
        var marked = string.Equals(state?.BoundaryArn, DenyAllArn(decision), StringComparison.Ordinal);

        var detached = new List<string>(known?.Detached ?? []);
        foreach (var arn in attached.Where(IsAdministratorAccess)) AddOnce(detached, arn);
        // The event says that this one was attached. When IAM could be read and does not show it, somebody else removed it, unless we did.
        if (decision.Strongest?.Grant?.PolicyArn is { } granted && (attached.Contains(granted, StringComparer.Ordinal) || state is null || (marked && known is null)))
            AddOnce(detached, granted);

        var boundary = known is not null && (known.Boundary is not null || marked) ? known.Boundary
            : !facts.Target.Known || marked ? null
            : state?.BoundaryArn ?? "";
        return new PriorState(boundary, detached);
    }

    public async Task<ContainmentResult> ContainAsync(Decision decision, PriorState prior, CancellationToken cancellationToken)
    {
        if (decision is not { Action: DecisionAction.Contain, Target: { Kind: PrincipalKind.User } user }) return ContainmentResult.Nothing(decision);

        var policies = new List<string>(prior.Detached);
        if (decision.Strongest?.Grant?.PolicyArn is { } granted) AddOnce(policies, granted);

        var steps = new List<Task<ContainmentStep>> { _boundary.DoAsync(user, DenyAllArn(decision), cancellationToken) };
        steps.AddRange(policies.Select(arn => _detachment.DoAsync(user, arn, cancellationToken)));
        return new ContainmentResult(decision, await Task.WhenAll(steps).ConfigureAwait(false), prior);
    }

    public static string DenyAllArn(Decision decision)
    {
        var partition = AwsArn.TryParse(decision.Facts.Target.Value?.Arn ?? decision.Target?.Arn, out var arn) && arn.HasAwsPartition
            ? arn.Partition
            : decision.Event.Partition;
        return $"arn:{partition}:iam::aws:policy/AWSDenyAll";
    }

    private static bool IsAdministratorAccess(string arnText) => AwsArn.TryParse(arnText, out var arn) && arn.IsAwsManagedPolicy("AdministratorAccess");

    private static void AddOnce(List<string> list, string arn)
    {
        if (!list.Contains(arn, StringComparer.Ordinal)) list.Add(arn);
    }
}
