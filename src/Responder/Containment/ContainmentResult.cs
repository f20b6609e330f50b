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

    /// <summary>The step was taken before, and what it did was gone when it was read back.</summary>
    public bool IsAgain { get; init; }

    /// <summary>
    /// The step was not taken because it cannot be, and the target is not contained by it; not because it was done already.
    /// </summary>
    public bool CannotBeDone { get; init; }
}

/// <summary>What containment did. Carries the decision it carried out.</summary>
/// <param name="Prior">State before, for the ledger; null when nothing was contained.</param>
public sealed record ContainmentResult(Decision Decision, IReadOnlyList<ContainmentStep> Steps, PriorState? Prior)
{
    /// <summary>Why nobody knows whether what was done still stands; null: it does, or nothing was done.</summary>
    public string? NotReadBack { get; init; }

    /// <summary>
    /// Roles that the contained user took on before: their sessions keep working. Null: nobody asked, as no user was contained.
    /// </summary>
    public AssumedRoles? RolesAssumed { get; init; }

    /// <summary>Somebody took back at once what was done, and it was done again.</summary>
    public bool WasTakenBack => Steps.Any(static s => s.IsAgain);

    public bool Failed => Steps.Any(static s => s.Result == StepResult.Failed);

    /// <summary>True when an action was meant to be taken and none of them failed or could not be taken at all.</summary>
    public bool Contained => Decision.Action == DecisionAction.Contain && !Failed && !Steps.Any(static s => s.CannotBeDone);

    public static ContainmentResult Nothing(Decision decision) => new(decision, [], null);
}

/// <summary>Acting on AWS. Steps that fail are results, never exceptions.</summary>
public interface IContainment
{
    /// <summary>Contains the decision's target; the calls run at the same time.</summary>
    /// <param name="prior">What a release would restore; its policies are detached.</param>
    /// <param name="written">The state as it stands in the ledger, once it does; null: it could not be written down.</param>
    Task<ContainmentResult> ContainAsync(
        Decision decision, PriorState prior, Task<PriorState?> written, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the target again and does once more what is not there any longer: IAM takes seconds to enforce a change, and a script uses
    /// them to take it back. Steps done again are added to the result.
    /// </summary>
    Task<ContainmentResult> ReadBackAsync(ContainmentResult result, CancellationToken cancellationToken);
}
