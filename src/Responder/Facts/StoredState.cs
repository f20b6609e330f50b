using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>The incident record, as far as a later delivery needs it.</summary>
/// <param name="Complete">False when a delivery began and did not finish; it is then redone from the beginning.</param>
/// <param name="Severity">The highest severity that was paged under this record.</param>
/// <param name="Count">Events that share the record.</param>
/// <param name="EventIds">The last events that share it.</param>
/// <param name="Prior">The principal's prior state, kept a second time in case the ledger could not be written.</param>
public sealed record RecordState(bool Complete, Severity Severity, int Count, IReadOnlyList<string> EventIds, PriorState? Prior)
{
    /// <summary>True when it was paged at the grade for unread content: a later try may know more.</summary>
    public bool HasUnread { get; init; }

    /// <summary>What was told under this record, if findings share it.</summary>
    public Told Told { get; init; } = Told.Nothing;

    /// <summary>Set once a person has closed the record.</summary>
    public Closing? Closed { get; init; }
}

/// <summary>Who closed a record, when and why.</summary>
/// <param name="By">The ARN of the caller, as STS reports it; <c>unknown</c> when STS does not.</param>
public sealed record Closing(DateTimeOffset At, string By, string Reason);

/// <summary>
/// What the ledger holds about a principal, from all entries that no release has ended, or from those that the last release ended. Undo
/// data belongs to the principal, not to the event.
/// </summary>
/// <param name="Released">True once a release has restored the prior state.</param>
/// <param name="ReleaseRequestIds">AWS request ids of the calls that releases made: CloudTrail's <c>requestID</c> of the events they
/// cause.</param>
public sealed record LedgerState(bool Released, PriorState Prior, IReadOnlyList<string> ReleaseRequestIds, string? FirstIncident)
{
    /// <summary>The unique id of whom was contained; null where IAM could not be asked for it.</summary>
    public string? PrincipalId { get; init; }

    /// <summary>When the first containment was written down.</summary>
    public DateTimeOffset? ContainedAt { get; init; }

    /// <summary>When the first entry was written that holds a policy, by the policy's ARN.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> TakenAt { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>When the last release was finished; null: never.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>
    /// The entries that it consists of, oldest first, as full names of parameters; an entry that was split names each of its parts.
    /// </summary>
    public IReadOnlyList<string> Entries { get; init; } = [];

    /// <summary>The number of the last of them.</summary>
    public int Number { get; init; }

    /// <summary>Boundaries that were on the principal when he was contained once more, and that our own replaced.</summary>
    public IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>True when a part of an entry is missing: what the prior state says may not be all.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>The release that was planned and is not finished, or the last one that is; null: none.</summary>
    public ReleaseProgress? Release { get; init; }
}

/// <summary>How far a release is.</summary>
/// <param name="IsDone">True once the prior state was read back.</param>
/// <param name="At">When it was planned, or finished.</param>
/// <param name="By">The ARN of the caller, as STS reports it; <c>unknown</c> when STS does not.</param>
public sealed record ReleaseProgress(bool IsDone, DateTimeOffset? At, string? By)
{
    /// <summary>The calls that it planned, as <see cref="CallName"/> has them.</summary>
    public IReadOnlyList<string> Calls { get; init; } = [];

    /// <summary>The calls that it made.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>The unique id of whom it releases; null: not known.</summary>
    public string? TargetId { get; init; }

    /// <summary>Calls of the plan are made until then; null: in no plan.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The AWS request ids of the calls it made.</summary>
    public IReadOnlyList<string> RequestIds { get; init; } = [];

    /// <summary>True when the state that it restores was taken from the log, because no ledger holds it.</summary>
    public bool IsFromLog { get; init; }
}
