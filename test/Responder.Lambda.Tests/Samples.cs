using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.Lambda.Tests;

/// <summary>The sample events of the catalogue, as EventBridge would deliver them now.</summary>
internal static class Samples
{
    public const string Account = "123456789012";
    public const string AdministratorAttached = "iam.admin-policy-attached/fires.json";

    public static string Root { get; } = FindRoot();

    /// <summary>Names below <c>events/</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "events"), "*.json", SearchOption.AllDirectories)
            .Where(static f => Path.GetFileName(f) is var name && (name.StartsWith("fires", StringComparison.Ordinal) || name.StartsWith("quiet", StringComparison.Ordinal)))
            .Select(static f => Path.GetRelativePath(Path.Combine(Root, "events"), f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The event as it stands.</summary>
    public static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Root, "events", name)))!;

    /// <summary>
    /// The event of a call made just now where the call's age decides about containment; the others keep the time of day, which some
    /// detections look at.
    /// </summary>
    public static byte[] Fresh(string name)
    {
        var sample = Read(name);
        if (name.StartsWith("iam.", StringComparison.Ordinal) && sample["detail"] is JsonObject detail)
            detail["eventTime"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(sample.ToJsonString());
    }

    /// <summary>An account in which every user that a sample names exists, with the policy that the sample's call attached.</summary>
    public static World World()
    {
        var world = new World(Account);
        world.Home.EnsureTopic("alerts");
        foreach (var name in All)
        {
            if (Read(name)["detail"]?["requestParameters"] is not JsonObject request || Text(request, "userName") is not { Length: > 0 } userName) continue;
            var user = world.Home.EnsureUser(userName);
            if (Text(request, "policyArn") is { } policy && policy.StartsWith("arn:aws:iam::aws:policy/", StringComparison.Ordinal)) world.Home.Attach(user, policy);
        }

        return world;
    }

    private static string? Text(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Responder.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests run inside the repository.");
    }
}
