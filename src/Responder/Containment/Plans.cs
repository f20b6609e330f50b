using Amazon.IdentityManagement;
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
    /// <summary>The result that the call counts as when it is not made.</summary>
    internal StepResult Otherwise { get; init; } = StepResult.Skipped;

    /// <summary>Makes the call; null: it is not made.</summary>
    internal Func<IAmazonIdentityManagementService, CancellationToken, Task<ContainmentStep>>? Run { get; init; }

    /// <summary>True when the effect of the call is there, as IAM shows; null: a read of the target does not show it.</summary>
    internal Func<PrincipalState, bool>? Effect { get; init; }

    /// <summary>True when nothing shows that the effect of the call is gone.</summary>
    internal bool Stands(PrincipalState now) => Effect?.Invoke(now) != false;

    /// <summary>True when the call would change nothing.</summary>
    /// <param name="now">The target before the call.</param>
    public bool IsAlreadySo(PrincipalState now) => now.Exists && !now.HasUnreadBoundary && now.Unread.Count == 0
        && Effect?.Invoke(now) == true;

    /// <summary>
    /// A call that is not made because the prior state is not known. It counts as failed, so that the delivery is tried again.
    /// </summary>
    internal static PlannedCall Unread(string action, Decision decision)
    {
        var target = decision.Facts.Target;
        var reason = target.Failure ?? (target.Value?.Unread is { Count: > 0 } unread ? string.Join("; ", unread) : "it was not read");
        return new PlannedCall(action, null, "not tried, the state before is not known: " + reason) { Otherwise = StepResult.Failed };
    }
}

/// <summary>One call that a release will make.</summary>
/// <param name="Action">The API's name, for example <c>AttachUserPolicy</c>.</param>
/// <param name="Subject">The policy, boundary, key or version that is put back or taken away; null when our boundary is only
/// removed.</param>
public sealed record PlannedStep(string Action, string? Subject)
{
    /// <summary>The step as the ledger names it, so that a release that stopped halfway recognizes its own work.</summary>
    internal string Key => CallName.Of(Action, Subject);

    internal Func<IAmazonIdentityManagementService, CancellationToken, Task<ContainmentStep>>? Run { get; init; }

    /// <summary>A sentence about what the target, read again, does not show of the step; null when the step is in effect.</summary>
    internal Func<PrincipalState, string?> Difference { get; init; } = static _ => null;
}

/// <summary>
/// Compares what containment left with what is there now: the steps that restore the state before, and what somebody else changed in
/// between. Filled by the measures. Pure.
/// </summary>
/// <param name="undone">Keys of the steps that an earlier release took already.</param>
/// <param name="neverDone">Steps (action and subject) of the containment that did not succeed.</param>
/// <param name="isChosen">A person chose the state to restore, because none was known for certain.</param>
public sealed class UndoPlan(
    Principal target, PrincipalState now, IReadOnlyList<string> undone, IReadOnlyList<string> neverDone, bool isChosen)
{
    public Principal Target { get; } = target;

    public PrincipalState Now { get; } = now;

    public bool IsChosen { get; } = isChosen;

    public List<PlannedStep> Steps { get; } = [];

    /// <summary>Sentences about what somebody has changed since. A release of such a target has to be forced.</summary>
    public List<string> Changes { get; } = [];

    /// <summary>What a person should know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What the target has besides what it had before, as sentences; a release leaves it.</summary>
    public List<string> Besides { get; } = [];

    /// <summary>
    /// True when what looks changed is our own work: an earlier release took the step, or containment never got that far.
    /// </summary>
    /// <param name="undo">The step that would undo it.</param>
    /// <param name="doAction">The API's name of the containment's call.</param>
    /// <param name="subject">The subject of that call; null: any.</param>
    public bool WasOurs(PlannedStep undo, string doAction, string? subject) => undone.Contains(undo.Key, StringComparer.Ordinal)
        || neverDone.Any(done => done == (subject is null ? doAction : doAction + " " + subject)
            || (subject is null && done.StartsWith(doAction + " ", StringComparison.Ordinal)));
}
