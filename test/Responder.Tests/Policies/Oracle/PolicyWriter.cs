using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Responder.Tests.Policies.Oracle;

/// <summary>
/// Writes a policy in one of many equivalent ways: single value or list, one statement or a list, order of members, white space, case of
/// actions, keys and operators, characters as \u escapes, and the whole as an object, as JSON text, or URL-encoded.
/// </summary>
internal sealed class PolicyWriter(int style)
{
    private readonly Random _random = new(style);

    public static string Write(ModelPolicy policy, int style)
    {
        var writer = new PolicyWriter(style);
        var text = writer.Policy(policy);
        return writer._random.Next(6) switch
        {
            0 => Uri.EscapeDataString(text),
            1 => JsonSerializer.Serialize(text),
            2 => "\uFEFF\r\n" + text + "\t",
            _ => text,
        };
    }

    private string Policy(ModelPolicy policy)
    {
        var statements = policy.Statements.Select(Statement).ToList();
        var members = new List<(string, string)> { ("Statement", statements.Count == 1 && Coin() ? statements[0] : List(statements)) };
        if (policy.Version is { } version) members.Add(("Version", Text(version)));
        if (Coin()) members.Add(("Id", Text("\"Action\":\"*\"")));
        return Object(members);
    }

    public string Statement(ModelStatement statement)
    {
        var members = new List<(string, string)>
        {
            ("Effect", Text(statement.Allow ? "Allow" : "Deny")),
            (statement.NotAction ? "NotAction" : "Action", Values(statement.Actions.Select(AnyCase))),
            (statement.NotResource ? "NotResource" : "Resource", Values(statement.Resources)),
        };
        if (Coin()) members.Add(("Sid", Text("Effect Deny ☃")));
        if (statement.Principals is { } principals)
            members.Add((statement.NotPrincipal ? "NotPrincipal" : "Principal", Principals(principals)));
        if (statement.Conditions.Count > 0) members.Add(("Condition", Conditions(statement.Conditions)));
        return Object(members);
    }

    private string Principals(IReadOnlyList<(string Type, string Value)> principals) => principals.Any(static p => p.Type == "*")
        ? Text("*")
        : Object([.. principals.GroupBy(static p => p.Type).Select(group => (group.Key, Values(group.Select(static p => p.Value))))]);

    private string Conditions(IReadOnlyList<ModelCondition> conditions) => Object(
    [
        .. conditions.GroupBy(static c => c.Operator).Select(group =>
            (AnyCase(group.Key), Object([.. group.Select(c => (AnyCase(c.Key), Values(c.Values)))]))),
    ]);

    private string Values(IEnumerable<string> values)
    {
        var texts = values.Select(Text).ToList();
        return texts.Count == 1 && Coin() ? texts[0] : List(texts);
    }

    private string List(List<string> items) => "[" + Space() + string.Join("," + Space(), items) + Space() + "]";

    private string Object(List<(string Name, string Value)> members)
    {
        var shuffled = members.ToArray();
        _random.Shuffle(shuffled);
        return "{" + Space() + string.Join("," + Space(), shuffled.Select(m => Text(m.Name) + Space() + ":" + Space() + m.Value)) + Space()
            + "}";
    }

    private string AnyCase(string text) => _random.Next(4) switch
    {
        0 => text.ToUpperInvariant(),
        1 => text.ToLowerInvariant(),
        2 => string.Concat(text.Select(c => Coin() ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c))),
        _ => text,
    };

    private string Text(string text)
    {
        var escape = _random.Next(4) == 0;
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\') json.Append('\\').Append(c);
            else if (escape && _random.Next(3) == 0) json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else json.Append(c);
        }

        return json.Append('"').ToString();
    }

    private string Space() => _random.Next(5) switch { 0 => " ", 1 => "\n\t", _ => "" };

    private bool Coin() => _random.Next(2) == 0;
}
