namespace Responder.Events;

/// <summary>
/// The members of one object, named once for many lookups. Answers what <see cref="JsonView"/>'s indexer answers, which for every name that
/// is not there looks at all members again.
/// </summary>
internal readonly struct JsonMembers(JsonView view)
{
    private readonly (string Name, JsonView Value)[] _members = [.. view.Members];

    public JsonView this[string name]
    {
        get
        {
            var (byName, byCase) = (JsonView.Absent, JsonView.Absent);
            foreach (var (memberName, value) in _members)
            {
                if (memberName.Length != name.Length) continue;
                if (string.Equals(memberName, name, StringComparison.Ordinal)) byName = value;
                else if (byCase.Kind == System.Text.Json.JsonValueKind.Undefined && string.Equals(memberName, name, StringComparison.OrdinalIgnoreCase)) byCase = value;
            }

            return byName.Kind == System.Text.Json.JsonValueKind.Undefined ? byCase : byName;
        }
    }
}
