using System.Globalization;

namespace Responder.LocalAws.Protocol;

/// <summary>Parameters of an AWS Query request; missing or out-of-range values are refused in AWS's words.</summary>
internal sealed class QueryParameters(IReadOnlyDictionary<string, string> values)
{
    public IReadOnlyDictionary<string, string> All => values;

    public string? Get(string name) => values.TryGetValue(name, out var value) ? value : null;

    public string Required(string name) => Get(name) ?? throw Constraint("null", name, "Member must not be null");

    public bool Flag(string name) => Get(name) switch
    {
        null => false,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw new AwsError("MalformedInput", 400, $"'{text}' is not a valid boolean for {name}"),
    };

    public int? Number(string name, int min, int max)
    {
        if (Get(name) is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw new AwsError("MalformedInput", 400, $"'{text}' is not a valid integer for {name}");
        if (number < min)
            throw Constraint(text, name, $"Member must have value greater than or equal to {min}");
        if (number > max)
            throw Constraint(text, name, $"Member must have value less than or equal to {max}");
        return number;
    }

    /// <summary>Reads <c>Tags.member.1.Key</c>, <c>Tags.member.1.Value</c>, ...</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags()
    {
        var tags = new List<KeyValuePair<string, string>>();
        for (var i = 1; Get(string.Create(CultureInfo.InvariantCulture, $"Tags.member.{i}.Key")) is { } key; i++)
            tags.Add(new(key, Required(string.Create(CultureInfo.InvariantCulture, $"Tags.member.{i}.Value"))));
        return tags;
    }

    public static AwsError Constraint(string shown, string name, string rule)
    {
        var camel = char.ToLowerInvariant(name[0]) + name[1..];
        var value = shown == "null" ? "Value null" : $"Value '{shown}'";
        return AwsError.Validation($"1 validation error detected: {value} at '{camel}' failed to satisfy constraint: {rule}");
    }
}
