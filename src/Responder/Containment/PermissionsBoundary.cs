using System.Text.Json;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Decisions;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>The permissions boundary before the containment.</summary>
/// <param name="Arn">Empty: none; null: unknown (our mark was found without a ledger, or IAM could not be read).</param>
public sealed record BoundaryBefore(string? Arn) : PriorPart
{
    public override bool IsUnknown => Arn is null;

    public override IEnumerable<string> PolicyArns => Arn is { Length: > 0 } arn ? [arn] : [];

    public override IEnumerable<string> OnPage()
    {
        yield return Arn switch
        {
            null => "before:   permissions boundary UNKNOWN; a release will ask for it",
            "" => "before:   no permissions boundary",
            var arn => $"before:   permissions boundary {PlainText.OneLine(arn, 400)}",
        };
    }
}

/// <summary>
/// The AWSDenyAll permissions boundary on a user or role. A principal has one slot for a boundary, which an attacker cannot use up; an
/// explicit deny in it overrides every allow, also in session and resource policies. Idempotent: setting it twice changes nothing. Setting
/// it replaces the boundary before, which must therefore be known to undo it.
/// </summary>
public sealed class PermissionsBoundary : Measure<BoundaryBefore>
{
    private PermissionsBoundary()
    {
    }

    /// <summary>The measure that the quarantines share.</summary>
    public static PermissionsBoundary Shared { get; } = new();

    public override bool IsUndoneLast => true;

    public override IReadOnlyList<string> Does(PrincipalKind kind) => [PutApi(kind)];

    /// <summary>Deletes our boundary; a boundary from before is put back with the call that sets one.</summary>
    public override IReadOnlyList<string> Undoes(PrincipalKind kind) => [PutApi(kind), DeleteApi(kind)];

    public static string DenyAllArn(Decision decision)
    {
        var partition = AwsArn.TryParse(decision.Facts.Target.Value?.Arn ?? decision.Target?.Arn, out var arn) && arn.HasAwsPartition
            ? arn.Partition
            : decision.Event.Partition;
        return $"arn:{partition}:iam::aws:policy/AWSDenyAll";
    }

    /// <summary>True when the target already has our boundary.</summary>
    public static bool IsMarked(Decision decision) =>
        string.Equals(decision.Facts.Target.Value?.BoundaryArn, DenyAllArn(decision), StringComparison.Ordinal);

    public static bool IsDenyAll(string? boundary) => AwsArn.TryParse(boundary, out var arn) && arn.IsAwsManagedPolicy("AWSDenyAll");

    public override IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior)
    {
        var denyAll = DenyAllArn(decision);
        yield return new PlannedCall(PutApi(target.Kind), denyAll)
        {
            Run = (iam, c) => PutAsync(iam, target, denyAll, c),
            Effect = now => string.Equals(now.BoundaryArn, denyAll, StringComparison.Ordinal),
        };
    }

    /// <summary>
    /// What an earlier delivery wrote down counts more than what is read now, which may be our own work; if only our mark is found, the
    /// boundary before is unknown.
    /// </summary>
    protected override BoundaryBefore Take(Decision decision, BoundaryBefore? known)
    {
        var target = decision.Facts.Target;
        var marked = IsMarked(decision);
        if (known is not null && (known.Arn is not null || marked)) return known;
        var isUnknown = !target.Known || target.Value is { HasUnreadBoundary: true } || marked;
        return new BoundaryBefore(isUnknown ? null : target.Value?.BoundaryArn ?? "");
    }

    protected override BoundaryBefore Together(BoundaryBefore standing, BoundaryBefore read) => standing.Arn is not null ? standing : read;

    /// <summary>The first to write knows best; when it does not know either, <see cref="PriorState.IsUnknown"/> tells.</summary>
    protected override bool Covers(BoundaryBefore? standing, BoundaryBefore? prior) => true;

    protected override void Write(Utf8JsonWriter writer, BoundaryBefore? part) =>
        writer.WriteString("boundary", part?.Arn switch { null => "unknown", "" => "none", var arn => arn });

    public override PriorPart? Read(JsonView prior, bool isTaken) =>
        isTaken ? new BoundaryBefore(prior["boundary"].Text switch { null or "unknown" => null, "none" => "", var arn => arn }) : null;

    public override TakenOff? TakenOffBy(CloudTrailEvent e)
    {
        var isPut = e.EventName is "PutUserPermissionsBoundary" or "PutRolePermissionsBoundary";
        if (!isPut && e.EventName is not ("DeleteUserPermissionsBoundary" or "DeleteRolePermissionsBoundary")) return null;
        if (IamCall.Target(e) is not { } target) return null;
        if (!isPut) return new TakenOff(this, target, null, "permissions boundary removed");
        var boundary = e.Request["permissionsBoundary"].Text;
        return ManagedPolicies.KindOf(boundary ?? "") == ManagedPolicyKind.DenyAll
            ? null
            : new TakenOff(this, target, null, $"permissions boundary replaced by {IamCall.PolicyName(boundary)}");
    }

    protected override bool WasOn(TakenOff taken, BoundaryBefore part) => true;

    /// <summary>Where nobody knows the boundary before, a person has chosen it.</summary>
    protected override bool Restores(CloudTrailEvent e, BoundaryBefore part) => e.EventName switch
    {
        "PutUserPermissionsBoundary" or "PutRolePermissionsBoundary" =>
            part.Arn is null || (part.Arn.Length > 0 && e.Request["permissionsBoundary"].Text == part.Arn),
        "DeleteUserPermissionsBoundary" or "DeleteRolePermissionsBoundary" => part.Arn is null or "",
        _ => false,
    };

    protected override void PlanUndo(UndoPlan plan, BoundaryBefore part)
    {
        var now = plan.Now.BoundaryArn ?? "";
        var step = UndoOf(plan.Target, part);
        var isOurs = IsDenyAll(now);
        var isWanted = string.Equals(now, part.Arn, StringComparison.Ordinal);
        if (isWanted && (isOurs || plan.IsChosen || plan.WasOurs(step, PutApi(plan.Target.Kind), null)))
            plan.Notes.Add("the boundary is already what it was before");
        else if (isWanted) plan.Changes.Add($"the boundary was set back to {Named(now)} by somebody else");
        else
        {
            if (!isOurs && !plan.IsChosen) plan.Changes.Add($"the boundary is no longer ours: somebody else set it to {Named(now)}");
            if (part.Arn is not null) plan.Steps.Add(step);
        }
    }

    protected override IEnumerable<string> Before(BoundaryBefore part) =>
        ["boundary " + part.Arn switch { null => "unknown", "" => "none", var arn => arn }];

    public override IEnumerable<string> Now(PrincipalState now, PriorState prior) => [$"boundary {now.BoundaryArn ?? "none"}"];

    private static PlannedStep UndoOf(Principal target, BoundaryBefore part)
    {
        var step = part.Arn is { Length: > 0 } before
            ? new PlannedStep(PutApi(target.Kind), before) { Run = (iam, c) => PutAsync(iam, target, before, c) }
            : new PlannedStep(DeleteApi(target.Kind), null) { Run = (iam, c) => DeleteAsync(iam, target, c) };
        return step with
        {
            Difference = now => string.Equals(now.BoundaryArn ?? "", part.Arn, StringComparison.Ordinal)
                ? null
                : $"read back: the boundary is {now.BoundaryArn ?? "none"}",
        };
    }

    private static string Named(string boundary) => boundary.Length == 0 ? "none" : PlainText.OneLine(boundary);

    private static string PutApi(PrincipalKind kind) =>
        kind == PrincipalKind.Role ? "PutRolePermissionsBoundary" : "PutUserPermissionsBoundary";

    private static string DeleteApi(PrincipalKind kind) =>
        kind == PrincipalKind.Role ? "DeleteRolePermissionsBoundary" : "DeleteUserPermissionsBoundary";

    private static Task<ContainmentStep> PutAsync(
        IAmazonIdentityManagementService iam, Principal target, string boundaryArn, CancellationToken cancellationToken) =>
        target.Kind == PrincipalKind.Role
        ? IamStep.RunAsync(PutApi(target.Kind), target.Name, boundaryArn, () => iam.PutRolePermissionsBoundaryAsync(
            new PutRolePermissionsBoundaryRequest { RoleName = target.Name, PermissionsBoundary = boundaryArn }, cancellationToken),
            needsTarget: true)
        : IamStep.RunAsync(PutApi(target.Kind), target.Name, boundaryArn, () => iam.PutUserPermissionsBoundaryAsync(
            new PutUserPermissionsBoundaryRequest { UserName = target.Name, PermissionsBoundary = boundaryArn }, cancellationToken),
            needsTarget: true);

    private static Task<ContainmentStep> DeleteAsync(
        IAmazonIdentityManagementService iam, Principal target, CancellationToken cancellationToken) => target.Kind == PrincipalKind.Role
        ? IamStep.RunAsync(DeleteApi(target.Kind), target.Name, null, () => iam.DeleteRolePermissionsBoundaryAsync(
            new DeleteRolePermissionsBoundaryRequest { RoleName = target.Name }, cancellationToken))
        : IamStep.RunAsync(DeleteApi(target.Kind), target.Name, null, () => iam.DeleteUserPermissionsBoundaryAsync(
            new DeleteUserPermissionsBoundaryRequest { UserName = target.Name }, cancellationToken));
}
