using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Responder.Template.Tests;

/// <summary>
/// Resolves a part of a stack as CloudFormation does for given parameters. It knows the functions that our policies use: Ref, Sub, Join,
/// Split and If.
/// </summary>
internal sealed partial class Resolved(JsonObject stack, IReadOnlyDictionary<string, string> parameters)
{
    public JsonNode? Of(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } function when Function(function) is { } call => call(function),
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Of(m.Value)))),
        JsonArray list => new JsonArray([.. list.Where(i => !IsNoValue(Chosen(i))).Select(i => Of(Chosen(i)))]),
        _ => node?.DeepClone(),
    };

    private Func<JsonObject, JsonNode?>? Function(JsonObject function) => function.First().Key switch
    {
        "Ref" => f => Parameter((string)f["Ref"]!),
        "Fn::Sub" => f => Reference().Replace((string)f["Fn::Sub"]!, m => Parameter(m.Groups[1].Value)!.ToString()),
        "Fn::Join" => f => string.Join((string)f["Fn::Join"]![0]!, Of(f["Fn::Join"]![1])!.AsArray().Select(static i => i!.ToString())),
        "Fn::Split" => f =>
            new JsonArray(
                [.. Of(f["Fn::Split"]![1])!.ToString().Split((string)f["Fn::Split"]![0]!).Select(static i => JsonValue.Create(i))]),
        "Fn::If" => f => Of(Chosen(f)),
        _ => null,
    };

    private JsonNode? Chosen(JsonNode? node)
    {
        while (node is JsonObject { Count: 1 } function && function["Fn::If"] is JsonArray { Count: 3 } choice)
            node = Holds(stack["Conditions"]![(string)choice[0]!]!) ? choice[1] : choice[2];
        return node;
    }

    /// <summary>A condition, or an assertion of a rule.</summary>
    public bool Holds(JsonNode condition)
    {
        if (condition["Fn::Not"] is JsonArray negated) return !Holds(negated[0]!);
        if (condition["Fn::And"] is JsonArray all) return all.All(part => Holds(part!));
        if (condition["Fn::Or"] is JsonArray any) return any.Any(part => Holds(part!));
        var pair = condition["Fn::Equals"]!.AsArray();
        return Of(pair[0])!.ToString() == Of(pair[1])!.ToString();
    }

    private JsonNode? Parameter(string name)
    {
        if (name == "AWS::Partition") return "aws";
        var declared = stack["Parameters"]![name] ?? throw new InvalidOperationException($"{name} is no parameter");
        var value = parameters.TryGetValue(name, out var given) ? given : declared["Default"]?.ToString()
            ?? throw new InvalidOperationException($"{name} has no value");
        return (string?)declared["Type"] == "CommaDelimitedList"
            ? new JsonArray([.. value.Split(',').Select(static i => JsonValue.Create(i))])
            : JsonValue.Create(value);
    }

    private static bool IsNoValue(JsonNode? node) => node is JsonObject { Count: 1 } reference
        && (string?)reference["Ref"] == "AWS::NoValue";

    [GeneratedRegex(@"\$\{([A-Za-z:]+)\}")]
    private static partial Regex Reference();
}
