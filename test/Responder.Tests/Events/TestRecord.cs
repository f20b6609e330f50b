using System.Text;
using System.Text.Json.Nodes;
using Responder.Aws;
using Responder.Events;

namespace Responder.Tests.Events;

/// <summary>Builds a CloudTrail record; a test states only what matters to it.</summary>
internal static class TestRecord
{
    public const string Account = "123456789012";

    public const string ForeignAccount = "210987654321";

    /// <summary>A bare record of a call by role Deploy that worked; <paramref name="changes"/> is JSON laid over it, null removes nothing.</summary>
    public static JsonObject Json(string eventSource, string eventName, string changes = "{}")
    {
        var record = JsonNode.Parse($$"""
            {
              "eventVersion": "1.11",
              "userIdentity": {
                "type": "AssumedRole",
                "principalId": "AROAEXAMPLEEXAMPLE123:pipeline",
                "arn": "arn:aws:sts::{{Account}}:assumed-role/Deploy/pipeline",
                "accountId": "{{Account}}",
                "sessionContext": { "sessionIssuer": { "type": "Role", "arn": "arn:aws:iam::{{Account}}:role/Deploy", "accountId": "{{Account}}", "userName": "Deploy" } }
              },
              "eventTime": "2026-06-08T14:32:15Z",
              "eventSource": "{{eventSource}}",
              "eventName": "{{eventName}}",
              "awsRegion": "eu-central-1",
              "sourceIPAddress": "203.0.113.42",
              "requestParameters": null,
              "responseElements": null,
              "eventID": "0b1c2d3e-0000-4000-8000-000000000001",
              "eventType": "AwsApiCall",
              "recipientAccountId": "{{Account}}",
              "eventCategory": "Management"
            }
            """)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject()) record[name] = value?.DeepClone();
        return record;
    }

    public static CloudTrailEvent Of(string eventSource, string eventName, string changes = "{}") => Parse(Json(eventSource, eventName, changes).ToJsonString());

    public static CloudTrailEvent Parse(string json)
    {
        var parsed = EventParser.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Null(parsed.Error);
        return parsed.Event!;
    }

    /// <summary>The identities of a person or a service, to be laid over a record.</summary>
    public static class Identity
    {
        public static string User(string name) => new JsonObject
        {
            ["type"] = "IAMUser",
            ["principalId"] = "AIDAEXAMPLEEXAMPLE123",
            ["arn"] = $"arn:aws:iam::{Account}:user/{name}",
            ["accountId"] = Account,
            ["userName"] = name,
        }.ToJsonString();

        public static string Root(string? invokedBy = null)
        {
            var identity = new JsonObject { ["type"] = "Root", ["principalId"] = Account, ["arn"] = $"arn:aws:iam::{Account}:root", ["accountId"] = Account, ["accessKeyId"] = "" };
            if (invokedBy is not null) identity["invokedBy"] = invokedBy;
            return identity.ToJsonString();
        }

        public static string Role(string name, string session = "session", string path = "") => new JsonObject
        {
            ["type"] = "AssumedRole",
            ["principalId"] = "AROAEXAMPLEEXAMPLE456:" + session,
            ["arn"] = $"arn:aws:sts::{Account}:assumed-role/{name}/{session}",
            ["accountId"] = Account,
            ["sessionContext"] = new JsonObject
            {
                ["sessionIssuer"] = new JsonObject { ["type"] = "Role", ["arn"] = $"arn:aws:iam::{Account}:role/{path}{name}", ["accountId"] = Account, ["userName"] = name },
            },
        }.ToJsonString();

        public static string Service(string name) => new JsonObject { ["type"] = "AWSService", ["invokedBy"] = name }.ToJsonString();
    }
}
