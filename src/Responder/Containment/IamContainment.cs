using Amazon.IdentityManagement;
using Responder.Aws;
using Responder.Decisions;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>Carries out the actions that were decided, all at the same time.</summary>
public sealed class IamContainment(IamAccounts accounts, ActionCatalog actions, Pauses pauses) : IContainment
{
    private const int MostReads = 3;

    private static readonly TimeSpan s_lag = TimeSpan.FromSeconds(2);

    public async Task<ContainmentResult> ContainAsync(
        Decision decision, PriorState prior, Task<PriorState?> written, CancellationToken cancellationToken)
    {
        if (decision is not { Action: DecisionAction.Contain, Target: { } target }) return ContainmentResult.Nothing(decision);
        var access = await accounts.OfAsync(target.AccountId, decision.Event.IncidentId, cancellationToken).ConfigureAwait(false);
        if (decision.IsTargetUnknown)
        {
            return new ContainmentResult(
                decision, [.. actions.Plan(decision, prior).Select(call => Failed(call, target, MissingTarget.Sentence(decision)))], null);
        }

        var taking = actions.Of(decision.Actions)
            .Select(action => TakeAsync(action, target, decision, prior, written, access, cancellationToken));
        var steps = await Task.WhenAll(taking).ConfigureAwait(false);
        return new ContainmentResult(decision, [.. steps.SelectMany(static s => s)], prior);
    }

    private static async Task<ContainmentStep[]> TakeAsync(
        ContainmentAction action, Principal target, Decision decision, PriorState prior, Task<PriorState?> written, IamAccess access,
        CancellationToken cancellationToken)
    {
        var stands = action.WaitsForLedger ? await written.ConfigureAwait(false) : prior;
        var calls = action.Measures.SelectMany(m => m.Plan(target, decision, stands ?? prior));
        if (stands is not null) return await TakeAsync(calls, target, access, cancellationToken).ConfigureAwait(false);
        // They count as failed, so that the delivery is tried again.
        return [.. calls.Select(call => call.Run is null
            ? Impossible(call, target)
            : Failed(call, target, $"{call.Action}: not tried, the state before could not be written down"))];
    }

    public async Task<ContainmentResult> ReadBackAsync(ContainmentResult result, CancellationToken cancellationToken)
    {
        if (result is not { Decision: { Action: DecisionAction.Contain, Target: { } target } decision, Prior: { } prior }) return result;
        // Actions that cannot be done twice are not read back: there is nothing to put on again.
        var repeatable = actions.Repeatable(decision.Actions);
        var taken = result.Steps.Where(static s => s.Result == StepResult.Succeeded).ToArray();
        if (repeatable.Count == 0 || taken.Length == 0) return result;

        var access = await accounts.OfAsync(target.AccountId, decision.Event.IncidentId, cancellationToken).ConfigureAwait(false);
        if (access.Client is not { } iam) return result with { NotReadBack = access.Failure };
        var read = await ReadUntilItStandsAsync(iam, result, prior, repeatable, taken, cancellationToken).ConfigureAwait(false);
        if (read.NotReadBack is { } because) return result with { NotReadBack = because };
        if (read.AnotherId is { } another) return result with { AnotherId = another };
        if (read.Gone is not { Length: > 0 } gone) return result with { IsReadBack = true, SeenId = read.Id };
        var again = await TakeAsync(gone, target, access, cancellationToken).ConfigureAwait(false);
        var unproven = await UnprovenAsync(iam, target, gone, repeatable, cancellationToken).ConfigureAwait(false);
        return result with
        {
            Steps =
            [
                .. result.Steps, .. again.Select((step, i) => step.Result == StepResult.Succeeded && unproven[i] is { } because
                    ? step with { IsAgain = true, Result = StepResult.Failed, Error = because }
                    : step with { IsAgain = true }),
            ],
        };
    }

    /// <summary>
    /// Whether what was done again stands: for each call null, or why that is not known or not so. A script that undoes everything would
    /// win against one repetition, and nobody may be said to be contained then.
    /// </summary>
    private async Task<string?[]> UnprovenAsync(
        IAmazonIdentityManagementService iam, Principal target, PlannedCall[] calls, IReadOnlyList<ActionId> repeatable,
        CancellationToken cancellationToken)
    {
        try
        {
            for (var reads = 1; ; reads++)
            {
                await pauses.ForAsync(s_lag, cancellationToken).ConfigureAwait(false);
                var state = await IamTargets.ReadAsync(iam, target, actions.MeasuresOn(target.Kind, repeatable), cancellationToken)
                    .ConfigureAwait(false);
                if (reads == MostReads || (state.Exists && Array.TrueForAll(calls, call => call.Stands(state))))
                {
                    return [.. calls.Select(call => state.Exists && call.Stands(state)
                        ? null
                        : $"{call.Action}: done again, and gone again: somebody undoes it")];
                }
            }
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            var because = AwsFailure.Describe(actions.ReadCalls(repeatable), e);
            return [.. calls.Select(call => (string?)$"{call.Action}: done again, and not read back: {because}")];
        }
    }

    private sealed record Seen(PlannedCall[] Gone)
    {
        public string? NotReadBack { get; init; }

        public string? AnotherId { get; init; }

        public string? Id { get; init; }
    }

    /// <summary>Reads up to three times: one read that shows the state before proves nothing.</summary>
    private async Task<Seen> ReadUntilItStandsAsync(
        IAmazonIdentityManagementService iam, ContainmentResult result, PriorState prior, IReadOnlyList<ActionId> repeatable,
        ContainmentStep[] taken, CancellationToken cancellationToken)
    {
        var (decision, target) = (result.Decision, result.Decision.Target!);
        bool WasTaken(PlannedCall call) => taken.Any(s => s.Action == call.Action && s.Subject == call.Subject);
        try
        {
            for (var reads = 1; ; reads++)
            {
                var state = await IamTargets.ReadAsync(
                    iam, target, actions.MeasuresOn(target.Kind, repeatable), cancellationToken).ConfigureAwait(false);
                if (!state.Exists)
                    return new Seen([]) { NotReadBack = $"IAM knows no {target} any more: deleted or renamed since" };
                // Whose id is read only now is told by when he was made.
                if (state.Id is { } id && (decision.Facts.Target.Value?.Id is { } contained
                    ? id != contained
                    : decision.Strongest?.Grant is not null && state.Created > decision.Event.EventTime))
                    return new Seen([]) { AnotherId = id };
                var gone = actions.Plan(decision, prior).Where(call => WasTaken(call) && !call.Stands(state)).ToArray();
                if (gone.Length == 0 || reads == MostReads) return new Seen(gone) { Id = state.Id };
                await pauses.ForAsync(s_lag, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new Seen([]) { NotReadBack = AwsFailure.Describe(actions.ReadCalls(repeatable), e) };
        }
    }

    private static Task<ContainmentStep[]> TakeAsync(
        IEnumerable<PlannedCall> calls, Principal target, IamAccess access, CancellationToken cancellationToken) =>
        Task.WhenAll(calls.Select(call => (call.Run, access.Client) switch
        {
            (null, _) => Task.FromResult(Impossible(call, target)),
            (_, null) => Task.FromResult(Failed(call, target, access.Failure)),
            var (run, iam) => run(iam, cancellationToken),
        }));

    private static ContainmentStep Failed(PlannedCall call, Principal target, string? because) =>
        new(call.Action, target.Name, StepResult.Failed, because) { Subject = call.Subject };

    private static ContainmentStep Impossible(PlannedCall call, Principal target) =>
        new(call.Action, target.Name, call.Otherwise, call.Cannot) { Subject = call.Subject, CannotBeDone = true };
}
