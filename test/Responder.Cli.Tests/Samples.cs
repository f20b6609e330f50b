using System.Text.Json.Nodes;

namespace Responder.Cli.Tests;

/// <summary>Events of the checkout, and such that a test makes.</summary>
internal static class Samples
{
    public const string Account = "123456789012";
    public const string AdministratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";
    public const string DenyAll = "arn:aws:iam::aws:policy/AWSDenyAll";

    public static string Root { get; } = FindRoot();

    public static string File(params string[] parts) => Path.Combine([Root, "events", .. parts]);

    /// <summary>A bare record of an attachment; every call another event id.</summary>
    public static JsonObject Attach(string user = "mallory", string policy = AdministratorAccess, string account = Account, string? id = null) => new()
    {
        ["eventVersion"] = "1.11",
        ["userIdentity"] = new JsonObject { ["type"] = "IAMUser", ["arn"] = $"arn:aws:iam::{account}:user/alice", ["accountId"] = account, ["userName"] = "alice" },
        ["eventTime"] = "2026-03-04T09:01:07Z",
        ["eventSource"] = "iam.amazonaws.com",
        ["eventName"] = "AttachUserPolicy",
        ["awsRegion"] = "us-east-1",
        ["sourceIPAddress"] = "203.0.113.11",
        ["userAgent"] = "aws-cli/2.31.0",
        ["requestParameters"] = new JsonObject { ["userName"] = user, ["policyArn"] = policy },
        ["responseElements"] = null,
        ["requestID"] = Guid.NewGuid().ToString(),
        ["eventID"] = id ?? Guid.NewGuid().ToString(),
        ["readOnly"] = false,
        ["eventType"] = "AwsApiCall",
        ["managementEvent"] = true,
        ["recipientAccountId"] = account,
        ["eventCategory"] = "Management",
    };

    /// <summary>The event as EventBridge delivers it.</summary>
    public static JsonObject Delivered(JsonObject record) => new()
    {
        ["version"] = "0",
        ["detail-type"] = "AWS API Call via CloudTrail",
        ["source"] = "aws.iam",
        ["account"] = Account,
        ["detail"] = record,
    };

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Responder.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no Responder.sln above {AppContext.BaseDirectory}: tests read events/ of the checkout");
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("responder-").FullName;

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
