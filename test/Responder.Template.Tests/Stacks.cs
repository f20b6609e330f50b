using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>The other stacks, infra/*.yaml: plain CloudFormation that template.yaml nests or that is deployed by itself.</summary>
internal static class Stacks
{
    public static string PathOf(string name) => Repository.PathOf("infra", name);

    public static JsonObject Read(string name) => SamTemplate.Read(PathOf(name));

    public static IEnumerable<(string Id, JsonObject Resource)> OfType(this JsonObject template, string type) =>
        template["Resources"]!.AsObject().Where(r => (string?)r.Value!["Type"] == type).Select(static r => (r.Key, r.Value!.AsObject()));
}
