namespace Responder.Vocabulary;

/// <summary>How administrator rights were given.</summary>
/// <param name="PolicyArn">The managed policy attached; null for an inline policy or a group.</param>
/// <param name="InlinePolicyName">The name of the inline policy that was put; null otherwise.</param>
/// <param name="GroupName">The group that the user joined; null otherwise.</param>
public sealed record AdministratorGrant(string? PolicyArn = null, string? InlinePolicyName = null, string? GroupName = null)
{
    /// <summary>True when the policy has another default version by now, which gives less.</summary>
    public bool IsLapsed { get; init; }
}
