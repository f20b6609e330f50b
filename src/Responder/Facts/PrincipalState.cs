using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>The state of a principal in IAM before we act. Undo data.</summary>
/// <param name="Exists">False: IAM says that there is no such principal.</param>
/// <param name="Arn">The exact ARN, with path.</param>
/// <param name="BoundaryArn">The permissions boundary; null: none.</param>
/// <param name="AttachedPolicyArns">Managed policies attached directly.</param>
public sealed record PrincipalState(bool Exists, string? Arn, string? BoundaryArn, IReadOnlyList<string> AttachedPolicyArns)
{
    public static PrincipalState Missing { get; } = new(false, null, null, []);

    /// <summary>Why parts could not be read, in AWS's words; empty: all that was asked for is known.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>The boundary is not known: <see cref="BoundaryArn"/> says nothing.</summary>
    public bool HasUnreadBoundary { get; init; }

    /// <summary>The attached policies are not known: <see cref="AttachedPolicyArns"/> says nothing.</summary>
    public bool HasUnreadPolicies { get; init; }

    /// <summary>Access keys of a user; null: not read.</summary>
    public IReadOnlyList<AccessKeyState>? Keys { get; init; }

    /// <summary>Whether a user has a console password; null: not read.</summary>
    public bool? HasPassword { get; init; }

    /// <summary>Names of a role's inline policies; null: not read.</summary>
    public IReadOnlyList<string>? InlinePolicyNames { get; init; }

    /// <summary>The default version of a customer policy, <c>v3</c>; null: not read.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>The newest other version that does not grant administrator; null: not read, or there is none.</summary>
    public string? SaferVersion { get; init; }
}
