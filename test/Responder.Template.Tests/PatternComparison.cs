using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>Our matcher against moto's EventBridge: two programs that know nothing of each other.</summary>
internal static class PatternComparison
{
    /// <param name="names">Of the events, for the message.</param>
    /// <param name="events">Whole events as JSON.</param>
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
