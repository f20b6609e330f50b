using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Iam;

/// <summary>IAM calls as CloudTrail records them, policies for them, and the findings of the IAM detections.</summary>
internal static class IamEvent
{
    internal const string Account = EventBuilder.Account;
    internal const string Foreign = EventBuilder.Foreign;

    internal static JsonObject User(string name, string path = "", string? invokedBy = null) =>
        InvokedBy(EventBuilder.User(path + name), invokedBy, ("userName", name));

    internal static JsonObject Session(string role, string session, string path = "", string? invokedBy = null) =>
        InvokedBy(EventBuilder.Session($"arn:aws:iam::{Account}:role/{path}{role}", session), invokedBy);

    internal static JsonObject Root(string? invokedBy = null) => JsonNode.Parse(Identities.Root(invokedBy))!.AsObject();

    internal static CloudTrailEvent Call(
        string name, object? request, object? response = null, object? by = null, string source = "iam.amazonaws.com",
        string? errorCode = null)
    {
        var call = EventBuilder.Call(source, name, JsonSerializer.SerializeToNode(request)).With("eventTime", "2026-03-04T10:00:00Z")
            .With("responseElements", JsonSerializer.SerializeToNode(response))
            .With("userIdentity", JsonSerializer.SerializeToNode(by ?? User("operator")));
        return (errorCode is null ? call : call.With("errorCode", errorCode)).Event();
    }

    internal static CloudTrailEvent Attach(string policyArn, string user = "mallory", object? by = null) =>
        Call("AttachUserPolicy", new { userName = user, policyArn }, by: by);

    /// <summary>A policy document with one statement that allows these actions on everything.</summary>
    internal static string Allow(params string[] actions) =>
        JsonSerializer.Serialize(
            new { Version = "2012-10-17", Statement = new[] { new { Effect = "Allow", Action = actions, Resource = "*" } } });

    internal static string Deny(params string[] actions) =>
        JsonSerializer.Serialize(
            new { Version = "2012-10-17", Statement = new[] { new { Effect = "Deny", Action = actions, Resource = "*" } } });

    internal static string Trust(object principal, string action = "sts:AssumeRole", object? condition = null) =>
        JsonSerializer.Serialize(new
        {
            Version = "2012-10-17",
            Statement = new[] { new Dictionary<string, object?>
        {
            ["Effect"] = "Allow", ["Principal"] = principal, ["Action"] = action, ["Condition"] = condition ?? new { },
        } },
        });

    private static JsonObject InvokedBy(JsonObject identity, string? service, params ReadOnlySpan<(string Name, string Value)> changes)
    {
        foreach (var (name, value) in changes) identity[name] = value;
        if (service is not null) identity["invokedBy"] = service;
        return identity;
    }

    internal static string CustomerPolicy(string name) => $"arn:aws:iam::{Account}:policy/{name}";

    internal static string AwsPolicy(string name, string partition = "aws") => $"arn:{partition}:iam::aws:policy/{name}";

    /// <summary>The findings of the IAM detections, strongest first.</summary>
    internal static List<Finding> IamFindings(this CloudTrailEvent e) =>
        [.. DetectionCatalog.Default.Detect(e).Where(static f => f.Detection.Id.StartsWith("iam.", StringComparison.Ordinal))];

    internal static Finding? Finding(this CloudTrailEvent e, string id) => e.IamFindings().SingleOrDefault(f => f.Detection.Id == id);

    internal static Severity Worst(this CloudTrailEvent e) => e.IamFindings().Select(static f => f.Severity).DefaultIfEmpty(Severity.None)
        .Max();

    /// <summary>The finding after its question has been answered; fails if it has no question.</summary>
    internal static Finding? Answered(this Finding? finding, Answer answer)
    {
        Assert.NotNull(finding);
        Assert.NotNull(finding.Question);
        Assert.NotNull(finding.WhenAnswered);
        return finding.WhenAnswered(answer);
    }
}
