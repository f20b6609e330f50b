using System.Text.Json.Nodes;

namespace Responder.Cli.Tests.Html;

/// <summary>
/// Alice assumes the role deploy and from there admin, attaches AdministratorAccess to mallory, creates a key for backup and uses it.
/// Meanwhile, bob works in sessions with the same names.
/// </summary>
internal static class Intrusion
{
    public const string Responder = "arn:aws:iam::123456789012:role/responder-iam";
    public const string Release = "arn:aws:iam::123456789012:role/responder-release";

    public static IEnumerable<JsonNode> Records()
    {
        yield return Call(
            "01", "09:01:00", "sts", "AssumeRole", User("alice", "AKIAALICE0000000EXAMPLE"), Role("deploy", "ci"),
            Credentials("ASIADEPLOY000000EXAMPLE"));
        yield return Call(
            "02", "09:02:00", "sts", "AssumeRole", Session("deploy", "ci", "ASIADEPLOY000000EXAMPLE"), Role("admin", "alice"),
            Credentials("ASIAADMIN0000000EXAMPLE"));
        yield return Call("03", "09:03:00", "iam", "AttachUserPolicy", Session("admin", "alice", "ASIAADMIN0000000EXAMPLE"), new JsonObject
        {
            ["userName"] = "mallory",
            ["policyArn"] = Samples.AdministratorAccess,
        });
        yield return Call(
            "04", "09:03:02", "iam", "PutUserPermissionsBoundary", Session("responder-iam", "f", "ASIARESPONDER000EXAMPLE"), new JsonObject
            {
                ["userName"] = "mallory",
                ["permissionsBoundary"] = Samples.DenyAll,
            });
        yield return Call("05", "09:04:00", "iam", "CreateAccessKey", Session("admin", "alice", "ASIAADMIN0000000EXAMPLE"), new JsonObject
        {
            ["userName"] = "backup",
        },
            new JsonObject { ["accessKey"] = new JsonObject { ["userName"] = "backup", ["accessKeyId"] = "AKIABACKUP000000EXAMPLE" } });
        yield return Call("06", "09:05:00", "s3", "ListBuckets", User("backup", "AKIABACKUP000000EXAMPLE"));
        yield return Call(
            "07", "10:00:00", "iam", "DeleteUserPermissionsBoundary", Session("responder-release", "r", "ASIARELEASE00000EXAMPLE"),
            new JsonObject { ["userName"] = "mallory" });
        // Bob's own work: the same roles, the same session names and the same source identity.
        yield return Call(
            "11", "09:01:30", "sts", "AssumeRole", User("bob", "AKIABOB000000000EXAMPLE"), Role("deploy", "ci"),
            Credentials("ASIABOBDEPLOY000EXAMPLE"));
        yield return Call("12", "09:06:00", "ec2", "DescribeInstances", Session("deploy", "ci", "ASIABOBDEPLOY000EXAMPLE"));
        yield return Call("13", "09:07:00", "s3", "ListBuckets", Session("admin", "alice", "ASIABOBADMIN0000EXAMPLE"));
        yield return Call("14", "09:08:00", "s3", "ListBuckets", User("backup", "AKIABACKUPOLD000EXAMPLE"));
        yield return Call(
            "15", "09:09:00", "sts", "AssumeRole", User("bob", "AKIABOB000000000EXAMPLE"),
            Role("admin", "arn:aws:iam::123456789012:user/alice"), null, error: "AccessDenied");
    }

    public static JsonObject User(string name, string? key = null) => new()
    {
        ["type"] = "IAMUser",
        ["principalId"] = "AIDA" + name.ToUpperInvariant().PadRight(12, '0'),
        ["arn"] = $"arn:aws:iam::{Samples.Account}:user/{name}",
        ["accountId"] = Samples.Account,
        ["userName"] = name,
        ["accessKeyId"] = key,
    };

    public static JsonObject Session(string role, string name, string key, string? sourceIdentity = "alice") => new()
    {
        ["type"] = "AssumedRole",
        ["principalId"] = $"AROA{role.ToUpperInvariant().PadRight(12, '0')}:{name}",
        ["arn"] = $"arn:aws:sts::{Samples.Account}:assumed-role/{role}/{name}",
        ["accountId"] = Samples.Account,
        ["accessKeyId"] = key,
        ["sessionContext"] = new JsonObject
        {
            ["sessionIssuer"] = new JsonObject
            {
                ["type"] = "Role",
                ["principalId"] = "AROA" + role.ToUpperInvariant().PadRight(12, '0'),
                ["arn"] = $"arn:aws:iam::{Samples.Account}:role/{role}",
                ["accountId"] = Samples.Account,
                ["userName"] = role,
            },
            ["sourceIdentity"] = sourceIdentity,
        },
    };

    public static JsonObject Call(
        string id, string time, string service, string name, JsonObject identity, JsonObject? request = null, JsonObject? response = null,
        string? error = null)
    {
        var record = Samples.Attach(id: id);
        (record["eventTime"], record["eventSource"], record["eventName"]) = ($"2026-03-04T{time}Z", service + ".amazonaws.com", name);
        (record["userIdentity"], record["requestParameters"], record["responseElements"]) = (identity, request, response);
        if (error is not null) record["errorCode"] = error;
        return record;
    }

    public static JsonObject Credentials(string key) => new()
    {
        ["credentials"] = new JsonObject
        {
            ["accessKeyId"] = key,
            ["sessionToken"] = "FwoGZXIvYXdzEXAMPLE",
            ["expiration"] = "Mar 4, 2026",
        },
    };

    public static JsonObject Role(string name, string session) => new()
    {
        ["roleArn"] = $"arn:aws:iam::{Samples.Account}:role/{name}",
        ["roleSessionName"] = session,
    };
}
