using System.Text.Json;
using System.Xml.Linq;
using Responder.Events;

namespace Responder.Cli.Doctor;

/// <summary>AWS answered, but not with what its API describes.</summary>
internal sealed class UnreadableAnswerException(string message) : Exception(message);

/// <summary>Reads answers strictly: a member that is not there as the API describes it makes the answer unreadable.</summary>
internal static class Answer
{
    public static string Text(JsonElement answer, string member, string call) =>
        answer.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Missing(call, member);

    public static string? TextOrNull(JsonElement answer, string member) => new JsonView(answer)[member].Text;

    public static bool Flag(JsonElement answer, string member, string call) => answer.TryGetProperty(member, out var value)
        && value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw Missing(call, member);

    public static IReadOnlyList<JsonElement> List(JsonElement answer, string member, string call) =>
        answer.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array && value.EnumerateArray()
            .All(static item => item.ValueKind is JsonValueKind.Object or JsonValueKind.String)
            ? [.. value.EnumerateArray()]
            : throw Missing(call, member);

    /// <summary>The first element with that local name.</summary>
    public static XElement Element(XElement answer, string name, string call) => Find(answer, name) ?? throw Missing(call, name);

    public static XElement? Find(XElement answer, string name) => answer.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == name);

    public static string? Child(XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;

    /// <summary>The items of a list: its <c>member</c> (Query) or <c>item</c> (EC2) elements.</summary>
    public static IEnumerable<XElement> Items(XElement list) => list.Elements().Where(static e => e.Name.LocalName is "member" or "item");

    private static UnreadableAnswerException Missing(string call, string member) =>
        new($"{call}: the answer has no {member} as its API describes it");
}
