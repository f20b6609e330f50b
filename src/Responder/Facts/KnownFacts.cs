using Responder.Decisions;
using Responder.Detections;

namespace Responder.Facts;

/// <summary>The state of a principal in IAM before we act. Undo data.</summary>
/// <param name="Exists">False: IAM says that there is no such principal.</param>
/// <param name="Arn">The exact ARN, with path.</param>
/// <param name="BoundaryArn">The permissions boundary; null: none.</param>
/// <param name="AttachedPolicyArns">Managed policies attached directly.</param>
public sealed record PrincipalState(bool Exists, string? Arn, string? BoundaryArn, IReadOnlyList<string> AttachedPolicyArns)
{
    public static PrincipalState Missing { get; } = new(false, null, null, []);

    /// <summary>Why parts could not be read, in AWS's words; empty: all that was asked for is known.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>The boundary is not known: <see cref="BoundaryArn"/> says nothing.</summary>
    public bool HasUnreadBoundary { get; init; }

    /// <summary>The attached policies are not known: <see cref="AttachedPolicyArns"/> says nothing.</summary>
    public bool HasUnreadPolicies { get; init; }

    /// <summary>Access keys of a user; null: not read.</summary>
    public IReadOnlyList<AccessKeyState>? Keys { get; init; }

    /// <summary>Whether a user has a console password; null: not read.</summary>
    public bool? HasPassword { get; init; }

    /// <summary>Names of a role's inline policies; null: not read.</summary>
    public IReadOnlyList<string>? InlinePolicyNames { get; init; }

    /// <summary>The default version of a customer policy, <c>v3</c>; null: not read.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>The newest other version that does not grant administrator; null: not read, or there is none.</summary>
    public string? SaferVersion { get; init; }
}

/// <param name="Id">AKIA….</param>
public sealed record AccessKeyState(string Id, bool Active);

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
public sealed record PriorState(string? Boundary, IReadOnlyList<string> Detached)
{
    /// <summary>What containment did to the principal, and so what a release takes back. By default the quarantine of a user.</summary>
    public IReadOnlyList<ContainmentAction> Actions { get; init; } = [ContainmentAction.QuarantineUser];

    /// <summary>Every access key that containment found, each with its status before.</summary>
    public IReadOnlyList<AccessKeyState> Keys { get; init; } = [];

    /// <summary>The inline policy that denies older sessions; null: none was put.</summary>
    public SessionDenial? Sessions { get; init; }

    /// <summary>The change of a customer policy's default version; null: none was made.</summary>
    public VersionChange? Version { get; init; }

    /// <summary>Containment sets the boundary, so a release has to put it back.</summary>
    public bool SetsBoundary => Actions.Any(static a => a.SetsBoundary);

    /// <summary>A release will have to ask which boundary was there.</summary>
    public bool IsUnknown => SetsBoundary && Boundary is null;
}

/// <summary>An inline policy of ours that denies everything to a role's older sessions.</summary>
/// <param name="Before">Sessions issued before this are denied; whole seconds, UTC.</param>
/// <param name="UserId"><c>AROA…:session</c> when only that session is denied; null: all.</param>
public sealed record SessionDenial(string PolicyName, DateTimeOffset Before, string? UserId);

/// <param name="Before">The default version before, which a release sets again.</param>
/// <param name="Set">The version that containment made the default; null: there was none that grants less.</param>
public sealed record VersionChange(string Before, string? Set);

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

    /// <summary>Why it is not known whom the event concerns, and so whom to contain; in AWS's words. Such a delivery is worth another try.</summary>
    public IReadOnlyList<string> UnknownTargets { get; init; } = [];

    /// <summary>Containments of this hour, this one included; null: not asked for.</summary>
    public int? BudgetUsed { get; init; }

    /// <summary>Put-backs of the target's quarantine in this hour, this one included; null: not asked for.</summary>
    public int? PutBacks { get; init; }

    /// <summary>STS refused the containment role of the member account that the event is from.</summary>
    public bool HasNoContainmentRole { get; init; }

    /// <summary>No facts at all, as in a backtest.</summary>
    public static KnownFacts None(IReadOnlyList<Finding> findings, DateTimeOffset now) => new() { Findings = findings, Now = now };
}
