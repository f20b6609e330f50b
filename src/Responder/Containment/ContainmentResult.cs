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

    /// <summary>True when what was done was read back and stands.</summary>
    public bool IsReadBack { get; init; }

    /// <summary>
    /// The id of somebody else whom the read-back showed under the target's name: what was done may have hit him. Null otherwise.
    /// </summary>
    public string? AnotherId { get; init; }

    /// <summary>
    /// When a release ended of which the decision to put the containment back did not know; null: there was none.
    /// </summary>
    public DateTimeOffset? ReleasedMeanwhile { get; init; }

    /// <summary>The unique id that the read-back showed under our boundary; null when nothing was read back.</summary>
    public string? SeenId { get; init; }

    /// <summary>The unique id that is contained, as far as it was read; null when it was not, or the target has none.</summary>
    public string? ContainedId => Decision.KnownTarget?.Id ?? SeenId;

    /// <summary>True when IAM accepted everything, and nobody has read whom the name meant.</summary>
    public bool IsUnproven => Decision is
    {
        Action: DecisionAction.Contain,
        Target.Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group,
    }
        && !Failed
        && Steps.Any(static s => s.Result == StepResult.Succeeded) && ContainedId is null;

    /// <summary>True when IAM came to know the target only after the first page.</summary>
    public bool WasFoundLate { get; init; }

    /// <summary>True when somebody undid at once what was done, and it was done again.</summary>
    public bool WasTakenBack => Steps.Any(static s => s.IsAgain);

    /// <summary>True when a page about the earlier result is not true any more.</summary>
    public bool HasNews(ContainmentResult earlier) => AnotherId != earlier.AnotherId || IsUnproven != earlier.IsUnproven
        || ReleasedMeanwhile != earlier.ReleasedMeanwhile
        || Steps.Count(static s => s.IsAgain) > earlier.Steps.Count(static s => s.IsAgain);

    public bool Failed => AnotherId is not null || Steps.Any(static s => s.Result == StepResult.Failed);

    /// <summary>
    /// True when the target was to be contained, AWS accepted a step on the id that was read, and none failed or turned out to be
    /// impossible. Where nothing was done, nobody is contained.
    /// </summary>
    public bool Contained => Decision.Action == DecisionAction.Contain && !Failed
        && Steps.Any(static s => s.Result == StepResult.Succeeded) && !Steps.Any(static s => s.CannotBeDone) && !IsUnproven;

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
    /// it. Since IAM's reads lag its writes as well, what looks undone is read again after two and four seconds first. Repeated steps are
    /// added to the result.
    /// </summary>
    Task<ContainmentResult> ReadBackAsync(ContainmentResult result, CancellationToken cancellationToken);
}
