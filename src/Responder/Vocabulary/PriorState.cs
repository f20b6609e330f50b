namespace Responder.Vocabulary;

/// <summary>What containment did to a principal and how it was before: what a release takes back.</summary>
/// <param name="Actions">What was done, in the order in which it was first done.</param>
/// <param name="Parts">What each of them has to know to be undone; at most one of a type, each defined beside what it undoes.</param>
public sealed record PriorState(IReadOnlyList<ActionId> Actions, IReadOnlyList<PriorPart> Parts)
{
    /// <summary>A release will have to ask what was there.</summary>
    public bool IsUnknown => Parts.Any(static part => part.IsUnknown);

    /// <summary>The part of that type; null: nothing that needs it was done.</summary>
    public T? Part<T>() where T : PriorPart => Parts.OfType<T>().FirstOrDefault();

    /// <summary>The same with this part instead of the one of its type.</summary>
    public PriorState With(PriorPart part) => this with { Parts = [.. Parts.Select(p => p.GetType() == part.GetType() ? part : p)] };
}

/// <summary>One respect in which a principal was changed, and how it was before.</summary>
public abstract record PriorPart
{
    /// <summary>Nobody could tell how it was: our own mark was found, or IAM could not be read.</summary>
    public virtual bool IsUnknown => false;

    /// <summary>What the page says of it: whole lines with their label, every name made inert.</summary>
    public virtual IEnumerable<string> OnPage() => [];
}
