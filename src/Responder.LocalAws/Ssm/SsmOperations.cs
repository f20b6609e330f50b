using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Ssm;

/// <summary>Parameter Store of SSM, API version 2014-11-06 (JSON 1.1).</summary>
internal sealed partial class SsmOperations(World world, Account account, Caller caller, string region, JsonObject body)
{
    private const int MaxNameLength = 1011;
    private const int MaxLevels = 15;
    private const int StandardValueLength = 4096;
    private const int AdvancedValueLength = 8192;

    private static readonly FrozenDictionary<string, Func<SsmOperations, JsonObject>> Operations =
        new Dictionary<string, Func<SsmOperations, JsonObject>>(StringComparer.Ordinal)
        {
            ["GetParameter"] = o => o.GetParameter(),
            ["GetParameters"] = o => o.GetParameters(),
            ["GetParametersByPath"] = o => o.GetParametersByPath(),
            ["GetParameterHistory"] = o => o.GetParameterHistory(),
            ["DescribeParameters"] = o => o.DescribeParameters(),
            ["PutParameter"] = o => o.PutParameter(),
            ["DeleteParameter"] = o => o.DeleteParameter(),
            ["DeleteParameters"] = o => o.DeleteParameters(),
            ["AddTagsToResource"] = o => o.AddTagsToResource(),
            ["ListTagsForResource"] = o => o.ListTagsForResource(),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> OperationNames => Operations.Keys;

    public static bool Knows(string operation) => Operations.ContainsKey(operation);

    public JsonObject Run(string operation) => Operations[operation](this);

    private ImmutableSortedDictionary<string, SsmParameter> All =>
        account.Parameters.GetValueOrDefault(region) ?? Ordinal.Map<SsmParameter>();

    [GeneratedRegex(@"^[A-Za-z0-9_.\-/]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    private static AwsError Validation(string message) => new("ValidationException", 400, message);

    private static AwsError Constraint(string shown, string name, string rule) => Validation(
        $"1 validation error detected: Value {shown} at '{char.ToLowerInvariant(name[0])}{name[1..]}' failed to satisfy "
            + $"constraint: {rule}");

    private static AwsError Misshaped(string name, string expected) => new("SerializationException", 400, $"{name} must be {expected}.");

    private string? Text(string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw Misshaped(name, "a string"),
    };

    private string Required(string name) => Text(name) ?? throw Constraint("null", name, "Member must not be null");

    private bool Flag(string name) => body[name] switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw Misshaped(name, "a boolean"),
    };

    private int Count(string name, int max, int otherwise)
    {
        switch (body[name])
        {
            case null:
                return otherwise;
            case JsonValue value when value.TryGetValue<int>(out var number):
                return number < 1 ? throw Constraint($"'{number}'", name, "Member must have value greater than or equal to 1")
                    : number > max ? throw Constraint($"'{number}'", name, $"Member must have value less than or equal to {max}")
                    : number;
            default:
                throw Misshaped(name, "an integer");
        }
    }

    private static List<string> Texts(JsonNode? node, string name)
    {
        if (node is null)
            return [];
        if (node is not JsonArray list)
            throw Misshaped(name, "a list of strings");
        return [.. list.Select(
            item => item is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw Misshaped(name, "a list of strings"))];
    }

    private List<string> Names()
    {
        var names = Texts(body["Names"], "Names");
        if (names.Count is 0 or > 10)
            throw Constraint(
                $"'[{string.Join(", ", names)}]'", "Names", names.Count == 0
                ? "Member must have length greater than or equal to 1"
                : "Member must have length less than or equal to 10");
        return names;
    }

    /// <summary>Finds a parameter by its name or ARN, either with <c>:version</c>.</summary>
    private (SsmParameter? Parameter, SsmParameterVersion? Version, string? Selector) Find(string name)
    {
        var prefix = $"arn:{world.Partition}:ssm:{region}:{account.Id}:parameter";
        var rest = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        var (bare, selector) = rest.Split(':', 2) is [var before, var after] ? (before, after) : (rest, null);
        var parameter = All.GetValueOrDefault(bare) ?? (rest.Length < name.Length ? All.GetValueOrDefault(bare.TrimStart('/')) : null);
        if (parameter is null || selector is null)
            return (parameter, parameter?.Latest, null);
        var version = long.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? parameter.History.Find(v => v.Version == number)
            : null;
        return (parameter, version, ":" + selector);
    }

    private JsonObject Render(SsmParameter parameter, SsmParameterVersion version, string? selector)
    {
        var json = new JsonObject
        {
            ["ARN"] = parameter.Arn,
            ["DataType"] = "text",
            ["LastModifiedDate"] = Epoch(version.ModifiedAt),
            ["Name"] = parameter.Name,
            ["Type"] = version.Type,
            ["Value"] = Shown(version),
            ["Version"] = version.Version,
        };
        if (selector is not null)
            json["Selector"] = selector;
        return json;
    }

    // Stands for KMS ciphertext: not the plain text, and the same every time.
    private string Shown(SsmParameterVersion version) =>
        version.Type == "SecureString" && !Flag("WithDecryption")
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes("encrypted:" + version.Value))
            : version.Value;

    private static double Epoch(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private JsonObject GetParameter()
    {
        var name = Required("Name");
        var (parameter, version, selector) = Find(name);
        if (parameter is null)
            throw new AwsError("ParameterNotFound", 400, $"Parameter {name} not found.");
        if (version is null)
            throw new AwsError(
                "ParameterVersionNotFound",
                400,
                $"Systems Manager could not find version {selector?[1..]} of {parameter.Name}. Verify the version and try again.");
        return new JsonObject { ["Parameter"] = Render(parameter, version, selector) };
    }

    private JsonObject GetParameters()
    {
        var found = new JsonArray();
        var invalid = new JsonArray();
        foreach (var name in Names().Distinct(StringComparer.Ordinal))
        {
            if (Find(name) is ({ } parameter, { } version, var selector))
                found.Add(Render(parameter, version, selector));
            else
                invalid.Add(name);
        }

        return new JsonObject { ["InvalidParameters"] = invalid, ["Parameters"] = found };
    }

    private JsonObject GetParametersByPath()
    {
        var path = Required("Path");
        if (!path.StartsWith('/'))
            throw Validation("The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward "
                + "slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the "
                + "following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if "
                + "specified, must use the forward slash symbol \"/\".");
        if (body["ParameterFilters"] is JsonArray { Count: > 0 })
            throw new AwsError("InvalidFilterKey", 400, "This endpoint knows no filters for GetParametersByPath.");
        var below = path.EndsWith('/') ? path : path + "/";
        var recursive = Flag("Recursive");
        return Page(
            All.Values.Where(
                parameter => parameter.Name.StartsWith(below, StringComparison.Ordinal)
                && (recursive || !parameter.Name[below.Length..].Contains('/', StringComparison.Ordinal))),
            parameter => parameter.Name,
            parameter => Render(parameter, parameter.Latest, null),
            max: 10,
            otherwise: 10);
    }

    private JsonObject Page<T>(IEnumerable<T> items, Func<T, string> key, Func<T, JsonObject> render, int max, int otherwise)
    {
        var size = Count("MaxResults", max, otherwise);
        var after = Text("NextToken") is { } token ? Pages.Decode(token)
            ?? throw new AwsError("InvalidNextToken", 400, "The specified token is not valid.") : null;
        var page = items.OrderBy(key, StringComparer.Ordinal)
            .SkipWhile(item => after is not null && string.CompareOrdinal(key(item), after) <= 0).Take(size + 1).ToList();
        var answer = new JsonObject { ["Parameters"] = new JsonArray([.. page.Take(size).Select(render)]) };
        if (page.Count > size)
            answer["NextToken"] = Pages.Encode(key(page[size - 1]));
        return answer;
    }

    private JsonObject GetParameterHistory()
    {
        var name = Required("Name");
        if (Find(name) is not ({ } parameter, _, _))
            throw new AwsError("ParameterNotFound", 400, $"Parameter {name} not found.");
        return Page(
            parameter.History,
            version => version.Version.ToString("D18", CultureInfo.InvariantCulture),
            version =>
            {
                var json = Metadata(parameter, version);
                json["Value"] = Shown(version);
                json["Labels"] = new JsonArray();
                json.Remove("ARN");
                return json;
            },
            max: 50,
            otherwise: 50);
    }

    private static JsonObject Metadata(SsmParameter parameter, SsmParameterVersion version)
    {
        var json = new JsonObject
        {
            ["ARN"] = parameter.Arn,
            ["DataType"] = "text",
            ["LastModifiedDate"] = Epoch(version.ModifiedAt),
            ["LastModifiedUser"] = version.ModifiedBy,
            ["Name"] = parameter.Name,
            ["Policies"] = new JsonArray(),
            ["Tier"] = version.Tier,
            ["Type"] = version.Type,
            ["Version"] = version.Version,
        };
        if (version.Description is not null)
            json["Description"] = version.Description;
        if (parameter.AllowedPattern is not null)
            json["AllowedPattern"] = parameter.AllowedPattern;
        return json;
    }

    private JsonObject DescribeParameters()
    {
        if (body["Filters"] is JsonArray { Count: > 0 })
            throw new AwsError("InvalidFilterKey", 400, "Use ParameterFilters.");
        var filters = (body["ParameterFilters"] as JsonArray ?? []).Select(Filter).ToList();
        return Page(
            All.Values.Where(parameter => filters.TrueForAll(filter => filter(parameter))),
            parameter => parameter.Name,
            parameter => Metadata(parameter, parameter.Latest),
            max: 50,
            otherwise: 10);
    }

    private static Func<SsmParameter, bool> Filter(JsonNode? node)
    {
        if (node is not JsonObject filter || filter["Key"] is not JsonValue key || !key.TryGetValue<string>(out var name))
            throw Misshaped("ParameterFilters", "a list of structures with a Key");
        var option = filter["Option"]?.ToString();
        var values = Texts(filter["Values"], "Values");
        if (values.Count == 0)
            throw new AwsError("InvalidFilterValue", 400, "The following filter values are missing: " + name);
        Func<string, string, bool> matches = (name, option) switch
        {
            ("Name" or "Type" or "Tier" or "DataType", null or "Equals") => (value, wanted) =>
                string.Equals(value, wanted, StringComparison.Ordinal),
            ("Name" or "Type", "BeginsWith") => (value, wanted) => value.StartsWith(wanted, StringComparison.Ordinal),
            ("Name", "Contains") => (value, wanted) => value.Contains(wanted, StringComparison.Ordinal),
            ("Path", null or "OneLevel") => (value, wanted) => value.StartsWith(wanted.TrimEnd('/') + "/", StringComparison.Ordinal)
                && !value[(wanted.TrimEnd('/').Length + 1)..].Contains('/', StringComparison.Ordinal),
            ("Path", "Recursive") => (value, wanted) => value.StartsWith(wanted.TrimEnd('/') + "/", StringComparison.Ordinal),
            ("Name" or "Type" or "Tier" or "DataType" or "Path", _) =>
                throw new AwsError("InvalidFilterOption", 400, $"The following filter option is not valid: {option}."),
            _ => throw new AwsError("InvalidFilterKey", 400, $"The following filter key is not valid: {name}."),
        };
        return parameter =>
            values.Exists(
                wanted =>
                    matches(name switch
                    {
                        "Type" => parameter.Latest.Type,
                        "Tier" => parameter.Latest.Tier,
                        "DataType" => "text",
                        _ => parameter.Name
                    }, wanted));
    }

    private JsonObject DeleteParameter()
    {
        var name = Required("Name");
        if (!All.ContainsKey(name))
            throw new AwsError("ParameterNotFound", 400, $"Parameter {name} not found.");
        account.Parameters = account.Parameters.SetItem(region, All.Remove(name));
        return [];
    }

    private JsonObject DeleteParameters()
    {
        var names = Names().Distinct(StringComparer.Ordinal).ToLookup(name => All.ContainsKey(name));
        account.Parameters = account.Parameters.SetItem(region, All.RemoveRange(names[true]));
        return new JsonObject
        {
            ["DeletedParameters"] = new JsonArray([.. names[true].Select(name => JsonValue.Create(name))]),
            ["InvalidParameters"] = new JsonArray([.. names[false].Select(name => JsonValue.Create(name))]),
        };
    }

    private Dictionary<string, string> Tags()
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in body["Tags"] as JsonArray ?? [])
        {
            if (node is not JsonObject tag || tag["Key"]?.ToString() is not { Length: > 0 } key
                || tag["Value"]?.ToString() is not { } value)
                throw Misshaped("Tags", "a list of structures with Key and Value");
            tags[key] = value;
        }

        return tags.Count > 50 ? throw new AwsError("TooManyTagsError", 400, "A parameter can have up to 50 tags.") : tags;
    }

    private SsmParameter Tagged()
    {
        var type = Required("ResourceType");
        if (type != "Parameter")
            throw new AwsError("InvalidResourceType", 400, $"{type} is not a valid resource type here; only Parameter is.");
        return All.GetValueOrDefault(Required("ResourceId"))
            ?? throw new AwsError(
                "InvalidResourceId",
                400,
                "The resource ID isn't valid. Verify that you entered the correct ID and try again.");
    }

    private JsonObject AddTagsToResource()
    {
        var parameter = Tagged();
        parameter.Tags = parameter.Tags.SetItems(Tags());
        return [];
    }

    private JsonObject ListTagsForResource() => new()
    {
        ["TagList"] = new JsonArray([.. Tagged().Tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]),
    };
}
