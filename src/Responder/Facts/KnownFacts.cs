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

    public Read<LedgerState> Ledger { get; init; }

    public Read<PrincipalState> Target { get; init; }

    /// <summary>The kill switch: true forces Observe.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>What could not be read, in AWS's words; the page says so.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>
    /// Why it is not known whom the event concerns, and so whom to contain; in AWS's words. Such a delivery is worth another try.
    /// </summary>
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
