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
    /// <summary>
    /// Policies that were attached while the principal was contained, and taken off again: he had none of them before, so that a release
    /// does not give them.
    /// </summary>
    public IReadOnlyList<string> Later { get; init; } = [];

    /// <summary>
    /// What else was attached when he was contained first; null: not known. Whatever is attached again and stands here was there before.
    /// </summary>
    public IReadOnlyList<string>? Held { get; init; }

    public override IEnumerable<string> PolicyArns => Arns;

    /// <summary>One policy each: an ARN may have more than 600 characters.</summary>
    public override IEnumerable<PriorPart> Pieces => Arns.Count + Later.Count + (Held?.Count ?? 0) > 1
        ? [.. Arns.Select(static arn => new DetachedPolicies([arn])),
            .. Later.Select(static arn => new DetachedPolicies([]) { Later = [arn] }),
            .. (Held ?? []).Select(static arn => new DetachedPolicies([]) { Held = [arn] })]
        : [this];
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

    public override IReadOnlyList<string> Undoes(PrincipalKind kind) => [AttachApi(kind), "GetPolicy", "ListPolicyVersions"];

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
                Effect = now => !Of(now).Arns.Contains(arn, StringComparer.Ordinal),
            };
        }

        // A group has no boundary: without a policy to detach, nothing is done to it.
        if (target.Kind == PrincipalKind.Group && detached.Count == 0 && granted is null)
            yield return new PlannedCall(DetachApi(target.Kind), null, "the group has no administrator policy attached");
    }

    protected override DetachedPolicies Take(Decision decision, DetachedPolicies? known)
    {
        var (before, later) = (new List<string>(known?.Arns ?? []), new List<string>(known?.Later ?? []));
        var state = decision.Facts.Target.Value;
        var attached = Of(state);
        // Whoever is contained already did not have before what was attached since, unless he had it then.
        var since = known is null || decision.Facts.Ledger.Value is not { Released: false } open ? null : open.ContainedAt;
        foreach (var arn in attached.Arns.Where(IsAdministratorAccess)) AddOnce(since is null ? before : later, arn);
        if (decision.Strongest?.Grant?.PolicyArn is { } granted)
        {
            if (since is { } contained && !decision.Event.IsBefore(contained)) AddOnce(later, granted);
            // The event says that this policy was attached. If IAM could be read and does not show it, somebody else removed it, unless we
            // did.
            else if (attached.Arns.Contains(granted, StringComparer.Ordinal) || state is null || attached.IsUnread
                || later.Contains(granted, StringComparer.Ordinal) || (PermissionsBoundary.IsMarked(decision) && known is null))
                AddOnce(before, granted);
        }

        foreach (var arn in later.Where(arn => known?.Held?.Contains(arn, StringComparer.Ordinal) == true)) AddOnce(before, arn);
        return new DetachedPolicies(before)
        {
            Later = [.. later.Except(before, StringComparer.Ordinal)],
            Held = known is not null ? known.Held : attached.IsUnread || state is null ? null
                : [.. attached.Arns.Except(before, StringComparer.Ordinal)],
        };
    }

    /// <summary>IAM's answers may be some seconds old: what was taken off was there, whether the read before showed it or not.</summary>
    public override PriorPart? Found(IReadOnlyList<ContainmentStep> steps, PriorState prior)
    {
        var part = prior.Part<DetachedPolicies>() ?? new DetachedPolicies([]);
        string[] found = [.. steps
            .Where(static s => s.Result == StepResult.Succeeded && s.Action is "DetachUserPolicy" or "DetachRolePolicy"
                or "DetachGroupPolicy")
            .Select(static s => s.Subject).OfType<string>().Except(part.Arns, StringComparer.Ordinal)
            .Except(part.Later, StringComparer.Ordinal)];
        return found.Length == 0 ? null : part with { Arns = [.. part.Arns, .. found] };
    }

    /// <summary>What one delivery knows to have been there before was there, whatever the other one says.</summary>
    protected override DetachedPolicies Together(DetachedPolicies standing, DetachedPolicies read)
    {
        string[] arns = [.. standing.Arns.Union(read.Arns, StringComparer.Ordinal)];
        return new DetachedPolicies(arns)
        {
            Later = [.. standing.Later.Union(read.Later, StringComparer.Ordinal).Except(arns, StringComparer.Ordinal)],
            Held = standing.Held is null ? read.Held : read.Held is null ? standing.Held
                : [.. standing.Held.Union(read.Held, StringComparer.Ordinal)],
        };
    }

    protected override bool Covers(DetachedPolicies? standing, DetachedPolicies? prior) =>
        (prior?.Arns ?? []).All(arn => standing?.Arns.Contains(arn, StringComparer.Ordinal) == true)
        && (prior?.Later ?? []).All(arn => standing?.Arns.Contains(arn, StringComparer.Ordinal) == true
            || standing?.Later.Contains(arn, StringComparer.Ordinal) == true);

    protected override void Write(Utf8JsonWriter writer, DetachedPolicies? part)
    {
        WriteTexts(writer, "detached", part?.Arns ?? []);
        if (part?.Later.Count > 0) WriteTexts(writer, "detachedLater", part.Later);
        if (part?.Held is { } held) WriteTexts(writer, "held", held);
    }

    public override PriorPart? Read(JsonView prior, bool isTaken)
    {
        string[] arns = [.. prior["detached"].Items.Select(static i => i.Text).OfType<string>()];
        string[] later = [.. prior["detachedLater"].Items.Select(static i => i.Text).OfType<string>()];
        string[]? held = prior["held"].IsArray ? [.. prior["held"].Items.Select(static i => i.Text).OfType<string>()] : null;
        return isTaken || arns.Length + later.Length > 0 || held is not null
            ? new DetachedPolicies(arns) { Later = later, Held = held }
            : null;
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

        if (part.Held is { } held && !Of(plan.Now).IsUnread)
            plan.Besides.AddRange(Of(plan.Now).Arns.Except(part.Arns, StringComparer.Ordinal).Except(held, StringComparer.Ordinal)
                .Except(part.Later, StringComparer.Ordinal)
                .Select(static arn => $"{PlainText.OneLine(arn)} is attached, and was not when the target was contained: it stays"));
        foreach (var arn in part.Later)
            plan.Notes.Add(Of(plan.Now).Arns.Contains(arn, StringComparer.Ordinal)
                ? $"{PlainText.OneLine(arn)} was attached while the target was contained, and is attached now: it stays"
                : $"{PlainText.OneLine(arn)} was attached while the target was contained, and taken off: it is not given back");
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
