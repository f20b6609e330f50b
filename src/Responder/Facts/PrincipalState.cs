namespace Responder.Facts;

/// <summary>The state of a principal in IAM before we act. Undo data. Who it is and its boundary come with one call.</summary>
/// <param name="Exists">False: IAM says that there is no such principal.</param>
/// <param name="Arn">The exact ARN, with path.</param>
/// <param name="BoundaryArn">The permissions boundary; null: none.</param>
public sealed record PrincipalState(bool Exists, string? Arn, string? BoundaryArn)
{
    public static PrincipalState Missing { get; } = new(false, null, null);

    /// <summary>What else was read for what is to be done; at most one of a type.</summary>
    public IReadOnlyList<StatePart> Parts { get; init; } = [];

    /// <summary>Why parts could not be read, in AWS's words; empty: all that was asked for is known.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>The boundary is not known: <see cref="BoundaryArn"/> says nothing.</summary>
    public bool HasUnreadBoundary { get; init; }

    /// <summary>The part of that type; null: it was not asked for, or could not be read.</summary>
    public T? Part<T>() where T : StatePart => Parts.OfType<T>().FirstOrDefault();
}

/// <summary>One respect of a principal's state, defined beside what reads it.</summary>
public abstract record StatePart;
