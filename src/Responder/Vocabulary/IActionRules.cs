namespace Responder.Vocabulary;

/// <summary>What settings and decisions need to know about a containment action; everything else is in the action's own file.</summary>
public interface IActionRules
{
    ActionId Id { get; }

    /// <summary>How far the action goes under a detection of stage Contain unless DETECTION_STAGES names both.</summary>
    Stage DefaultStage { get; }

    /// <summary>True when the action never runs automatically: it cannot be undone, or only a person can tell whom it affects.</summary>
    bool IsByHandOnly { get; }

    /// <summary>Whether the action can answer what was given to the principal.</summary>
    /// <param name="principal">Null when nobody was named; then no action applies.</param>
    /// <param name="grant">Null: no administrator rights were given.</param>
    bool AppliesTo(Principal? principal, AdministratorGrant? grant);
}
