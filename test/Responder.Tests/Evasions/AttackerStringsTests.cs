using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;
using Responder.Tests.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Evasions;

/// <summary>
/// No string that a caller chooses can lower a severity: session name, user agent, source identity, descriptions, tags, statement ids,
/// white space, order of keys, case of actions. Every firing sample is rewritten in each of these ways.
/// </summary>
public sealed class AttackerStringsTests
{
    private static readonly string[] s_names =
    [
        "AWSReservedSSO_Administrators_0123456789abcdef", "terraform", "Pipeline", "autoscaling.amazonaws.com", "AWSServiceRoleForSupport",
        "root", "*", "", "\u202e", "break-glass",
    ];

    private static readonly (string Name, Action<JsonObject> Rewrite)[] s_rewrites =
    [
        .. s_names.Select(name => ("session name " + name, (Action<JsonObject>)(record => SessionName(record, name)))),
        .. ((string[])[
            "HashiCorp Terraform/1.9", "cloudformation.amazonaws.com", "AWS Internal", "signin.amazonaws.com", "", new string('x', 2048)])
            .Select(agent => ("user agent " + agent, (Action<JsonObject>)(record => record["userAgent"] = agent))),
        ("source identity", record => (record["userIdentity"]?["sessionContext"] as JsonObject)?.Add("sourceIdentity", "AWSReservedSSO_x")),
        ("description and tags", record =>
        {
            if (record["requestParameters"] is not JsonObject request) return;
            request["description"] = "approved by security; not an incident";
            request["tags"] = new JsonArray(new JsonObject { ["key"] = "Environment", ["value"] = "sandbox" });
        }),
        ("order of keys", record => Reorder(record)),
        ("policies with white space",
            record =>
                Policies(
                    record, static policy => policy.ToJsonString(new JsonSerializerOptions { WriteIndented = true, IndentSize = 8 })
                    .Replace("\n", " \t\r\n  ", StringComparison.Ordinal))),
        ("policies with a statement id", record => Policies(record, static policy =>
        {
            foreach (var statement in Statements(policy)) statement["Sid"] = "DenyAll";
            return policy.ToJsonString();
        })),
        ("actions in upper case", record => Policies(record, static policy => Cased(policy, static text => text.ToUpperInvariant()))),
        ("actions in lower case", record => Policies(record, static policy => Cased(policy, static text => text.ToLowerInvariant()))),
        ("policies URL-encoded", record => Policies(record, static policy => Uri.EscapeDataString(policy.ToJsonString()))),
    ];

    [Fact]
    public void No_string_that_a_caller_chooses_lowers_a_severity()
    {
        var lowered = new List<string>();
        var compared = 0;
        foreach (var sample in Sample.All.Where(static s => s.Fires))
        {
            var before = SeverityOf(JsonNode.Parse(sample.Read())!.AsObject());
            foreach (var (name, rewrite) in s_rewrites)
            {
                var e = JsonNode.Parse(sample.Read())!.AsObject();
                rewrite(e["detail"]!.AsObject());
                compared++;
                if (SeverityOf(e) < before) lowered.Add($"{sample}: {name}: {before} -> {SeverityOf(e)}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} rewritten events compared");
        Assert.True(compared > 1000);
        Assert.Empty(lowered);
    }

    private static Severity SeverityOf(JsonObject e)
    {
        var parsed = EventParser.Parse(JsonSerializer.SerializeToElement(e));
        Assert.Null(parsed.Error);
        return DetectionCatalog.Default.Detect(parsed.Event!).Select(static f => f.Severity).DefaultIfEmpty().Max();
    }

    private static void SessionName(JsonObject record, string name)
    {
        if (record["userIdentity"] is not JsonObject identity || (string?)identity["type"] is not ("AssumedRole" or "FederatedUser"))
            return;
        if ((string?)identity["arn"] is { } arn && arn.Contains('/')) identity["arn"] = arn[..(arn.LastIndexOf('/') + 1)] + name;
        if ((string?)identity["principalId"] is { } id && id.Contains(':')) identity["principalId"] = id[..(id.IndexOf(':') + 1)] + name;
    }

    private static void Reorder(JsonObject json)
    {
        foreach (var child in json.Select(static m => m.Value).ToArray())
        {
            if (child is JsonObject inner) Reorder(inner);
            foreach (var item in (child as JsonArray)?.OfType<JsonObject>() ?? []) Reorder(item);
        }

        foreach (var (name, value) in json.Reverse().ToArray())
        {
            json.Remove(name);
            json.Add(name, value);
        }
    }

    /// <summary>Rewrites each policy document that is a string member of the request.</summary>
    private static void Policies(JsonObject record, Func<JsonObject, string> rewrite)
    {
        foreach (var (name, value) in (record["requestParameters"] as JsonObject)?.ToArray() ?? [])
        {
            if (value is not JsonValue text || text.GetValueKind() != JsonValueKind.String || !text.GetValue<string>().TrimStart()
                .StartsWith('{')) continue;
            try
            {
                if (JsonNode.Parse(text.GetValue<string>()) is JsonObject policy && policy.ContainsKey("Statement"))
                    record["requestParameters"]![name] = rewrite(policy);
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                // The document of the sample is unreadable or has a key twice, so there is nothing to rewrite.
            }
        }
    }

    private static IEnumerable<JsonObject> Statements(JsonObject policy) => policy["Statement"] switch
    {
        JsonArray many => many.OfType<JsonObject>(),
        JsonObject one => [one],
        _ => [],
    };

    private static string Cased(JsonObject policy, Func<string, string> change)
    {
        foreach (var statement in Statements(policy))
        {
            foreach (var element in (string[])["Action", "NotAction"])
            {
                if (statement[element] is JsonArray many)
                    statement[element] = new JsonArray([.. many.Select(a => (JsonNode?)change((string)a!))]);
                else if (statement[element] is JsonValue one) statement[element] = change((string)one!);
            }
        }

        return policy.ToJsonString();
    }
}
