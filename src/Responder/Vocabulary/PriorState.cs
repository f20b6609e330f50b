namespace Responder.Vocabulary;

/// <summary>What containment did to a principal and the state before it; a release restores that state.</summary>
/// <param name="Actions">What was done, in the order in which it was first done.</param>
/// <param name="Parts">What is needed to undo the actions; at most one part of each type, defined beside the action that it undoes.</param>
public sealed record PriorState(IReadOnlyList<ActionId> Actions, IReadOnlyList<PriorPart> Parts)
{
    /// <summary>True when the prior state is not known, so that a release has to ask what was there.</summary>
    public bool IsUnknown => Parts.Any(static part => part.IsUnknown);

    /// <summary>The part of this type; null when no action that needs it was done.</summary>
    public T? Part<T>() where T : PriorPart => Parts.OfType<T>().FirstOrDefault();

    /// <summary>A copy in which this part replaces the one of the same type.</summary>
    public PriorState With(PriorPart part) => this with { Parts = [.. Parts.Select(p => p.GetType() == part.GetType() ? part : p)] };
}

/// <summary>One aspect of a principal that was changed, and its value before.</summary>
public abstract record PriorPart
{
    /// <summary>True when the value before could not be determined: our own mark was found, or IAM could not be read.</summary>
    public virtual bool IsUnknown => false;

    /// <summary>
    /// The part in the smallest pieces that can be written down apart; put together again by the measure that the part belongs to.
    /// </summary>
    public virtual IEnumerable<PriorPart> Pieces => [this];

    /// <summary>ARNs of the managed policies that a release puts back.</summary>
    public virtual IEnumerable<string> PolicyArns => [];

    /// <summary>What the page says about this part: whole lines with their labels, every name made inert.</summary>
    public virtual IEnumerable<string> OnPage() => [];
}
