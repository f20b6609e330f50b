using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.LocalAws.State;

/// <summary>One event in CloudTrail's history: the record, and what LookupEvents says about it.</summary>
/// <param name="Text">The record, JSON.</param>
/// <param name="Time">Its eventTime, UTC.</param>
public sealed record HistoryEvent(string Text, DateTimeOffset Time)
{
    private JsonObject Record { get; init; } = [];

    /// <exception cref="ArgumentException">The text is not a JSON object with an eventTime.</exception>
    public static HistoryEvent Of(string text)
    {
        JsonObject? record;
        try
        {
            record = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            record = null;
        }

        return record?["eventTime"] is JsonValue value
            && DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new HistoryEvent(text, time.ToUniversalTime()) { Record = record }
            : throw new ArgumentException("an event needs to be a JSON object with an eventTime", nameof(text));
    }

    /// <summary>Whether a lookup attribute of the event has this value; null: there is no such attribute.</summary>
    internal bool? Has(string attribute, string value) => attribute switch
    {
        "EventId" => Member("eventID") == value,
        "EventName" => Member("eventName") == value,
        "EventSource" => Member("eventSource") == value,
        "ReadOnly" => (Member("readOnly") ?? "false") == value,
        "Username" => UserName == value,
        "AccessKeyId" => AccessKeyId == value,
        "ResourceType" => Resources.Any(r => r.Type == value),
        "ResourceName" => Resources.Any(r => r.Name == value),
        _ => null,
    };

    internal JsonObject ToAnswer()
    {
        var answer = new JsonObject
        {
            ["EventId"] = Member("eventID"),
            ["EventName"] = Member("eventName"),
            ["ReadOnly"] = Member("readOnly") ?? "false",
            ["EventTime"] = Time.ToUnixTimeSeconds(),
            ["EventSource"] = Member("eventSource"),
            ["Username"] = UserName,
            ["Resources"] = new JsonArray(
                [.. Resources.Select(static r => new JsonObject { ["ResourceType"] = r.Type, ["ResourceName"] = r.Name })]),
            ["CloudTrailEvent"] = Text,
        };
        if (AccessKeyId is { } key) answer["AccessKeyId"] = key;
        return answer;
    }

    private JsonObject? Identity => Record["userIdentity"] as JsonObject;

    private string? AccessKeyId => Identity?["accessKeyId"]?.ToString();

    /// <summary>The user's name; for a role's session the session name, which its caller chose; <c>root</c> for root.</summary>
    private string? UserName => Identity?["type"]?.ToString() switch
    {
        "Root" => "root",
        "AssumedRole" => Identity?["arn"]?.ToString().Split('/') is [_, _, var session] ? session : null,
        _ => Identity?["userName"]?.ToString(),
    };

    private IEnumerable<(string Type, string Name)> Resources
    {
        get
        {
            if (Record["requestParameters"]?["roleArn"]?.ToString() is { } role) yield return ("AWS::IAM::Role", role);
            if (Record["responseElements"]?["assumedRoleUser"]?["arn"]?.ToString() is { } session)
                yield return ("AWS::STS::AssumedRole", session);
        }
    }

    private string? Member(string name) => Record[name]?.ToString();
}
