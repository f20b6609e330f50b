using Xunit.v3;

namespace Responder.Tests.Evasions;

/// <summary>
/// The test belongs to one trap of docs/evasions.md: E1 to E16 are evasions and abuses that comparable projects fall for, C1 to C11 are
/// properties of IAM that a containment has to reckon with.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class TrapAttribute(string line) : Attribute, ITraitAttribute
{
    public string Line { get; } = line;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Trap", Line)];
}
