using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Responder.LocalAws.Protocol;

namespace Responder.LocalAws.State;

/// <summary>
/// The CloudTrail record of one IAM change, as AWS would deliver it in the region of IAM's events (us-east-1 in the partition <c>aws</c>):
/// feed it back to see what a containment or its release causes. It has camelCase parameters, documents as plain strings in the request and
/// percent-encoded in the response, <c>responseElements</c> null for calls that return nothing, and never any secrets.
/// </summary>
/// <param name="EventName">API name.</param>
/// <param name="RequestId">The id that the response carried.</param>
/// <param name="ErrorCode">CloudTrail's form (<c>NoSuchEntityException</c>, <c>AccessDenied</c>); null on success.</param>
/// <param name="Json">The bare record.</param>
public sealed record TrailRecord(string EventName, string RequestId, string? ErrorCode, string Json)
{
    // Like CloudTrail, leaves an apostrophe unescaped.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The record inside the envelope that EventBridge delivers.</summary>
    public string ToEventBridgeEvent()
    {
        var detail = JsonNode.Parse(Json)!;
        return new JsonObject
        {
            ["version"] = "0",
            ["id"] = Guid.NewGuid().ToString(),
            ["detail-type"] = "AWS API Call via CloudTrail",
            ["source"] = "aws.iam",
            ["account"] = detail["recipientAccountId"]!.GetValue<string>(),
            ["time"] = detail["eventTime"]!.GetValue<string>(),
            ["region"] = detail["awsRegion"]!.GetValue<string>(),
            ["resources"] = new JsonArray(),
            ["detail"] = detail,
        }.ToJsonString(Plain);
    }

    internal static TrailRecord Of(World world, AwsRequest request, Caller caller, string requestId, XElement[]? result, AwsError? error)
    {
        var errorCode = error is null ? null : CloudTrailCode(error.Code);
        var record = new JsonObject
        {
            ["eventVersion"] = "1.11",
            ["userIdentity"] = Identity(world, caller),
            ["eventTime"] = Time(world.Now),
            ["eventSource"] = "iam.amazonaws.com",
            ["eventName"] = request.Operation,
            ["awsRegion"] = world.Partition switch { "aws-cn" => "cn-north-1", "aws-us-gov" => "us-gov-west-1", _ => "us-east-1" },
            ["sourceIPAddress"] = request.SourceIp,
            ["userAgent"] = request.UserAgent,
        };
        if (error is not null)
        {
            record["errorCode"] = errorCode;
            record["errorMessage"] = error.Message;
        }

        // The record does not say what a caller without the permission asked for.
        record["requestParameters"] = error?.Code == "AccessDenied" || request.Parameters.Count == 0
            ? null
            : Parameters(request.Parameters);
        record["responseElements"] = result is null ? null : Elements(result);
        record["requestID"] = requestId;
        record["eventID"] = Guid.NewGuid().ToString();
        record["readOnly"] = false;
        record["eventType"] = "AwsApiCall";
        record["managementEvent"] = true;
        record["recipientAccountId"] = caller.Account;
        record["eventCategory"] = "Management";
        return new TrailRecord(request.Operation, requestId, errorCode, record.ToJsonString(Plain));
    }

    private static string CloudTrailCode(string code) => code switch
    {
        "AccessDenied" => code,
        "ValidationError" => "ValidationException",
        "Throttling" => "ThrottlingException",
        _ when code.EndsWith("Exception", StringComparison.Ordinal) => code,
        _ => code + "Exception",
    };

    private static JsonObject Identity(World world, Caller caller)
    {
        var account = world.Account(caller.Account);
        var session = new JsonObject { ["creationDate"] = Time(caller.SessionStart ?? world.Now), ["mfaAuthenticated"] = "false" };
        if (caller.RoleName is { } roleName)
        {
            var role = account.Roles.GetValueOrDefault(roleName);
            var context = new JsonObject
            {
                ["sessionIssuer"] = new JsonObject
                {
                    ["type"] = "Role",
                    ["principalId"] = role?.Id ?? Caller.UnknownRoleId,
                    ["arn"] = role?.Arn ?? account.Arn("role/" + roleName),
                    ["accountId"] = caller.Account,
                    ["userName"] = roleName,
                },
                ["attributes"] = session,
            };
            if (caller.SourceIdentity is not null)
                context["sourceIdentity"] = caller.SourceIdentity;
            return new JsonObject
            {
                ["type"] = "AssumedRole",
                ["principalId"] = $"{role?.Id ?? Caller.UnknownRoleId}:{caller.SessionName}",
                ["arn"] = caller.Arn,
                ["accountId"] = caller.Account,
                ["accessKeyId"] = caller.AccessKey,
                ["sessionContext"] = context,
            };
        }

        if (caller.UserName is not { } userName)
            return new JsonObject
            {
                ["type"] = "Root",
                ["principalId"] = caller.Account,
                ["arn"] = caller.Arn,
                ["accountId"] = caller.Account,
                ["accessKeyId"] = caller.AccessKey,
            };
        return new JsonObject
        {
            ["type"] = "IAMUser",
            ["principalId"] = User(account, caller, userName)?.Id ?? Caller.UnknownUserId,
            ["arn"] = caller.Arn,
            ["accountId"] = caller.Account,
            ["accessKeyId"] = caller.AccessKey,
            ["userName"] = userName,
        };
    }

    // A user who has just given himself another name is known by his key.
    private static IamUser? User(Account account, Caller caller, string name) =>
        account.Users.GetValueOrDefault(name)
            ?? account.Users.Values.FirstOrDefault(user => user.AccessKeys.ContainsKey(caller.AccessKey));

    private static JsonObject Parameters(Dictionary<string, string> parameters)
    {
        var json = new JsonObject();
        foreach (var (name, value) in parameters)
        {
            if (name is "Password" || name.StartsWith("Tags.", StringComparison.Ordinal))
                continue;
            json[Camel(name)] = Typed(name, value);
        }

        var tags = new QueryParameters(parameters).Tags();
        if (tags.Count > 0)
            json["tags"] = new JsonArray([.. tags.Select(tag => new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value })]);
        return json;
    }

    private static JsonObject Elements(IEnumerable<XElement> elements)
    {
        var json = new JsonObject();
        foreach (var element in elements)
        {
            var name = element.Name.LocalName;
            if (name == "SecretAccessKey")
                continue;
            json[Camel(name)] = element.Elements().Any()
                ? element.Elements("member").Any()
                ? new JsonArray([.. element.Elements("member").Select(member => Elements(member.Elements()))])
                : Elements(element.Elements())
                : Typed(name, element.Value);
        }

        return json;
    }

    private static JsonNode Typed(string name, string value) => name switch
    {
        "SetAsDefault" or "PasswordResetRequired" or "IsDefaultVersion" or "IsAttachable" when bool.TryParse(value, out var flag) => flag,
        "MaxSessionDuration" or "AttachmentCount" or "PermissionsBoundaryUsageCount"
            when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        "CreateDate" or "UpdateDate" =>
            DateTimeOffset.Parse(value, CultureInfo.InvariantCulture).UtcDateTime.ToString(
                "MMM d, yyyy h:mm:ss tt", CultureInfo.InvariantCulture),
        _ => value,
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
