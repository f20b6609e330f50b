using Responder.Containment;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>An incident that cannot be released as asked. The message says why and what to do.</summary>
public sealed class ReleaseException(string message) : Exception(message);

/// <summary>What a release has to do.</summary>
public enum ReleaseState
{
    /// <summary>There are steps to take, or at least the ledger to close.</summary>
    Ready,

    /// <summary>An earlier release restored the prior state.</summary>
    AlreadyReleased,

    /// <summary>The incident contained nobody.</summary>
    NothingContained,

    /// <summary>Nobody recorded the boundary that was there before; a person has to name it.</summary>
    NeedsBoundary,

    /// <summary>
    /// Somebody has changed what the containment had done; a person has to confirm that the state before is still wanted.
    /// </summary>
    Changed,
}

/// <summary>What a release would do, read from record, ledger and IAM; nothing has been changed yet.</summary>
/// <param name="RecordName">Full name of the incident record.</param>
/// <param name="LedgerName">Full name of the ledger; null when the incident contained nobody.</param>
/// <param name="Prior">The state that is restored; its boundary is the person's choice where one was made.</param>
/// <param name="Current">The state now; null when it was not read.</param>
public sealed record ReleasePlan(
    ReleaseState State, string RecordName, string? LedgerName, Principal? Principal, PriorState? Prior, PrincipalState? Current)
{
    public IReadOnlyList<PlannedStep> Steps { get; init; } = [];

    /// <summary>Sentences about what somebody has changed since the containment. If there are any, the release has to be forced.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>What a person should know: why a step is left out, what cannot be restored, who released before.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The state before and the state now, in a few words each; what was not recorded or not read is left out.</summary>
    public (IReadOnlyList<string> Before, IReadOnlyList<string> Now) Described { get; init; } = ([], []);

    /// <summary>True when the target will have more than it had before: a note says what.</summary>
    public bool LeavesMore { get; init; }

    /// <summary>
    /// Sentences about what the target has, and what is not compared with the state before; they are among the notes, too.
    /// </summary>
    public IReadOnlyList<string> Uncompared { get; init; } = [];

    internal string RecordText { get; init; } = "";

    /// <summary>Full name of the last entry, whose release ends all before it, too.</summary>
    internal string Entry { get; init; } = "";

    /// <summary>True when neither ledger nor record holds the state that is restored.</summary>
    internal bool IsFromLog { get; init; }

    /// <summary>True when an earlier release ended the ledger, and only the record does not say so yet.</summary>
    public bool IsEnded { get; init; }

    internal IReadOnlyList<string> EarlierRequestIds { get; init; } = [];

    internal IReadOnlyList<string> EarlierSteps { get; init; } = [];
}
