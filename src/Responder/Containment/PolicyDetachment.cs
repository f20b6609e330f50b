using System.Text.Json;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Decisions;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>Managed policies that containment detaches and release attaches again.</summary>
internal sealed record DetachedPolicies(IReadOnlyList<string> Arns) : PriorPart
{
    /// <summary>One policy each: an ARN may have more than 600 characters.</summary>
    public override IEnumerable<PriorPart> Pieces =>
        Arns.Count > 1 ? Arns.Select(static arn => new DetachedPolicies([arn])) : [this];
}

/// <summary>Managed policies attached directly.</summary>
/// <param name="IsUnread">True when they are not known: <paramref name="Arns"/> then says nothing.</param>
internal sealed record AttachedPolicies(IReadOnlyList<string> Arns, bool IsUnread) : StatePart;

/// <summary>
/// Detaches managed policies from a user, role or group. Idempotent: a policy that is no longer attached (NoSuchEntity, also after a retry
/// whose first attempt worked) is skipped, not failed.
/// </summary>
internal sealed class PolicyDetachment : Measure<DetachedPolicies>
{
    private PolicyDetachment()
    {
    }

    /// <summary>The measure that the quarantines and the detachment from a group share.</summary>
    public static PolicyDetachment Shared { get; } = new();

    public override IReadOnlyList<string> Reads(PrincipalKind kind) => [ListApi(kind)];

    public override IReadOnlyList<string> Does(PrincipalKind kind) => [DetachApi(kind)];

    public override IReadOnlyList<string> Undoes(PrincipalKind kind) => [AttachApi(kind)];

    public override async Task<StatePart?> ReadAsync(TargetReads reads)
    {
        var arns = await reads.TryAsync(ListApi(reads.Target.Kind), (iam, c) => AttachedAsync(iam, reads.Target, c)).ConfigureAwait(false);
        return new AttachedPolicies(arns ?? [], arns is null);
    }

    public override IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior)
    {
        var granted = decision.Strongest?.Grant?.PolicyArn;
        var detached = prior.Part<DetachedPolicies>()?.Arns ?? [];
        foreach (var arn in detached.Union(granted is null ? [] : [granted], StringComparer.Ordinal))
        {
            yield return new PlannedCall(DetachApi(target.Kind), arn)
            {
                Run = (iam, c) => DetachAsync(iam, target, arn, c),
                Stands = now => !Of(now).Arns.Contains(arn, StringComparer.Ordinal),
            };
        }

        // A group has no boundary: without a policy to detach, nothing is done to it.
        if (target.Kind == PrincipalKind.Group && detached.Count == 0 && granted is null)
            yield return new PlannedCall(DetachApi(target.Kind), null, "the group has no administrator policy attached");
    }

    protected override DetachedPolicies Take(Decision decision, DetachedPolicies? known)
    {
        var detached = new List<string>(known?.Arns ?? []);
        var state = decision.Facts.Target.Value;
        var attached = Of(state);
        foreach (var arn in attached.Arns.Where(IsAdministratorAccess)) AddOnce(detached, arn);
        // The event says that this policy was attached. If IAM could be read and does not show it, somebody else removed it, unless we did.
        if (decision.Strongest?.Grant?.PolicyArn is { } granted
            && (attached.Arns.Contains(granted, StringComparer.Ordinal) || state is null || attached.IsUnread
                || (PermissionsBoundary.IsMarked(decision) && known is null)))
            AddOnce(detached, granted);
        return new DetachedPolicies(detached);
    }

    protected override DetachedPolicies Together(DetachedPolicies standing, DetachedPolicies read) =>
        new([.. standing.Arns.Union(read.Arns, StringComparer.Ordinal)]);

    protected override bool Covers(DetachedPolicies? standing, DetachedPolicies? prior) =>
        (prior?.Arns ?? []).All(arn => standing?.Arns.Contains(arn, StringComparer.Ordinal) == true);

    protected override void Write(Utf8JsonWriter writer, DetachedPolicies? part) => WriteTexts(writer, "detached", part?.Arns ?? []);

    public override PriorPart? Read(JsonView prior, bool isTaken)
    {
        string[] arns = [.. prior["detached"].Items.Select(static i => i.Text).OfType<string>()];
        return isTaken || arns.Length > 0 ? new DetachedPolicies(arns) : null;
    }

    public override void WriteFound(Utf8JsonWriter writer, PrincipalState? found) => WriteTexts(writer, "attached", Of(found).Arns);

    /// <summary>The target lacks a policy that containment detached from it.</summary>
    public override bool LooksDone(PrincipalState state, PriorState prior) => state.Exists && !Of(state).IsUnread
        && (prior.Part<DetachedPolicies>()?.Arns ?? []).Any(arn => !Of(state).Arns.Contains(arn, StringComparer.Ordinal));

    public override TakenOff? TakenOffBy(CloudTrailEvent e) =>
        e.EventName is "AttachUserPolicy" or "AttachRolePolicy" or "AttachGroupPolicy"
        && e.Request["policyArn"].Text is { Length: > 0 } arn
        && ManagedPolicies.KindOf(arn) is ManagedPolicyKind.Administrator or ManagedPolicyKind.Customer
        && IamCall.Target(e) is { } target
            ? new TakenOff(this, target, arn, $"{IamCall.PolicyName(arn)} attached again")
            : null;

    protected override bool WasOn(TakenOff taken, DetachedPolicies part) => part.Arns.Contains(taken.Subject!, StringComparer.Ordinal);

    protected override bool Restores(CloudTrailEvent e, DetachedPolicies part) =>
        e.EventName is "AttachUserPolicy" or "AttachRolePolicy" or "AttachGroupPolicy"
        && e.Request["policyArn"].Text is { } arn && part.Arns.Contains(arn, StringComparer.Ordinal);

    protected override void PlanUndo(UndoPlan plan, DetachedPolicies part)
    {
        var target = plan.Target;
        foreach (var arn in part.Arns)
        {
            var step = new PlannedStep(AttachApi(target.Kind), arn)
            {
                Run = (iam, c) => AttachAsync(iam, target, arn, c),
                Difference = now => Of(now).Arns.Contains(arn, StringComparer.Ordinal) ? null : $"read back: {arn} is not attached",
            };
            if (!Of(plan.Now).Arns.Contains(arn, StringComparer.Ordinal)) plan.Steps.Add(step);
            else if (plan.WasOurs(step, DetachApi(target.Kind), arn)) plan.Notes.Add($"already attached: {PlainText.OneLine(arn)}");
            else plan.Changes.Add($"{PlainText.OneLine(arn)} was attached again by somebody else");
        }
    }

    /// <summary>
    /// Policies that containment found already gone: removed by somebody else, or by a delivery that was cut off before it could record
    /// that.
    /// </summary>
    public override IEnumerable<string> Unsure(
        Principal target, IReadOnlyList<PlannedStep> skipped, PriorState prior, PrincipalState now) => skipped
        .Where(step => step.Action == DetachApi(target.Kind)).Select(static step => step.Subject).OfType<string>()
        .Where(arn => prior.Part<DetachedPolicies>()?.Arns.Contains(arn, StringComparer.Ordinal) != true
            && !Of(now).Arns.Contains(arn, StringComparer.Ordinal))
        .Select(static arn => $"{PlainText.OneLine(arn)} was gone when it was to be detached, and is not attached again; "
            + "if a delivery that was cut off detached it, the function's log says so (--prior-state)");

    protected override IEnumerable<string> Before(DetachedPolicies part) =>
        part.Arns.Count == 0 ? [] : ["attached: " + string.Join(", ", part.Arns)];

    public override IEnumerable<string> Now(PrincipalState now, PriorState prior) =>
        ["attached: " + (Of(now).Arns.Count == 0 ? "none" : string.Join(", ", Of(now).Arns))];

    private static AttachedPolicies Of(PrincipalState? state) => state?.Part<AttachedPolicies>() ?? new AttachedPolicies([], false);

    private static bool IsAdministratorAccess(string arnText) =>
        AwsArn.TryParse(arnText, out var arn) && arn.IsAwsManagedPolicy("AdministratorAccess");

    private static void AddOnce(List<string> list, string arn)
    {
        if (!list.Contains(arn, StringComparer.Ordinal)) list.Add(arn);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static string ListApi(PrincipalKind kind) => $"ListAttached{kind}Policies";

    private static string DetachApi(PrincipalKind kind) => $"Detach{kind}Policy";

    private static string AttachApi(PrincipalKind kind) => $"Attach{kind}Policy";

    private static Task<IReadOnlyList<string>> AttachedAsync(
        IAmazonIdentityManagementService iam, Principal target, CancellationToken cancellationToken) =>
        TargetReads.PagesAsync(async marker =>
        {
            var (page, isTruncated, next) = target.Kind switch
            {
                PrincipalKind.Role => Of(await iam.ListAttachedRolePoliciesAsync(
                    new ListAttachedRolePoliciesRequest { RoleName = target.Name, Marker = marker }, cancellationToken)
                    .ConfigureAwait(false)),
                PrincipalKind.Group => Of(await iam.ListAttachedGroupPoliciesAsync(
                    new ListAttachedGroupPoliciesRequest { GroupName = target.Name, Marker = marker }, cancellationToken)
                    .ConfigureAwait(false)),
                _ => Of(await iam.ListAttachedUserPoliciesAsync(
                    new ListAttachedUserPoliciesRequest { UserName = target.Name, Marker = marker }, cancellationToken)
                    .ConfigureAwait(false)),
            };
            return ((page ?? []).Select(static p => p.PolicyArn), isTruncated == true ? next : null);
        });

    private static (List<AttachedPolicyType>?, bool?, string?) Of(ListAttachedRolePoliciesResponse page) =>
        (page.AttachedPolicies, page.IsTruncated, page.Marker);

    private static (List<AttachedPolicyType>?, bool?, string?) Of(ListAttachedGroupPoliciesResponse page) =>
        (page.AttachedPolicies, page.IsTruncated, page.Marker);

    private static (List<AttachedPolicyType>?, bool?, string?) Of(ListAttachedUserPoliciesResponse page) =>
        (page.AttachedPolicies, page.IsTruncated, page.Marker);

    private static Task<ContainmentStep> DetachAsync(
        IAmazonIdentityManagementService iam, Principal target, string policyArn, CancellationToken cancellationToken) => target.Kind switch
        {
            PrincipalKind.Role => IamStep.RunAsync(DetachApi(target.Kind), target.Name, policyArn, () => iam.DetachRolePolicyAsync(
                new DetachRolePolicyRequest { RoleName = target.Name, PolicyArn = policyArn }, cancellationToken)),
            PrincipalKind.Group => IamStep.RunAsync(DetachApi(target.Kind), target.Name, policyArn, () => iam.DetachGroupPolicyAsync(
                new DetachGroupPolicyRequest { GroupName = target.Name, PolicyArn = policyArn }, cancellationToken)),
            _ => IamStep.RunAsync(DetachApi(target.Kind), target.Name, policyArn, () => iam.DetachUserPolicyAsync(
                new DetachUserPolicyRequest { UserName = target.Name, PolicyArn = policyArn }, cancellationToken)),
        };

    private static Task<ContainmentStep> AttachAsync(
        IAmazonIdentityManagementService iam, Principal target, string policyArn, CancellationToken cancellationToken) => target.Kind switch
        {
            PrincipalKind.Role => IamStep.RunAsync(AttachApi(target.Kind), target.Name, policyArn, () => iam.AttachRolePolicyAsync(
                new AttachRolePolicyRequest { RoleName = target.Name, PolicyArn = policyArn }, cancellationToken)),
            PrincipalKind.Group => IamStep.RunAsync(AttachApi(target.Kind), target.Name, policyArn, () => iam.AttachGroupPolicyAsync(
                new AttachGroupPolicyRequest { GroupName = target.Name, PolicyArn = policyArn }, cancellationToken)),
            _ => IamStep.RunAsync(AttachApi(target.Kind), target.Name, policyArn, () => iam.AttachUserPolicyAsync(
                new AttachUserPolicyRequest { UserName = target.Name, PolicyArn = policyArn }, cancellationToken)),
        };
}
