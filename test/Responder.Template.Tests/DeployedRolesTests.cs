using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>The file with which `responder doctor` compares the roles of an account.</summary>
public sealed class DeployedRolesTests
{
    private static readonly string s_path = Repository.PathOf("src", "Responder.Cli", "Doctor", "roles.json");

    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary><c>RESPONDER_APPROVE=1</c> writes the file from the template; review the difference, then commit.</summary>
    [Fact]
    public void Doctor_knows_the_roles_and_policies_of_the_template()
    {
        string[] types = ["AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"];
        var resources = SamTemplate.Resources.Where(r => types.Contains((string?)r.Value!["Type"]))
            .Select(static r => KeyValuePair.Create(r.Key, (JsonNode?)r.Value!.DeepClone())).ToList();
        var lists = SamTemplate.Root["Parameters"]!.AsObject().Where(static p => (string?)p.Value!["Type"] == "CommaDelimitedList")
            .Select(static p => JsonValue.Create(p.Key));
        var expected = new JsonObject
        {
            ["Conditions"] = SamTemplate.Root["Conditions"]!.DeepClone(),
            ["Lists"] = new JsonArray([.. lists]),
            ["Resources"] = new JsonObject(resources),
        }.ToJsonString(s_indented) + "\n";

        Approval.Check(s_path, expected, "src/Responder.Cli/Doctor/roles.json is");
    }
}
