using System.Text.Json;
using Responder.Aws;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Iam;

/// <summary>Builds IAM calls as CloudTrail records them; a test states only what matters to it.</summary>
internal static class IamEvent
{
    internal const string Account = "123456789012";
    internal const string Foreign = "210987654321";

    internal static object User(string name, string path = "", string? invokedBy = null) => new
    {
        type = "IAMUser",
        principalId = "AIDAEXAMPLE",
        arn = $"arn:aws:iam::{Account}:user/{path}{name}",
        accountId = Account,
        accessKeyId = "AKIAEXAMPLE",
        userName = name,
        invokedBy,
    };

    internal static object Session(string role, string session, string path = "", string? invokedBy = null) => new
    {
        type = "AssumedRole",
        principalId = "AROAEXAMPLE:" + session,
        arn = $"arn:aws:sts::{Account}:assumed-role/{role}/{session}",
        accountId = Account,
        invokedBy,
        sessionContext = new { sessionIssuer = new { type = "Role", arn = $"arn:aws:iam::{Account}:role/{path}{role}", accountId = Account, userName = role } },
    };

    internal static object Root(string? invokedBy = null) => new { type = "Root", principalId = Account, arn = $"arn:aws:iam::{Account}:root", accountId = Account, invokedBy };

    internal static CloudTrailEvent Call(string name, object? request, object? response = null, object? by = null, string source = "iam.amazonaws.com", string? errorCode = null)
    {
        var record = JsonSerializer.SerializeToElement(new
        {
            eventVersion = "1.10",
            eventID = Guid.NewGuid(),
            eventTime = "2026-03-04T10:00:00Z",
            eventSource = source,
            eventName = name,
            awsRegion = "us-east-1",
            userIdentity = by ?? User("operator"),
            requestParameters = request,
            responseElements = response,
            errorCode,
            recipientAccountId = Account,
            eventType = "AwsApiCall",
            eventCategory = "Management",
        });
        var parsed = EventParser.Parse(record);
        Assert.Null(parsed.Error);
        return parsed.Event!;
    }

    internal static CloudTrailEvent Attach(string policyArn, string user = "mallory", object? by = null) =>
        Call("AttachUserPolicy", new { userName = user, policyArn }, by: by);

    /// <summary>A policy document of one statement that allows this on everything.</summary>
    internal static string Allow(params string[] actions) =>
        JsonSerializer.Serialize(new { Version = "2012-10-17", Statement = new[] { new { Effect = "Allow", Action = actions, Resource = "*" } } });

    internal static string Deny(params string[] actions) =>
        JsonSerializer.Serialize(new { Version = "2012-10-17", Statement = new[] { new { Effect = "Deny", Action = actions, Resource = "*" } } });

    internal static string Trust(object principal, string action = "sts:AssumeRole", object? condition = null) => JsonSerializer.Serialize(new
    {
        Version = "2012-10-17",
        Statement = new[] { new Dictionary<string, object?> { ["Effect"] = "Allow", ["Principal"] = principal, ["Action"] = action, ["Condition"] = condition ?? new { } } },
    });

    internal static string CustomerPolicy(string name) => $"arn:aws:iam::{Account}:policy/{name}";

    internal static string AwsPolicy(string name, string partition = "aws") => $"arn:{partition}:iam::aws:policy/{name}";

    /// <summary>What the IAM detections find, strongest first.</summary>
    internal static List<Finding> IamFindings(this CloudTrailEvent e) =>
        [.. DetectionCatalog.Default.Detect(e).Where(static f => f.Detection.Id.StartsWith("iam.", StringComparison.Ordinal))];

    internal static Finding? Finding(this CloudTrailEvent e, string id) => e.IamFindings().SingleOrDefault(f => f.Detection.Id == id);

    internal static Severity Worst(this CloudTrailEvent e) => e.IamFindings().Select(static f => f.Severity).DefaultIfEmpty(Severity.None).Max();

    /// <summary>The finding once its question is answered; fails when it asks none.</summary>
    internal static Finding? Answered(this Finding? finding, Answer answer)
    {
        Assert.NotNull(finding);
        Assert.NotNull(finding.Question);
        Assert.NotNull(finding.WhenAnswered);
        return finding.WhenAnswered(answer);
    }
}
