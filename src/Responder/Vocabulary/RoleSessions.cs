namespace Responder.Vocabulary;

/// <summary>How long sessions of a role last.</summary>
internal static class RoleSessions
{
    /// <summary>
    /// The longest that any session of a role can last; after that time, a policy that denies older sessions can be removed.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);
}
