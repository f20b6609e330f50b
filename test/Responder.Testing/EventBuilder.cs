using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Events;

namespace Responder.Testing;

/// <summary>
/// Builds CloudTrail records with sane defaults, so that a test states only what matters to it. Tests that generate random records, or that
/// are about single bytes of a record, write their own.
/// </summary>
public sealed class EventBuilder
{
    public const string Account = "123456789012";
    public const string Foreign = "210987654321";
    public const string Admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    public const string DenyAll = "arn:aws:iam::aws:policy/AWSDenyAll";
    public static readonly DateTimeOffset CalledAt = new(2026, 3, 4, 9, 1, 7, TimeSpan.Zero);

    private readonly JsonObject _record;

    private EventBuilder(string source, string name, JsonNode? request) => _record = new JsonObject
    {
        ["eventVersion"] = "1.10",
        ["userIdentity"] = User("alice"),
        ["eventTime"] = Time(CalledAt),
        ["eventSource"] = source,
        ["eventName"] = name,
        ["awsRegion"] = "us-east-1",
        ["sourceIPAddress"] = "203.0.113.11",
        ["userAgent"] = "aws-cli/2.15.0",
        ["requestParameters"] = request,
        ["responseElements"] = null,
        ["requestID"] = Guid.NewGuid().ToString(),
        ["eventID"] = Guid.NewGuid().ToString(),
        ["readOnly"] = false,
        ["eventType"] = "AwsApiCall",
        ["managementEvent"] = true,
        ["recipientAccountId"] = Account,
        ["eventCategory"] = "Management",
    };

    public static EventBuilder Call(string source, string name, JsonNode? request) => new(source, name, request);

    public static EventBuilder AdminAttachedTo(string user, string policyArn = Admin) =>
        new("iam.amazonaws.com", "AttachUserPolicy", new JsonObject { ["userName"] = user, ["policyArn"] = policyArn });

    public static EventBuilder AdminAttachedToRole(string role) =>
        new("iam.amazonaws.com", "AttachRolePolicy", new JsonObject { ["roleName"] = role, ["policyArn"] = Admin });

    /// <summary>A successful call of the role Deploy in eu-central-1, with only the members that every record has.</summary>
    public static EventBuilder Bare(string source, string name)
    {
        var builder = new EventBuilder(source, name, null).With("eventVersion", "1.11").With("eventTime", "2026-06-08T14:32:15Z")
            .By(Identities.Of("AROAEXAMPLEEXAMPLE123", "Deploy", "pipeline")).With("awsRegion", "eu-central-1")
            .With("sourceIPAddress", "203.0.113.42").Id("0b1c2d3e-0000-4000-8000-000000000001");
        return builder.Without("userAgent", "requestID", "readOnly", "managementEvent");
    }

    /// <summary>A bare record with JSON laid over it; a null does not remove a member.</summary>
    public static JsonObject Json(string source, string name, string changes = "{}") => Bare(source, name).Over(changes).Record();

    /// <summary>The same record as the parser reads it.</summary>
    public static CloudTrailEvent Of(string source, string name, string changes = "{}") =>
        Parse(Json(source, name, changes).ToJsonString());

    public static CloudTrailEvent Parse(string json)
    {
        var parsed = EventParser.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Null(parsed.Error);
        return parsed.Event!;
    }

    public EventBuilder With(string field, JsonNode? value)
    {
        _record[field] = value;
        return this;
    }

    public EventBuilder Without(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields) _record.Remove(field);
        return this;
    }

    public EventBuilder Over(string changes)
    {
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject()) _record[name] = value?.DeepClone();
        return this;
    }

    public EventBuilder Id(string id) => With("eventID", id);

    public EventBuilder By(JsonObject identity) => With("userIdentity", identity);

    public EventBuilder At(DateTimeOffset time) => With("eventTime", Time(time));

    public EventBuilder Refused() => With("errorCode", "AccessDenied")
        .With("errorMessage", "User: x is not authorized to perform: iam:AttachUserPolicy");

    public static JsonObject User(string name, string account = Account) => new()
    {
        ["type"] = "IAMUser",
        ["principalId"] = "AIDAEXAMPLE",
        ["arn"] = $"arn:aws:iam::{account}:user/{name}",
        ["accountId"] = account,
        ["accessKeyId"] = "AKIAIOSFODNN7EXAMPLE",
        ["userName"] = name,
    };

    public static JsonObject Session(string roleArn, string sessionName, string account = Account) => new()
    {
        ["type"] = "AssumedRole",
        ["principalId"] = "AROAEXAMPLE:" + sessionName,
        ["arn"] = $"arn:aws:sts::{account}:assumed-role/{roleArn[(roleArn.LastIndexOf('/') + 1)..]}/{sessionName}",
        ["accountId"] = account,
        ["accessKeyId"] = "ASIAIOSFODNN7EXAMPLE",
        ["sessionContext"] = new JsonObject
        {
            ["sessionIssuer"] = new JsonObject
            {
                ["type"] = "Role",
                ["principalId"] = "AROAEXAMPLE",
                ["arn"] = roleArn,
                ["accountId"] = account,
                ["userName"] = roleArn[(roleArn.LastIndexOf('/') + 1)..],
            },
            ["attributes"] = new JsonObject { ["mfaAuthenticated"] = "false" },
        },
    };

    /// <summary>Formats a time as CloudTrail does.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The record alone, as in the files of a trail.</summary>
    public JsonObject Record() => _record.DeepClone().AsObject();

    /// <summary>The record as the parser reads it.</summary>
    public CloudTrailEvent Event() => Parse(_record.ToJsonString());

    /// <summary>The record inside EventBridge's envelope.</summary>
    public JsonElement Build() => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["version"] = "0",
        ["id"] = Guid.NewGuid().ToString(),
        ["detail-type"] = "AWS API Call via CloudTrail",
        ["source"] = "aws." + _record["eventSource"]!.GetValue<string>().Split('.')[0],
        ["account"] = _record["recipientAccountId"]?.DeepClone() ?? Account,
        ["time"] = _record["eventTime"]?.DeepClone(),
        ["region"] = "us-east-1",
        ["resources"] = new JsonArray(),
        ["detail"] = _record.DeepClone(),
    });
}
