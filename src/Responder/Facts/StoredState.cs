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
public sealed record LedgerState(bool Released, PriorState Prior, IReadOnlyList<string> ReleaseRequestIds, string? FirstIncident);
