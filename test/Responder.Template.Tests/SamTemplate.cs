using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Responder.Template.Tests;

/// <summary>
/// Reads template.yaml as it is written. Short forms are expanded: <c>!Ref X</c> becomes <c>{"Ref":"X"}</c>, and <c>!Sub</c> becomes
/// <c>{"Fn::Sub":…}</c>.
/// </summary>
internal static class SamTemplate
{
    public static string FilePath { get; } = Repository.PathOf("template.yaml");

    public static JsonObject Root { get; } = Read(FilePath);

    public static JsonObject Resources => (JsonObject)Root["Resources"]!;

    public static JsonObject Resource(string logicalId) =>
        Resources[logicalId] as JsonObject ?? throw new InvalidOperationException($"template.yaml has no resource {logicalId}");

    public static JsonObject Properties(string logicalId) => (JsonObject)Resource(logicalId)["Properties"]!;

    public static IEnumerable<string> OfType(string type) =>
        Resources.Where(r => (string?)r.Value!["Type"] == type).Select(static r => r.Key);

    /// <summary>The logical id of the function that has this name in RESPONDER_FUNCTION.</summary>
    public static string FunctionOf(string name) =>
        OfType("AWS::Serverless::Function")
            .Single(id => (string?)Properties(id)["Environment"]!["Variables"]!["RESPONDER_FUNCTION"] == name);

    /// <summary>Reads any template of the checkout.</summary>
    public static JsonObject Read(string path)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(path);
        yaml.Load(reader);
        return (JsonObject)Convert(yaml.Documents[0].RootNode)!;
    }

    private static JsonNode? Convert(YamlNode node)
    {
        JsonNode? value = node switch
        {
            YamlMappingNode map =>
                new JsonObject(map.Children.Select(static c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Convert(c.Value)))),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
            YamlScalarNode scalar => Scalar(scalar),
            _ => throw new InvalidOperationException($"line {node.Start.Line}: unexpected YAML"),
        };
        if (node.Tag.IsEmpty || !node.Tag.IsLocal) return value;
        var name = node.Tag.Value[1..];
        return name switch
        {
            "Ref" or "Condition" => new JsonObject { [name] = value },
            "GetAtt" => new JsonObject
            {
                ["Fn::GetAtt"] = new JsonArray([.. ((string)value!).Split('.', 2).Select(static p => JsonValue.Create(p))]),
            },
            _ => new JsonObject { ["Fn::" + name] = value },
        };
    }

    private static JsonValue? Scalar(YamlScalarNode scalar) => scalar switch
    {
        { Style: not ScalarStyle.Plain } => JsonValue.Create(scalar.Value!),
        { Value: "true" or "false" } => JsonValue.Create(scalar.Value == "true"),
        { Value: var text } when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            JsonValue.Create(number),
        _ => JsonValue.Create(scalar.Value!),
    };
}
