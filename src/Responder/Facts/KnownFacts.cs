using Responder.Detections;

namespace Responder.Facts;

/// <summary>The state of a principal in IAM before we act. Undo data.</summary>
/// <param name="Exists">False: IAM says that there is no such principal.</param>
/// <param name="Arn">The exact ARN, with path.</param>
/// <param name="BoundaryArn">The permissions boundary; null: none.</param>
/// <param name="AttachedPolicyArns">Managed policies attached directly.</param>
public sealed record PrincipalState(bool Exists, string? Arn, string? BoundaryArn, IReadOnlyList<string> AttachedPolicyArns);

/// <summary>The incident record, as far as a later delivery needs it.</summary>
/// <param name="Complete">False: a delivery began and did not finish; it is redone whole.</param>
/// <param name="Severity">The highest severity that was paged under this record.</param>
/// <param name="Count">Events that share the record.</param>
/// <param name="EventIds">The last events that share it.</param>
/// <param name="Prior">Prior state of the principal, kept a second time in case that the ledger could not be written.</param>
public sealed record RecordState(bool Complete, Severity Severity, int Count, IReadOnlyList<string> EventIds, PriorState? Prior)
{
    /// <summary>Set once a person has closed the record.</summary>
    public Closing? Closed { get; init; }
}

/// <summary>Who closed a record, when and why.</summary>
/// <param name="By">ARN of the caller, as STS tells it; <c>unknown</c> when it did not.</param>
public sealed record Closing(DateTimeOffset At, string By, string Reason);

/// <summary>What containment changed on a principal and how it was before.</summary>
/// <param name="Boundary">ARN of the boundary before; empty: none; null: unknown (our mark was found without a ledger, or IAM could not be read).</param>
/// <param name="Detached">Managed policies that containment detaches and release attaches again.</param>
public sealed record PriorState(string? Boundary, IReadOnlyList<string> Detached);

/// <summary>The ledger of a principal: undo data belongs to the principal, not to the event.</summary>
/// <param name="Released">True once a release has restored the prior state.</param>
/// <param name="ReleaseRequestIds">AWS request ids of the calls a release made: CloudTrail's <c>requestID</c> of the events they cause.</param>
public sealed record LedgerState(bool Released, PriorState Prior, IReadOnlyList<string> ReleaseRequestIds, string? FirstIncident);

/// <summary>Something that was read, or the reason why it could not be.</summary>
public readonly record struct Read<T>
{
    private Read(bool known, T? value, string? failure)
    {
        Known = known;
        Value = value;
        Failure = failure;
    }

    /// <summary>True when the answer is known, also when the answer is "there is none" (<see cref="Value"/> null).</summary>
    public bool Known { get; }

    public T? Value { get; }

    public string? Failure { get; }

    public static Read<T> Of(T? value) => new(true, value, null);

    public static Read<T> Failed(string because) => new(false, default, because);
}

/// <summary>What was read before deciding. Everything is optional; what could not be read says why.</summary>
public sealed record KnownFacts
{
    /// <summary>When the facts were read; the "now" of every later decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The findings, each in the light of its answer.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Record by its own event, for a finding that containment may act on.</summary>
    public Read<RecordState> Record { get; init; }

    /// <summary>The record this finding shares with others of its hour, otherwise.</summary>
    public Read<RecordState> SharedRecord { get; init; }

    public Read<LedgerState> Ledger { get; init; }

    public Read<PrincipalState> Target { get; init; }

    /// <summary>The kill switch: true forces Observe.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>What could not be read, in AWS's words; travels into the page.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Containments of this hour, this one included; null: not asked for.</summary>
    public int? BudgetUsed { get; init; }

    /// <summary>No facts at all, as in a backtest.</summary>
    public static KnownFacts None(IReadOnlyList<Finding> findings, DateTimeOffset now) => new() { Findings = findings, Now = now };
}
