namespace Responder.Vocabulary;

/// <summary>The name of a containment action, used in stages, in ledgers and on the command line. Compared case-sensitively.</summary>
/// <param name="Name">Kebab case, <c>deactivate-keys</c>; never reused.</param>
public sealed record ActionId(string Name)
{
    public override string ToString() => Name;
}
