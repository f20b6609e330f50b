using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Responder.Template.Tests;

/// <summary>
/// Matches events as EventBridge does, for the operators that our rules use. Any other operator is an error, so that no rule is judged by
/// only half of it. Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
/// </summary>
internal static class EventPatternMatcher
{
    public static bool Matches(JsonObject pattern, JsonElement e) => MatchesObject(pattern, e);

    /// <param name="at">The object at this place of the event; null if there is none.</param>
    private static bool MatchesObject(JsonObject pattern, JsonElement? at)
    {
        foreach (var (name, condition) in pattern)
        {
            JsonElement? value = at is { ValueKind: JsonValueKind.Object } node && node.TryGetProperty(name, out var found) ? found : null;
            var holds = condition switch
            {
                JsonObject nested => MatchesObject(nested, value),
                JsonArray { Count: > 0 } alternatives => alternatives.Any(alternative => MatchesLeaf(alternative!, value)),
                _ => throw new NotSupportedException($"{name}: expected an object or a list that is not empty"),
            };
            if (!holds) return false;
        }

        return true;
    }

    private static bool MatchesLeaf(JsonNode condition, JsonElement? value)
    {
        // Only leaf values count: an object in the place of a leaf is treated as absent.
        var leaf = value is { ValueKind: not JsonValueKind.Object } present ? present : (JsonElement?)null;
        // A list matches if one of its values does.
        if (leaf is { ValueKind: JsonValueKind.Array } list)
            return list.GetArrayLength() > 0 ? list.EnumerateArray().Any(item => MatchesLeaf(condition, item)) : IsExists(condition, false);
        if (condition is JsonValue exact)
            return leaf is { ValueKind: JsonValueKind.String } text && text.GetString() == exact.GetValue<string>();

        var (op, operand) = ((JsonObject)condition).Single();
        return op switch
        {
            "exists" => operand!.GetValue<bool>() == (leaf is not null),
            "prefix" => leaf is { ValueKind: JsonValueKind.String } s
                && s.GetString()!.StartsWith(operand!.GetValue<string>(), StringComparison.Ordinal),
            "suffix" => leaf is { ValueKind: JsonValueKind.String } s
                && s.GetString()!.EndsWith(operand!.GetValue<string>(), StringComparison.Ordinal),
            "wildcard" => leaf is { ValueKind: JsonValueKind.String } s
                && Regex.IsMatch(
                    s.GetString()!, "^" + Regex.Escape(operand!.GetValue<string>()).Replace("\\*", ".*", StringComparison.Ordinal) + "$"),
            "anything-but" => leaf is { } other && !Values(operand!)
                .Any(v => other.ValueKind == JsonValueKind.String && other.GetString() == v),
            _ => throw new NotSupportedException($"{op}: not one of the operators that rules may use"),
        };
    }

    private static bool IsExists(JsonNode condition, bool exists) =>
        condition is JsonObject o && o.TryGetPropertyValue("exists", out var value) && value!.GetValue<bool>() == exists;

    private static IEnumerable<string> Values(JsonNode operand) => operand is JsonArray list
        ? list.Select(static v => v!.GetValue<string>())
        : [operand.GetValue<string>()];
}
