namespace Responder.Vocabulary;

/// <summary>The name of a containment action: stands in stages, ledgers and on the command line. Compared character by character.</summary>
/// <param name="Name">Kebab case, <c>deactivate-keys</c>; never reused.</param>
public sealed record ActionId(string Name)
{
    public override string ToString() => Name;
}
