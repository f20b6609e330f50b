using Responder.Containment;
using Responder.Facts;

namespace Responder.Release;

/// <summary>What a release did. Carries the plan it carried out.</summary>
/// <param name="By">Who it is written down as.</param>
/// <param name="Proof">The principal as read back afterwards; null when it could not be read.</param>
/// <param name="Failures">Steps that failed, differences found, traces that could not be written; empty: released and proven.</param>
public sealed record ReleaseResult(ReleasePlan Plan, string By, IReadOnlyList<ContainmentStep> Steps, PrincipalState? Proof, IReadOnlyList<string> Failures)
{
    public bool Released => Failures.Count == 0;

    /// <summary>What could not be restored because it no longer exists.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
