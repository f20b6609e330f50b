using Responder.Aws;
using Responder.Decisions;
using Responder.Vocabulary;

namespace Responder.Containment;

public enum StepResult
{
    Succeeded,
    Failed,

    /// <summary>There was nothing to do: already detached, no longer exists, not modifiable.</summary>
    Skipped,
}

/// <summary>One AWS call of a containment or a release.</summary>
/// <param name="Action">The API's name, for example <c>PutUserPermissionsBoundary</c>.</param>
/// <param name="Target">Name of the principal acted on.</param>
/// <param name="Error">Why it failed or was skipped, in AWS's words; null when it succeeded.</param>
/// <param name="RequestId">AWS request id; null when there was no answer.</param>
public sealed record ContainmentStep(string Action, string Target, StepResult Result, string? Error = null, string? RequestId = null)
{
    /// <summary>The policy or boundary that the step set or removed; null when none.</summary>
    public string? Subject { get; init; }

    /// <summary>True when the step was taken before, but its effect was gone when the target was read back.</summary>
    public bool IsAgain { get; init; }

    /// <summary>
    /// True when the step was not taken because it cannot be, and so does not contain the target; false when it was already done.
    /// </summary>
    public bool CannotBeDone { get; init; }
}

/// <summary>What containment did, with the decision that it carried out.</summary>
/// <param name="Prior">The prior state, for the ledger; null when nothing was contained.</param>
public sealed record ContainmentResult(Decision Decision, IReadOnlyList<ContainmentStep> Steps, PriorState? Prior)
{
    /// <summary>Why it is not known whether what was done still stands; null when it does or nothing was done.</summary>
    public string? NotReadBack { get; init; }

    /// <summary>
    /// The roles that the contained user had assumed: their sessions keep working. Null when nobody asked, because no user was contained.
    /// </summary>
    public AssumedRoles? RolesAssumed { get; init; }

    /// <summary>True when somebody undid at once what was done, and it was done again.</summary>
    public bool WasTakenBack => Steps.Any(static s => s.IsAgain);

    public bool Failed => Steps.Any(static s => s.Result == StepResult.Failed);

    /// <summary>True when the target was to be contained, and no step failed or turned out to be impossible.</summary>
    public bool Contained => Decision.Action == DecisionAction.Contain && !Failed && !Steps.Any(static s => s.CannotBeDone);

    public static ContainmentResult Nothing(Decision decision) => new(decision, [], null);
}

/// <summary>Acts on AWS. Steps that fail are results, never exceptions.</summary>
public interface IContainment
{
    /// <summary>Contains the decision's target; the calls run at the same time.</summary>
    /// <param name="prior">What a release would restore; its policies are detached.</param>
    /// <param name="written">The prior state as the ledger holds it, once it does; null when it could not be written.</param>
    Task<ContainmentResult> ContainAsync(
        Decision decision, PriorState prior, Task<PriorState?> written, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the target again and repeats what is no longer there: IAM takes seconds to enforce a change, and a script can use them to undo
    /// it. Repeated steps are added to the result.
    /// </summary>
    Task<ContainmentResult> ReadBackAsync(ContainmentResult result, CancellationToken cancellationToken);
}
