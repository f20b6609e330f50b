using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>Compares our matcher with moto's EventBridge; the two programs are independent of each other.</summary>
internal static class PatternComparison
{
    /// <param name="names">The names of the events, for the message.</param>
    /// <param name="events">The whole events as JSON.</param>
    public static void WithMoto(
        IReadOnlyList<(string Id, JsonObject Pattern)> rules, IReadOnlyList<string> names, IReadOnlyList<string> events)
    {
        var input = new JsonObject
        {
            ["patterns"] = new JsonArray([.. rules.Select(static r => JsonValue.Create(r.Pattern.ToJsonString()))]),
            ["events"] = new JsonArray([.. events.Select(static e => JsonNode.Parse(e))]),
        };
        var seen = JsonNode.Parse(Python.Run("moto_match.py", ["moto.events.models"], input.ToJsonString()))!.AsArray();

        Assert.Equal(events.Count, seen.Count);
        for (var i = 0; i < events.Count; i++)
        {
            using var document = JsonDocument.Parse(events[i]);
            var ours = rules.Where(rule => EventPatternMatcher.Matches(rule.Pattern, document.RootElement)).Select(static r => r.Id);
            var motos = seen[i]!.AsArray().Select(index => rules[index!.GetValue<int>()].Id);
            Assert.True(ours.SequenceEqual(motos), $"{names[i]}: ours {string.Join(", ", ours)}; moto's {string.Join(", ", motos)}");
        }
    }
}
