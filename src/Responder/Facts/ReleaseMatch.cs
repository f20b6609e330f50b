namespace Responder.Facts;

/// <summary>How a call stands to a release of ours.</summary>
public enum ReleaseMatch
{
    /// <summary>No release made it: it is judged like anybody's.</summary>
    None,

    /// <summary>A release made it, and it restores what the responder wrote down.</summary>
    Restores,

    /// <summary>A release made it, and it restores what a person wrote down who contained by hand.</summary>
    RestoresByHand,

    /// <summary>A release made it, and nothing that was written down says that it restores anything.</summary>
    Unsupported,

    /// <summary>A release made it; who wrote down what it restores could not be read.</summary>
    Unproven,
}
