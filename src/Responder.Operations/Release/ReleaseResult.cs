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

    /// <summary>Why, in the person's words; null: not said.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>What could not be restored because it no longer exists.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
