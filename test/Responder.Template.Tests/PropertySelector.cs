using System.Globalization;
using System.Text.Json;

namespace Responder.Template.Tests;

/// <summary>
/// A property selector of a filter pattern: <c>$.user.id</c>, <c>$.users[0].email</c>, <c>$.['cluster.name']</c>. It may contain one
/// <c>.*</c> or <c>[*]</c>, which stands for each member or item.
/// </summary>
internal sealed class PropertySelector
{
    private readonly List<object> _steps; // each a name, an index, or s_each

    private static readonly object s_each = new();

    private PropertySelector(List<object> steps) => _steps = steps;

    /// <exception cref="FormatException">The text is not a selector.</exception>
    public static PropertySelector Parse(string text)
    {
        var steps = new List<object>();
        for (var at = 1; at < text.Length;)
        {
            if (text[at] == '.') at++;
            else if (text[at] != '[') throw new FormatException($"selector {text}: expected . or [ at character {at + 1}");
            if (at < text.Length && text[at] == '[')
            {
                var end = text.IndexOf(']', at);
                if (end < 0) throw new FormatException($"selector {text}: no ]");
                var inner = text[(at + 1)..end];
                steps.Add(inner switch
                {
                    "*" => s_each,
                    ['\'', .. var name, '\''] => name,
                    _ => int.Parse(inner, NumberStyles.None, CultureInfo.InvariantCulture),
                });
                at = end + 1;
                continue;
            }

            var start = at;
            while (at < text.Length && text[at] is not ('.' or '[')) at++;
            var property = text[start..at];
            if (property.Length == 0) throw new FormatException($"selector {text}: a name is empty");
            steps.Add(property == "*" ? s_each : property);
        }

        if (text is not ['$', ..] || steps.Count == 0 || steps.Count(static s => s == s_each) > 1)
            throw new FormatException($"selector {text}: expected $ and properties, at most one of them *");
        return new PropertySelector(steps);
    }

    /// <summary>The values that the selector points to; none if a part of the path is missing.</summary>
    public IEnumerable<JsonElement> Find(JsonElement root) =>
        _steps.Aggregate((IEnumerable<JsonElement>)[root], static (found, step) => found.SelectMany(e => Step(e, step)));

    private static IEnumerable<JsonElement> Step(JsonElement e, object step) => (step, e.ValueKind) switch
    {
        (string name, JsonValueKind.Object) => e.TryGetProperty(name, out var value) ? [value] : [],
        (int index, JsonValueKind.Array) => index < e.GetArrayLength() ? [e[index]] : [],
        (not (string or int), JsonValueKind.Object) => e.EnumerateObject().Select(static p => p.Value),
        (not (string or int), JsonValueKind.Array) => e.EnumerateArray(),
        _ => [],
    };
}
