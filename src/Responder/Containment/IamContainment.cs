using Responder.Aws;
using Responder.Decisions;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>One call that containment will make, or the reason why it makes none.</summary>
/// <param name="Action">The API's name.</param>
/// <param name="Subject">The policy, boundary, key or version; null when none.</param>
/// <param name="Cannot">Why the call is not made and the target stays as it is; null when it is made.</param>
public sealed record PlannedCall(string Action, string? Subject, string? Cannot = null)
{
    internal StepResult Otherwise { get; init; } = StepResult.Skipped;

    internal Func<IamActions, CancellationToken, Task<ContainmentStep>>? Run { get; init; }
}

/// <summary>Carries out the actions that were decided, all at the same time.</summary>
public sealed class IamContainment(IamAccounts accounts) : IContainment
{
    /// <summary>IAM actions that containing takes; the roles in template.yaml allow these.</summary>
    public static IReadOnlyList<string> PermissionsOf(IEnumerable<ContainmentAction> actions) => Iam(actions.SelectMany(static a => a.Name switch
    {
        "quarantine-user" or "quarantine-role" => [PermissionsBoundary.DoAction(a.Target), PolicyDetachment.DoAction(a.Target)],
        "deactivate-keys" => [AccessKeyDeactivation.Action],
        "remove-console-password" => [ConsolePasswordRemoval.Action],
        "revoke-sessions" => [SessionRevocation.DoAction],
        "detach-from-group" => [PolicyDetachment.DoAction(a.Target)],
        "restore-policy-version" => (string[])[PolicyVersionRollback.Action],
        _ => throw new ArgumentOutOfRangeException(nameof(actions), a.Name, "an action whose calls nobody declared"),
    }));

    /// <summary>IAM actions that undoing takes: a boundary from before is set again, or ours is removed.</summary>
    public static IReadOnlyList<string> UndoPermissionsOf(IEnumerable<ContainmentAction> actions) => Iam(actions.SelectMany(static a => a.Name switch
    {
        "quarantine-user" or "quarantine-role" =>
            [PermissionsBoundary.DoAction(a.Target), PermissionsBoundary.UndoAction(a.Target), PolicyDetachment.UndoAction(a.Target)],
        "deactivate-keys" => [AccessKeyDeactivation.Action],
        "remove-console-password" => [],
        "revoke-sessions" => [SessionRevocation.UndoAction],
        "detach-from-group" => [PolicyDetachment.UndoAction(a.Target)],
        "restore-policy-version" => (string[])[PolicyVersionRollback.Action],
        _ => throw new ArgumentOutOfRangeException(nameof(actions), a.Name, "an action whose undo nobody declared"),
    }));

    /// <summary>The calls that <see cref="ContainAsync"/> makes; nothing is called yet.</summary>
    public static IReadOnlyList<PlannedCall> Plan(Decision decision, PriorState prior) =>
        decision.Target is { } target ? [.. decision.Actions.SelectMany(action => CallsOf(action, target, decision, prior))] : [];

    public async Task<ContainmentResult> ContainAsync(Decision decision, PriorState prior, Task<PriorState?> written, CancellationToken cancellationToken)
    {
        if (decision is not { Action: DecisionAction.Contain, Target: { } target }) return ContainmentResult.Nothing(decision);
        var access = await accounts.OfAsync(target.AccountId, decision.Event.IncidentId, cancellationToken).ConfigureAwait(false);
        var steps = await Task.WhenAll(decision.Actions.Select(action => TakeAsync(action, target, decision, prior, written, access, cancellationToken))).ConfigureAwait(false);
        return new ContainmentResult(decision, [.. steps.SelectMany(static s => s)], prior);
    }

    private static async Task<ContainmentStep[]> TakeAsync(
        ContainmentAction action, Principal target, Decision decision, PriorState prior, Task<PriorState?> written, IamAccess access, CancellationToken cancellationToken)
    {
        var stands = action.WaitsForLedger ? await written.ConfigureAwait(false) : prior;
        var calls = CallsOf(action, target, decision, stands ?? prior);
        if (stands is not null) return await TakeAsync(calls, target, access, cancellationToken).ConfigureAwait(false);
        // Failed, so that the delivery is tried again.
        return [.. calls.Select(call => call.Run is null
            ? Impossible(call, target)
            : new ContainmentStep(call.Action, target.Name, StepResult.Failed, $"{call.Action}: not tried, the state before could not be written down") { Subject = call.Subject })];
    }

    public async Task<ContainmentResult> ReadBackAsync(ContainmentResult result, CancellationToken cancellationToken)
    {
        if (result is not { Decision: { Action: DecisionAction.Contain, Target: { } target } decision, Prior: { } prior }) return result;
        // What cannot be done twice is not read back: there is nothing to put on again.
        ContainmentAction[] actions = [.. decision.Actions.Where(static a => !a.IsByHandOnly)];
        var taken = result.Steps.Where(static s => s.Result == StepResult.Succeeded).ToArray();
        if (actions.Length == 0 || taken.Length == 0) return result;

        var access = await accounts.OfAsync(target.AccountId, decision.Event.IncidentId, cancellationToken).ConfigureAwait(false);
        if (access.Client is not { } iam) return result with { NotReadBack = access.Failure };
        PrincipalState state;
        try
        {
            state = await IamTargets.ReadAsync(iam, target, actions, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return result with { NotReadBack = AwsFailure.Describe(string.Join(", ", IamTargets.ReadsOf(actions).Select(static p => p["iam:".Length..])), e) };
        }

        if (!state.Exists) return result with { NotReadBack = $"there is no {target} any more" };
        var gone = Plan(decision, prior).Where(call => taken.Any(s => s.Action == call.Action && s.Subject == call.Subject) && !Stands(call, target, state)).ToArray();
        if (gone.Length == 0) return result;
        var again = await TakeAsync(gone, target, access, cancellationToken).ConfigureAwait(false);
        return result with { Steps = [.. result.Steps, .. again.Select(static s => s with { IsAgain = true })] };
    }

    private static async Task<ContainmentStep[]> TakeAsync(IEnumerable<PlannedCall> calls, Principal target, IamAccess access, CancellationToken cancellationToken)
    {
        var actions = access.Client is { } iam ? new IamActions(iam) : null;
        return await Task.WhenAll(calls.Select(call => (call.Run, actions) switch
        {
            (null, _) => Task.FromResult(Impossible(call, target)),
            (_, null) => Task.FromResult(new ContainmentStep(call.Action, target.Name, StepResult.Failed, access.Failure) { Subject = call.Subject }),
            var (run, able) => run(able, cancellationToken),
        })).ConfigureAwait(false);
    }

    private static ContainmentStep Impossible(PlannedCall call, Principal target) =>
        new(call.Action, target.Name, call.Otherwise, call.Cannot) { Subject = call.Subject, CannotBeDone = true };

    /// <summary>What a call did is still there.</summary>
    private static bool Stands(PlannedCall call, Principal target, PrincipalState now)
    {
        if (call.Action == PermissionsBoundary.DoAction(target.Kind)) return string.Equals(now.BoundaryArn, call.Subject, StringComparison.Ordinal);
        if (call.Action == PolicyDetachment.DoAction(target.Kind)) return !now.AttachedPolicyArns.Contains(call.Subject!, StringComparer.Ordinal);
        return call.Action switch
        {
            AccessKeyDeactivation.Action => now.Keys?.Any(k => k.Id == call.Subject && k.Active) != true,
            SessionRevocation.DoAction => now.InlinePolicyNames?.Contains(call.Subject!, StringComparer.Ordinal) != false,
            _ => true,
        };
    }

    private static IEnumerable<PlannedCall> CallsOf(ContainmentAction action, Principal target, Decision decision, PriorState prior)
    {
        if (action.SetsBoundary)
        {
            var denyAll = PriorStates.DenyAllArn(decision);
            yield return Call(PermissionsBoundary.DoAction(target.Kind), denyAll, (iam, c) => iam.Boundary.DoAsync(target, denyAll, c));
        }

        if (action.DetachesPolicies)
        {
            var granted = decision.Strongest?.Grant?.PolicyArn;
            foreach (var arn in prior.Detached.Union(granted is null ? [] : [granted], StringComparer.Ordinal))
                yield return Call(PolicyDetachment.DoAction(target.Kind), arn, (iam, c) => iam.Detachment.DoAsync(target, arn, c));
            if (action == ContainmentAction.DetachFromGroup && prior.Detached.Count == 0 && granted is null)
                yield return new PlannedCall(PolicyDetachment.DoAction(target.Kind), null, "the group has no administrator policy attached");
        }
        else if (action == ContainmentAction.DeactivateKeys)
        {
            if (decision.Facts.Target.Value is null or { Exists: true, Keys: null }) yield return Unread(AccessKeyDeactivation.Action, decision);
            foreach (var key in prior.Keys.Where(static k => k.Active))
                yield return Call(AccessKeyDeactivation.Action, key.Id, (iam, c) => iam.Key.DoAsync(target, key.Id, c));
        }
        else if (action == ContainmentAction.RemoveConsolePassword)
        {
            yield return Call(ConsolePasswordRemoval.Action, null, (iam, c) => iam.Password.DoAsync(target, c));
        }
        else if (action == ContainmentAction.RevokeSessions && prior.Sessions is { } denial)
        {
            // Without the names that are taken, a policy of somebody else might be overwritten, and nobody could put it back.
            yield return decision.Facts.Target.Value is { Exists: false } or { InlinePolicyNames: not null }
                ? Call(SessionRevocation.DoAction, denial.PolicyName, (iam, c) => iam.Sessions.DoAsync(target, denial, c))
                : Unread(SessionRevocation.DoAction, decision);
        }
        else if (action == ContainmentAction.RestorePolicyVersion)
        {
            yield return prior.Version switch
            {
                { Set: { } version } => Call(PolicyVersionRollback.Action, version, (iam, c) => iam.Version.DoAsync(target, version, c)),
                { } none => new PlannedCall(PolicyVersionRollback.Action, null, $"no version other than {none.Before} grants less than administrator"),
                null => Unread(PolicyVersionRollback.Action, decision),
            };
        }
    }

    private static PlannedCall Call(string action, string? subject, Func<IamActions, CancellationToken, Task<ContainmentStep>> run) => new(action, subject) { Run = run };

    /// <summary>A failure, so that the delivery is tried again.</summary>
    private static PlannedCall Unread(string action, Decision decision) =>
        new(action, null, "not tried, the state before is not known: " + (decision.Facts.Target.Failure ?? (decision.Facts.Target.Value?.Unread is { Count: > 0 } unread ? string.Join("; ", unread) : "it was not read"))) { Otherwise = StepResult.Failed };

    private static string[] Iam(IEnumerable<string> actions) => [.. actions.Select(static a => "iam:" + a).Distinct()];
}
