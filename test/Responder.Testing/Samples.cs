using System.Text;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.Testing;

/// <summary>The sample events of the catalog (<c>events/</c>), and events that a test makes.</summary>
public static class Samples
{
    public const string Account = EventBuilder.Account;
    public const string AdministratorAccess = EventBuilder.Admin;
    public const string DenyAll = EventBuilder.DenyAll;
    public const string AdministratorAttached = "iam.admin-policy-attached/fires.json";

    /// <summary>The root of the checkout.</summary>
    public static string Root => Repository.Root;

    /// <summary>The names of the samples below <c>events/</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Events, "*.json", SearchOption.AllDirectories)
            .Where(static f => Path.GetFileName(f) is var name && (
                name.StartsWith("fires", StringComparison.Ordinal) || name.StartsWith("quiet", StringComparison.Ordinal)))
            .Select(static f => Path.GetRelativePath(Repository.Events, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static string File(params string[] parts) => Path.Combine([Repository.Events, .. parts]);

    /// <summary>The event as it is in the file.</summary>
    public static JsonNode Read(string name) => JsonNode.Parse(System.IO.File.ReadAllBytes(Path.Combine(Repository.Events, name)))!;

    /// <summary>
    /// The event as if it had just happened, if containment depends on the age of the call. Other events keep their time of day, because
    /// some detections check it.
    /// </summary>
    public static byte[] Fresh(string name)
    {
        var sample = Read(name);
        if (name.StartsWith("iam.", StringComparison.Ordinal) && sample["detail"] is JsonObject detail)
            detail["eventTime"] = EventBuilder.Time(TimeProvider.System.GetUtcNow());
        return Encoding.UTF8.GetBytes(sample.ToJsonString());
    }

    /// <summary>
    /// An account with every user that a sample names, each with the policy that the sample's call attached; who was renamed has the new
    /// name.
    /// </summary>
    public static World World()
    {
        var world = new World(Account);
        world.Home.EnsureTopic("alerts");
        foreach (var name in All)
        {
            if (Read(name)["detail"]?["requestParameters"] is not JsonObject request) continue;
            if (Text(request, "newGroupName") is { Length: > 0 } groupName) world.Home.EnsureGroup(groupName);
            if ((Text(request, "newUserName") ?? Text(request, "userName")) is not { Length: > 0 } userName) continue;
            var user = world.Home.EnsureUser(userName);
            if (Text(request, "policyArn") is { } policy && policy.StartsWith("arn:aws:iam::aws:policy/", StringComparison.Ordinal))
                world.Home.Attach(user, policy);
        }

        return world;
    }

    /// <summary>A bare record of an attachment, with a new event id for each call.</summary>
    public static JsonObject Attach(
        string user = "mallory", string policy = AdministratorAccess, string account = Account, string? id = null)
    {
        var alice = new JsonObject
        {
            ["type"] = "IAMUser",
            ["arn"] = $"arn:aws:iam::{account}:user/alice",
            ["accountId"] = account,
            ["userName"] = "alice",
        };
        return EventBuilder.AdminAttachedTo(user, policy).With("eventVersion", "1.11").By(alice).With("userAgent", "aws-cli/2.31.0")
            .Id(id ?? Guid.NewGuid().ToString()).With("recipientAccountId", account).Record();
    }

    /// <summary>An event id as CloudTrail gives them, always the same for a name of at most six letters.</summary>
    public static string Id(string name) =>
        "00000000-0000-4000-8000-" + Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(name)).PadLeft(12, '0');

    /// <summary>Wraps the record as EventBridge delivers it.</summary>
    public static JsonObject Delivered(JsonObject record) => new()
    {
        ["version"] = "0",
        ["detail-type"] = "AWS API Call via CloudTrail",
        ["source"] = "aws.iam",
        ["account"] = Account,
        ["detail"] = record,
    };

    private static string? Text(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue<string>(out var text)
        ? text
        : null;
}
