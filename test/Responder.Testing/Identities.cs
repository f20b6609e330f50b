using System.Text.Json.Nodes;

namespace Responder.Testing;

/// <summary>Callers, as JSON text to lay over a record, with only the members that each kind always has.</summary>
public static class Identities
{
    private const string Account = EventBuilder.Account;

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
        var identity = new JsonObject
        {
            ["type"] = "Root",
            ["principalId"] = Account,
            ["arn"] = $"arn:aws:iam::{Account}:root",
            ["accountId"] = Account,
            ["accessKeyId"] = "",
        };
        if (invokedBy is not null) identity["invokedBy"] = invokedBy;
        return identity.ToJsonString();
    }

    public static string Role(string name, string session = "session", string path = "") => Of("AROAEXAMPLEEXAMPLE456", name, session, path)
        .ToJsonString();

    public static string Service(string name) => new JsonObject { ["type"] = "AWSService", ["invokedBy"] = name }.ToJsonString();

    internal static JsonObject Of(string id, string name, string session, string path = "") => new()
    {
        ["type"] = "AssumedRole",
        ["principalId"] = $"{id}:{session}",
        ["arn"] = $"arn:aws:sts::{Account}:assumed-role/{name}/{session}",
        ["accountId"] = Account,
        ["sessionContext"] = new JsonObject
        {
            ["sessionIssuer"] = new JsonObject
            {
                ["type"] = "Role",
                ["arn"] = $"arn:aws:iam::{Account}:role/{path}{name}",
                ["accountId"] = Account,
                ["userName"] = name,
            },
        },
    };
}
