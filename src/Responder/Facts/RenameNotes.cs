using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>
/// A containment that failed because IAM did not know the name: what he was given, for whoever bears the id under another name.
/// </summary>
/// <param name="CalledAt">When it was given to him.</param>
public sealed record WantedContainment(AdministratorGrant Grant, DateTimeOffset CalledAt)
{
    /// <summary>The full name of the parameter that says so.</summary>
    public string Name { get; init; } = "";
}

/// <summary>Whom a name meant before a rename.</summary>
/// <param name="To">The principal under the new name, with his unique id.</param>
/// <param name="At">When he was renamed.</param>
public sealed record RenameNote(Principal To, DateTimeOffset At)
{
    /// <summary>How long a late event may still find him by it.</summary>
    public static TimeSpan Kept { get; } = TimeSpan.FromHours(24);
}
