namespace Responder.Vocabulary;

/// <summary>How far a detection may go: the maturity ladder. Ordered.</summary>
public enum Stage
{
    /// <summary>Does not run.</summary>
    Off,

    /// <summary>Runs; its findings are logged only.</summary>
    Shadow,

    /// <summary>Alerts and records.</summary>
    Alert,

    /// <summary>May contain.</summary>
    Contain,
}
