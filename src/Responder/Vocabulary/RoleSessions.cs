namespace Responder.Vocabulary;

/// <summary>How long the sessions of a role live.</summary>
public static class RoleSessions
{
    /// <summary>No session of a role lasts longer, so what denies older ones may go after that.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);
}
