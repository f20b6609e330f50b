using System.Text;
using System.Text.Json;

namespace Responder.Events;

/// <summary>
/// The members of one object, listed once for many lookups. Gives the same answers as <see cref="JsonView"/>'s indexer, which looks at all
/// members again for every name.
/// </summary>
internal readonly struct JsonMembers
{
    private readonly JsonProperty[] _members;

    /// <summary>
    /// For each member's name, its length in bytes and its first letter in lower case, which rule out most other names. The length is 0
    /// when the name is escaped or not ASCII, so that only its text can tell.
    /// </summary>
    private readonly (int Length, byte Letter)[] _hints;

    public JsonMembers(JsonView view)
    {
        var count = view.IsObject ? view.Element.GetPropertyCount() : 0;
        (_members, _hints) = count == 0 ? ([], []) : (new JsonProperty[count], new (int, byte)[count]);
        if (count == 0) return;
        var at = 0;
        foreach (var member in view.Element.EnumerateObject())
        {
            var name = JsonView.NameUtf8(member);
            _hints[at] = name.IsEmpty || name.Contains((byte)'\\') || !Ascii.IsValid(name) ? default : (name.Length, LetterOf(name[0]));
            _members[at++] = member;
        }
    }

    /// <param name="name">ASCII, not empty.</param>
    public JsonView this[string name]
    {
        get
        {
            var (byName, byCase) = (-1, -1);
            var letter = LetterOf((byte)name[0]);
            for (var i = 0; i < _hints.Length; i++)
            {
                if (_hints[i] is { Length: > 0 } hint && (hint.Length != name.Length || hint.Letter != letter)) continue;
                if (!JsonView.IsNamed(_members[i], name, StringComparison.OrdinalIgnoreCase)) continue;
                if (JsonView.IsNamed(_members[i], name, StringComparison.Ordinal)) byName = i;
                else if (byCase < 0) byCase = i;
            }

            var found = byName < 0 ? byCase : byName;
            return found < 0 ? JsonView.Absent : new JsonView(_members[found].Value);
        }
    }

    private static byte LetterOf(byte letter) => (byte)(letter | 0x20);
}
