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

    /// <summary>Set once a person has closed the record.</summary>
    public Closing? Closed { get; init; }
}

/// <summary>Who closed a record, when and why.</summary>
/// <param name="By">The ARN of the caller, as STS reports it; <c>unknown</c> when STS does not.</param>
public sealed record Closing(DateTimeOffset At, string By, string Reason);

/// <summary>The ledger of a principal. Undo data belongs to the principal, not to the event.</summary>
/// <param name="Released">True once a release has restored the prior state.</param>
/// <param name="ReleaseRequestIds">AWS request ids of the calls a release made: CloudTrail's <c>requestID</c> of the events they
/// cause.</param>
public sealed record LedgerState(bool Released, PriorState Prior, IReadOnlyList<string> ReleaseRequestIds, string? FirstIncident)
{
    /// <summary>The unique id of whom was contained; null in a ledger from before ids were kept.</summary>
    public string? PrincipalId { get; init; }

    /// <summary>When the first containment was written down.</summary>
    public DateTimeOffset? ContainedAt { get; init; }

    /// <summary>When the last release was finished; null: never.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>False when the ledger is of somebody else who had the same name: it is history, and nobody's prior state.</summary>
    public bool IsOf(string? principalId) => PrincipalId is null || principalId is null || PrincipalId == principalId;
}
