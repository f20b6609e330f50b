using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Responder.Cli.Doctor;

/// <summary>
/// Parts of the template as CloudFormation resolved them for the stack under examination. Supports the intrinsic functions that our
/// policies use.
/// </summary>
internal sealed partial class StackValues
{
    private readonly IReadOnlyDictionary<string, string> _parameters;
    private readonly IReadOnlyDictionary<string, StackResource> _resources;
    private readonly IReadOnlyDictionary<string, string> _trailOutputs;
    private readonly Dictionary<string, string> _pseudo;

    private StackValues(
        Installation installation, string account, IReadOnlyDictionary<string, string> parameters,
        IReadOnlyDictionary<string, StackResource> resources, IReadOnlyDictionary<string, string> trailOutputs)
    {
        (_parameters, _resources, _trailOutputs) = (parameters, resources, trailOutputs);
        _pseudo = new(StringComparer.Ordinal)
        {
            ["AWS::Partition"] = installation.Partition,
            ["AWS::Region"] = installation.Region,
            ["AWS::AccountId"] = account,
            ["AWS::StackName"] = installation.Stack,
        };
    }

    public static async Task<StackValues> ReadAsync(Installation installation, CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        var parameters = await installation.DescribeAsync(
            installation.Stack, "Parameters", "ParameterKey", "ParameterValue", cancellationToken);
        var trail = resources.TryGetValue("TrailStack", out var nested)
            ? await installation.DescribeAsync(nested.Name, "Outputs", "OutputKey", "OutputValue", cancellationToken)
            : new Dictionary<string, string>();
        return new StackValues(installation, await installation.AccountAsync(), parameters, resources, trail);
    }

    /// <param name="condition">Name of the condition; null: it holds.</param>
    public bool Holds(string? condition) => condition is null || Holds(StackTemplate.Conditions[condition]!);

    /// <exception cref="UnreadableAnswerException">AWS did not say what a reference stands for.</exception>
    public JsonNode? Of(JsonNode? node)
    {
        node = Chosen(node);
        return node switch
        {
            JsonObject { Count: 1 } call when Function(call) is { } value => value,
            JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Of(m.Value)))),
            JsonArray list => new JsonArray([.. list.Select(Chosen).Where(static item => !IsNoValue(item)).Select(Of)]),
            _ => node?.DeepClone(),
        };
    }

    private JsonNode? Function(JsonObject call) => call.First() switch
    {
        ("Ref", { } name) => Reference((string)name!),
        ("Fn::Sub", { } text) => Placeholder().Replace((string)text!, match => Reference(match.Groups[1].Value).ToString()),
        ("Fn::GetAtt", { } path) => Attribute((string)path[0]!, (string)path[1]!),
        ("Fn::Join", { } parts) =>
            string.Join(
                (string)parts[0]!, Of(parts[1]) is JsonArray list
                ? list.Select(static part => part!.ToString())
                : [Of(parts[1])!.ToString()]),
        _ => null,
    };

    private JsonNode Reference(string name)
    {
        if (_pseudo.TryGetValue(name, out var pseudo)) return pseudo;
        if (_parameters.TryGetValue(name, out var value))
            return StackTemplate.Lists.Contains(name)
                ? new JsonArray([.. value.Split(',').Select(static item => (JsonNode)item.Trim())])
                : value;
        return _resources.TryGetValue(name, out var resource)
            ? resource.Name
            : throw new UnreadableAnswerException($"DescribeStacks, ListStackResources: no parameter or resource {name}");
    }

    private JsonNode Attribute(string id, string attribute)
    {
        if (id == "TrailStack" && attribute.StartsWith("Outputs.", StringComparison.Ordinal))
            return _trailOutputs.TryGetValue(attribute["Outputs.".Length..], out var output)
                ? output
                : throw new UnreadableAnswerException($"DescribeStacks: the trail's stack has no output {attribute}");
        if (!_resources.TryGetValue(id, out var resource)) throw new UnreadableAnswerException($"ListStackResources: no resource {id}");
        string Arn(string service, string name) =>
            $"arn:{_pseudo["AWS::Partition"]}:{service}:{_pseudo["AWS::Region"]}:{_pseudo["AWS::AccountId"]}:{name}";
        return (resource.Type, attribute) switch
        {
            ("AWS::KMS::Key", "Arn") => Arn("kms", "key/" + resource.ShortName),
            ("AWS::SQS::Queue", "Arn") => Arn("sqs", resource.ShortName),
            ("AWS::Lambda::Function", "Arn") => Arn("lambda", "function:" + resource.ShortName),
            ("AWS::Logs::LogGroup", "Arn") => Arn("logs", $"log-group:{resource.Name}:*"),
            _ => throw new UnreadableAnswerException(
                $"ListStackResources: {id} is of the type {resource.Type}, which no policy of the template names"),
        };
    }

    private JsonNode? Chosen(JsonNode? node)
    {
        while (node is JsonObject { Count: 1 } call && call["Fn::If"] is JsonArray { Count: 3 } choice)
            node = Holds((string)choice[0]!) ? choice[1] : choice[2];
        return node;
    }

    private bool Holds(JsonNode condition) => condition.AsObject().First() switch
    {
        ("Fn::Not", { } inner) => !Holds(inner[0]!),
        ("Fn::And", { } all) => all.AsArray().All(part => Holds(part!)),
        ("Fn::Or", { } any) => any.AsArray().Any(part => Holds(part!)),
        ("Condition", { } name) => Holds((string)name!),
        ("Fn::Equals", { } pair) => Of(pair[0])!.ToString() == Of(pair[1])!.ToString(),
        var (function, _) => throw new InvalidOperationException($"roles.json: a condition uses {function}"),
    };

    private static bool IsNoValue(JsonNode? node) => node is JsonObject { Count: 1 } call && (string?)call["Ref"] == "AWS::NoValue";

    [GeneratedRegex(@"\$\{([A-Za-z0-9:]+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
