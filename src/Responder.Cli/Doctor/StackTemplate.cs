using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Cli.Doctor;

/// <summary>
/// What template.yaml declares about roles and their policies, with unresolved references. A test writes the embedded file from the
/// template, and fails when it is stale.
/// </summary>
internal static class StackTemplate
{
    private static readonly JsonObject s_root = Read();

    /// <summary>The conditions by name, as under Conditions in the template.</summary>
    public static JsonObject Conditions { get; } = s_root["Conditions"]!.AsObject();

    /// <summary>Names of the parameters that are lists.</summary>
    public static IReadOnlyList<string> Lists { get; } = [.. s_root["Lists"]!.AsArray().Select(static name => (string)name!)];

    /// <summary>Logical id, condition (null: none) and properties.</summary>
    public static IEnumerable<(string Id, string? Condition, JsonObject Properties)> OfType(string type) => s_root["Resources"]!.AsObject()
        .Where(r => (string?)r.Value!["Type"] == type)
        .Select(static r => (r.Key, (string?)r.Value!["Condition"], r.Value["Properties"]!.AsObject()));

    private static JsonObject Read()
    {
        using var stream = typeof(StackTemplate).Assembly.GetManifestResourceStream("roles.json")
            ?? throw new InvalidOperationException("roles.json is not embedded");
        return JsonSerializer.Deserialize<JsonObject>(stream)!;
    }
}
