using Responder.Containment;

namespace Responder.Operations.Release;

/// <summary>What a release did, with the plan that it carried out.</summary>
/// <param name="By">Who is recorded as the one who released.</param>
/// <param name="Proof">The target as read back afterwards, in a few words each; null when it could not be read or does not exist.</param>
/// <param name="Failures">Failed steps, differences found, and ledgers or records that could not be written; empty: released and
/// verified.</param>
public sealed record ReleaseResult(
    ReleasePlan Plan, string By, IReadOnlyList<ContainmentStep> Steps, IReadOnlyList<string>? Proof, IReadOnlyList<string> Failures)
{
    public bool Released => Failures.Count == 0;

    /// <summary>True when the target was read back as it was before, and nothing stood against that.</summary>
    public bool IsWhole => Released && Plan.Changes.Count == 0 && !Plan.LeavesMore && Notes.Count == 0 && Plan.Current is { Exists: true };

    /// <summary>True when nothing was restored, and only the ledger was closed.</summary>
    public bool IsOnlyClosed => !IsWhole && !Steps.Any(static s => s.Result == StepResult.Succeeded);

    /// <summary>Why, in the person's words; null: not said.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>What could not be restored because it no longer exists.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
