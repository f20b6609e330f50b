using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Cli.Doctor;

/// <summary>
/// A policy document as canonical text: order, Sids, and whether a single value is written as a list make no difference; everything else
/// does.
/// </summary>
internal static class PolicyText
{
    /// <summary>One text for each statement, without repetition.</summary>
    /// <param name="document">As IAM returns it: JSON, URL-encoded.</param>
    /// <exception cref="UnreadableAnswerException">This is not a policy document.</exception>
    public static IReadOnlySet<string> Statements(string? document, string call)
    {
        try
        {
            using var json = JsonDocument.Parse(Uri.UnescapeDataString(document ?? ""));
            return Statements(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UnreadableAnswerException($"{call}: the policy document cannot be read");
        }
    }

    public static IReadOnlySet<string> Statements(JsonNode document)
    {
        using var json = JsonDocument.Parse(document.ToJsonString());
        return Statements(json.RootElement);
    }

    private static HashSet<string> Statements(JsonElement document)
    {
        var version = document.TryGetProperty("Version", out var written) ? written.ToString() : "";
        var statements = document.GetProperty("Statement");
        IEnumerable<JsonElement> all = statements.ValueKind == JsonValueKind.Array ? statements.EnumerateArray() : [statements];
        return [.. all.Select(statement => $"{version} {string.Join(' ', Members(statement))}")];
    }

    private static IEnumerable<string> Members(JsonElement statement) =>
        statement.EnumerateObject().Where(static m => m.Name != "Sid").OrderBy(static m => m.Name, StringComparer.Ordinal).Select(Member);

    /// <summary>Actions are written in lower case, because IAM ignores their case.</summary>
    private static string Member(JsonProperty member) =>
        $"{member.Name}={(member.Name is "Action" or "NotAction" ? Value(member.Value).ToLowerInvariant() : Value(member.Value))}";

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{"
            + string.Join(
                ' ', value.EnumerateObject().OrderBy(static m => m.Name, StringComparer.Ordinal)
                .Select(static m => $"{Quoted(m.Name)}={Value(m.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(' ', value.EnumerateArray().Select(Scalar).Order(StringComparer.Ordinal)) + "]",
        _ => $"[{Scalar(value)}]",
    };

    private static string Scalar(JsonElement value) => Quoted(value.ToString());

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
