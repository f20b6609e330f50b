using Responder.Detections;

namespace Responder.Facts;

/// <summary>What was read before deciding. Everything is optional; what could not be read says why.</summary>
public sealed record KnownFacts
{
    /// <summary>When the facts were read; the "now" of every later decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The findings, each in light of its answer.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The event's own record, for a finding that containment may act on.</summary>
    public Read<RecordState> Record { get; init; }

    /// <summary>For any other finding, the record that it shares with others of its hour.</summary>
    public Read<RecordState> SharedRecord { get; init; }

    /// <summary>The record that a flood of findings of the same cause shares; null: there is none.</summary>
    public RecordState? FloodRecord { get; init; }

    /// <summary>The record that a flood of incidents of the same principal shares; null: there is none.</summary>
    public RecordState? FloodIncident { get; init; }

    /// <summary>What the causes have said in this hour; null: not asked for.</summary>
    public PageCounts? PageCounts { get; init; }

    public Read<LedgerState> Ledger { get; init; }

    /// <summary>The number of the last entry of the ledger, whoever it is about; the next one takes the next number.</summary>
    public int LedgerNumber { get; init; }

    /// <summary>Whether a release of ours made the call.</summary>
    public ReleaseMatch Release { get; init; }

    /// <summary>Who contained by hand what the release lifts, as an ARN; null: nobody, or not known.</summary>
    public string? ContainedByHand { get; init; }

    public Read<PrincipalState> Target { get; init; }

    /// <summary>
    /// Who has the policy that the event granted; asked only when IAM does not show it on the target, or knows no such target.
    /// </summary>
    public Read<IReadOnlyList<PolicyHolder>> Holders { get; init; }

    /// <summary>Whom the target's name meant before a rename; null: nobody wrote one down.</summary>
    public RenameNote? Renamed { get; init; }

    /// <summary>True when the target is the one of a rename: the event names him by a name that he gave up since.</summary>
    public bool IsFoundByRename { get; init; }

    /// <summary>The kill switch: true forces Observe.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>
    /// Why the kill switch could not be read: <see cref="KillSwitch"/> is then what this process read last, or false. Null when it was
    /// read.
    /// </summary>
    public string? KillSwitchUnread { get; init; }

    /// <summary>What could not be read, in AWS's words; the page says so.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>
    /// Answers that another try may bring: the page leaves at the grade for unread content, and the delivery is tried again. In AWS's
    /// words.
    /// </summary>
    public IReadOnlyList<string> UnreadAnswers { get; init; } = [];

    /// <summary>
    /// Why it is not known whom the event concerns, and so whom to contain; in AWS's words. Such a delivery is worth another try.
    /// </summary>
    public IReadOnlyList<string> UnknownTargets { get; init; } = [];

    /// <summary>The places of this hour's budget; where they could not be read, those that this process took.</summary>
    public ContainmentBudget? Budget { get; init; }

    /// <summary>Why the budget could not be read; null when it was, or was not asked for.</summary>
    public string? BudgetUnread { get; init; }

    /// <summary>The place that containing the target takes; null when it takes none.</summary>
    public BudgetPlace? Place { get; init; }

    /// <summary>Put-backs of the target's quarantine in this hour, this one included; null: not asked for.</summary>
    public int? PutBacks { get; init; }

    /// <summary>STS refused the containment role of the member account that the event is from.</summary>
    public bool HasNoContainmentRole { get; init; }

    /// <summary>No facts at all, as in a backtest.</summary>
    public static KnownFacts None(IReadOnlyList<Finding> findings, DateTimeOffset now) => new() { Findings = findings, Now = now };
}
