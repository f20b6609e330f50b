namespace Responder.Vocabulary;

/// <summary>What containment changed on a principal and how it was before.</summary>
/// <param name="Boundary">ARN of the boundary before; empty: none; null: unknown (our mark was found without a ledger, or IAM could not be read).</param>
/// <param name="Detached">Managed policies that containment detaches and release attaches again.</param>
public sealed record PriorState(string? Boundary, IReadOnlyList<string> Detached)
{
    /// <summary>What containment did to the principal, and so what a release takes back. By default the quarantine of a user.</summary>
    public IReadOnlyList<ContainmentAction> Actions { get; init; } = [ContainmentAction.QuarantineUser];

    /// <summary>Every access key that containment found, each with its status before.</summary>
    public IReadOnlyList<AccessKeyState> Keys { get; init; } = [];

    /// <summary>The inline policy that denies older sessions; null: none was put.</summary>
    public SessionDenial? Sessions { get; init; }

    /// <summary>The change of a customer policy's default version; null: none was made.</summary>
    public VersionChange? Version { get; init; }

    /// <summary>Containment sets the boundary, so a release has to put it back.</summary>
    public bool SetsBoundary => Actions.Any(static a => a.SetsBoundary);

    /// <summary>A release will have to ask which boundary was there.</summary>
    public bool IsUnknown => SetsBoundary && Boundary is null;
}

/// <summary>An inline policy of ours that denies everything to a role's older sessions.</summary>
/// <param name="Before">Sessions issued before this are denied; whole seconds, UTC.</param>
/// <param name="UserId"><c>AROA…:session</c> when only that session is denied; null: all.</param>
public sealed record SessionDenial(string PolicyName, DateTimeOffset Before, string? UserId);

/// <param name="Before">The default version before, which a release sets again.</param>
/// <param name="Set">The version that containment made the default; null: there was none that grants less.</param>
public sealed record VersionChange(string Before, string? Set);

/// <param name="Id">AKIA….</param>
public sealed record AccessKeyState(string Id, bool Active);
