namespace Responder.Vocabulary;

/// <summary>What settings and decisions have to know of a containment action; all else stands in the action's own file.</summary>
public interface IActionRules
{
    ActionId Id { get; }

    /// <summary>How far the action goes under a detection of stage Contain unless DETECTION_STAGES names both.</summary>
    Stage DefaultStage { get; }

    /// <summary>Never automatic: what cannot be undone, and what takes a person to know whom it concerns.</summary>
    bool IsByHandOnly { get; }

    /// <summary>Whether the action can answer what was given to the principal.</summary>
    /// <param name="principal">Null: nobody was named, and nothing applies.</param>
    /// <param name="grant">Null: no administrator rights were given.</param>
    bool AppliesTo(Principal? principal, AdministratorGrant? grant);
}
