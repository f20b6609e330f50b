using Xunit.v3;

namespace Responder.Tests.Evasions;

/// <summary>
/// Assigns a test to a trap of docs/evasions.md: E1 to E20 are evasions and abuses that comparable projects fall for, C1 to C11 are
/// properties of IAM that containment has to deal with.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class TrapAttribute(string line) : Attribute, ITraitAttribute
{
    public string Line { get; } = line;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Trap", Line)];
}
