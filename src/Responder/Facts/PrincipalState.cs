namespace Responder.Facts;

/// <summary>The state of a principal in IAM before we act; it is undo data. Its identity and its boundary come from one call.</summary>
/// <param name="Exists">False: IAM knows nobody of that name who was there at the time of the call.</param>
/// <param name="Arn">The exact ARN, with path.</param>
/// <param name="BoundaryArn">The permissions boundary; null: none.</param>
public sealed record PrincipalState(bool Exists, string? Arn, string? BoundaryArn)
{
    public static PrincipalState Missing { get; } = new(false, null, null);

    /// <summary>The unique id that IAM gave; null for kinds that are not asked for it, or when it could not be read.</summary>
    public string? Id { get; init; }

    /// <summary>When IAM made the principal, in whole seconds.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>
    /// When somebody else was made under the name, after the call: the call did not name him, and whom it named is
    /// <see cref="Missing"/>. Null otherwise.
    /// </summary>
    public DateTimeOffset? ReplacedAt { get; init; }

    /// <summary>Whether IAM shows the grant of the event on the principal; null when it was not asked or could not be read.</summary>
    public bool? HoldsGrant { get; init; }

    /// <summary>What else was read for the planned actions; at most one part of each type.</summary>
    public IReadOnlyList<StatePart> Parts { get; init; } = [];

    /// <summary>Why parts could not be read, in AWS's words; empty when everything that was asked for is known.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>True when the boundary is not known: <see cref="BoundaryArn"/> then says nothing.</summary>
    public bool HasUnreadBoundary { get; init; }

    /// <summary>The part of this type; null when it was not asked for or could not be read.</summary>
    public T? Part<T>() where T : StatePart => Parts.OfType<T>().FirstOrDefault();
}

/// <summary>One aspect of a principal's state, defined beside the code that reads it.</summary>
public abstract record StatePart;
