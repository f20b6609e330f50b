using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Responder.Events;

/// <summary>What became of the call: it worked, it was refused for lack of permission, or it failed for another reason.</summary>
public enum CallOutcome
{
    Succeeded,
    Refused,
    Failed,
}

/// <summary>
/// What EventBridge wrapped around the record; each value null when the record came bare. Times are UTC.
/// </summary>
public sealed record EventEnvelope(string? Id, string? DetailType, string? Source, string? Account, string? Region, DateTimeOffset? Time);

/// <summary>
/// One CloudTrail record with typed access to what detections need. Every property may be null or absent: the record may lack it, or lie.
/// Field list: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
/// </summary>
public sealed class CloudTrailEvent
{
    private static readonly string[] s_refusals =
    [
        "AccessDenied", "AccessDeniedException", "AccessDeniedFault", "AccessDeniedForDependencyException", "AccessForbidden",
        "KMSAccessDenied", "KMSAccessDeniedException", "KMSAccessDeniedFault", "KMS.AccessDeniedException", "KmsAccessDenied", "KmsAccessDeniedException",
        "CloudHsmAccessDeniedException", "DependencyAccessDeniedException", "EncryptionKeyAccessDeniedException", "OpsItemAccessDeniedException", "OrganizationAccessDeniedException",
        "UnauthorizedOperation", "UnauthorizedException", "UnauthorizedAccess", "Unauthorized", "UnauthorizedClientException", "UserUnauthorizedException",
        "UnauthorizedError", "UnauthorizedOperationException", "UnauthorizedResourceAccessException",
        "NotAuthorized", "NotAuthorizedException", "AuthorizationError", "AuthorizationErrorException", "AuthFailure",
        "Forbidden", "ForbiddenException", "ForbiddenError", "InsufficientPermissions", "InsufficientPermissionsException", "InsufficientPrivilegesException",
    ];

    /// <summary>What is parsed when it is asked for; null: everything is there already.</summary>
    private readonly PlainRecord? _plain;

    // In boxes, since another thread sees a reference whole.
    private StrongBox<JsonView>? _record;
    private StrongBox<JsonView>? _request;
    private StrongBox<JsonView>? _response;
    private StrongBox<JsonView>? _additionalEventData;
    private StrongBox<JsonView>? _serviceEventDetails;
    private StrongBox<JsonView>? _resources;

    /// <param name="members">Those of the record.</param>
    internal CloudTrailEvent(JsonView record, JsonMembers members, EventEnvelope? envelope)
    {
        _record = new StrongBox<JsonView>(record);
        Envelope = envelope;
        InsightDetails = members["insightDetails"].Unwrapped;
        IsInsight = InsightDetails.IsObject;
        EventSource = (IsInsight ? InsightDetails["eventSource"].Text : null) ?? members["eventSource"].Text ?? "";
        EventName = (IsInsight ? InsightDetails["eventName"].Text : null) ?? members["eventName"].Text ?? "";
        EventId = members["eventID"].Text is { Length: > 0 } id ? id : null;
        EventTime = ParseTime(members["eventTime"]) ?? envelope?.Time;
        Region = members["awsRegion"].Text ?? envelope?.Region;
        SourceIpAddress = members["sourceIPAddress"].Text;
        UserAgent = members["userAgent"].Text;
        ErrorCode = members["errorCode"].Text is { Length: > 0 } code ? code : null;
        ErrorMessage = members["errorMessage"].Text is { Length: > 0 } message ? message : null;
        EventType = members["eventType"].Text;
        EventCategory = members["eventCategory"].Text;
        ReadOnly = members["readOnly"].Flag;
        RequestId = members["requestID"].Text;
        SharedEventId = members["sharedEventID"].Text;
        Actor = new Actor(ActorTexts.Of(members["userIdentity"].Unwrapped));
        AccountId = members["recipientAccountId"].Text ?? envelope?.Account ?? Actor.AccountId;
        _request = new StrongBox<JsonView>(members["requestParameters"].Unwrapped);
        _response = new StrongBox<JsonView>(members["responseElements"].Unwrapped);
        _additionalEventData = new StrongBox<JsonView>(members["additionalEventData"].Unwrapped);
        _serviceEventDetails = new StrongBox<JsonView>(members["serviceEventDetails"].Unwrapped);
        _resources = new StrongBox<JsonView>(members["resources"].Unwrapped);
        Outcome = OutcomeOf(this);
        IncidentId = EventId ?? Convert.ToHexStringLower(SHA256.HashData(record.RawUtf8));
    }

    /// <summary>The same from a record that was skimmed.</summary>
    /// <param name="outcome">As its surface tells.</param>
    internal CloudTrailEvent(PlainRecord record, CallOutcome outcome)
    {
        _plain = record;
        EventSource = record.Text(EventField.EventSource) ?? "";
        EventName = record.Text(EventField.EventName) ?? "";
        EventId = record.Text(EventField.EventId) is { Length: > 0 } id ? id : null;
        EventTime = record.Text(EventField.EventTime) is { } time && TryPlainTime(time, out var plain) ? plain : ParseTime(record.View(EventField.EventTime));
        Region = record.Text(EventField.Region);
        SourceIpAddress = record.Text(EventField.SourceIpAddress);
        UserAgent = record.Text(EventField.UserAgent);
        ErrorCode = record.Text(EventField.ErrorCode) is { Length: > 0 } code ? code : null;
        ErrorMessage = record.Text(EventField.ErrorMessage) is { Length: > 0 } message ? message : null;
        EventType = record.Text(EventField.EventType);
        EventCategory = record.Text(EventField.EventCategory);
        ReadOnly = bool.TryParse(record.Text(EventField.ReadOnly), out var readOnly) ? readOnly : null;
        RequestId = record.Text(EventField.RequestId);
        SharedEventId = record.Text(EventField.SharedEventId);
        Actor = new Actor(record.Actor());
        AccountId = record.Text(EventField.AccountId) ?? Actor.AccountId;
        Outcome = outcome;
        IncidentId = EventId ?? Convert.ToHexStringLower(SHA256.HashData(Record.RawUtf8));
    }

    /// <summary>
    /// Error codes that say "refused for lack of permission"; services also write them behind a prefix (<c>Client.</c>, <c>com.amazon…#</c>).
    /// Whole codes, from the service models: words in them prove nothing (AuthorizationPendingException, MethodNotAllowedException).
    /// </summary>
    public static IReadOnlyList<string> RefusalCodes => s_refusals;

    /// <summary>The record as delivered (EventBridge <c>detail</c>).</summary>
    public JsonView Record => (_record ??= new StrongBox<JsonView>(_plain!.View())).Value;

    public EventEnvelope? Envelope { get; }

    /// <summary>CloudTrail <c>eventID</c>, the same in every copy of the event; null when the record has none.</summary>
    public string? EventId { get; }

    /// <summary><see cref="EventId"/>, else the SHA-256 of the record in lower-case hex.</summary>
    public string IncidentId { get; }

    /// <summary>When the call was made, UTC; the envelope's time when the record does not say; null when neither does.</summary>
    public DateTimeOffset? EventTime { get; }

    /// <summary>For example <c>iam.amazonaws.com</c>; of an Insight: the source of the call it is about. Empty when absent.</summary>
    public string EventSource { get; }

    /// <summary>For example <c>AttachUserPolicy</c>; of an Insight: the call it is about. Empty when absent.</summary>
    public string EventName { get; }

    public string? Region { get; }

    /// <summary>The account that received the event (<c>recipientAccountId</c>), else the envelope's, else the caller's.</summary>
    public string? AccountId { get; }

    public string? SourceIpAddress { get; }

    public string? UserAgent { get; }

    public string? ErrorCode { get; }

    public string? ErrorMessage { get; }

    /// <summary>AwsApiCall, AwsServiceEvent, AwsConsoleSignIn, AwsConsoleAction, AwsCloudTrailInsight, …</summary>
    public string? EventType { get; }

    /// <summary>Management, Data, Insight, NetworkActivity; absent in older records.</summary>
    public string? EventCategory { get; }

    public bool? ReadOnly { get; }

    /// <summary>The <c>x-amzn-RequestId</c> that the caller was answered.</summary>
    public string? RequestId { get; }

    /// <summary>Ties the copies that two accounts receive, and the two events of one Insight.</summary>
    public string? SharedEventId { get; }

    public Actor Actor { get; }

    /// <summary><c>requestParameters</c>; use the indexer and <see cref="JsonView.Items"/>, never assume a shape.</summary>
    public JsonView Request => View(ref _request, EventField.Request);

    public JsonView Response => View(ref _response, EventField.Response);

    public JsonView AdditionalEventData => View(ref _additionalEventData, EventField.AdditionalEventData);

    public JsonView ServiceEventDetails => View(ref _serviceEventDetails, EventField.ServiceEventDetails);

    public JsonView Resources => View(ref _resources, EventField.Resources);

    public JsonView InsightDetails { get; }

    public bool IsInsight { get; }

    /// <summary>Computed here and nowhere else, from errorCode, errorMessage and the response of a sign-in.</summary>
    public CallOutcome Outcome { get; }

    /// <summary>
    /// CloudTrail left the request out because it was too large: an evasion, since the call itself worked. <c>omitted</c> is seen as
    /// boolean and as string.
    /// </summary>
    public bool RequestOmitted => Request["omitted"].Flag == true;

    /// <summary>A copy of a management call in another category; the management event itself is the one that pages.</summary>
    public bool IsDataOrNetworkCopy => EventCategory is "Data" or "NetworkActivity" || EventType == "AwsVpceEvent";

    /// <summary>The partition of the account the event is about, from the caller's ARN, else from the region; <c>aws</c> by default.</summary>
    public string Partition
    {
        get
        {
            if (AwsArn.TryParse(Actor.Arn ?? Actor.SessionIssuerArn, out var arn) && arn.HasAwsPartition) return arn.Partition;
            return Region switch
            {
                { } r when r.StartsWith("cn-", StringComparison.Ordinal) => "aws-cn",
                { } r when r.StartsWith("us-gov-", StringComparison.Ordinal) => "aws-us-gov",
                _ => "aws",
            };
        }
    }

    /// <summary>True when the call is exactly this one: source and name together, both case-sensitive.</summary>
    public bool Is(string eventSource, string eventName) =>
        string.Equals(EventSource, eventSource, StringComparison.Ordinal) && string.Equals(EventName, eventName, StringComparison.Ordinal);

    private JsonView View(ref StrongBox<JsonView>? view, EventField field) => (view ??= new StrongBox<JsonView>(_plain!.View(field).Unwrapped)).Value;

    private static DateTimeOffset? ParseTime(JsonView value)
    {
        if (value.Kind == JsonValueKind.Number && value.Integer is { } epoch and > 0 and < 253_402_300_800) return DateTimeOffset.FromUnixTimeSeconds(epoch);
        if (value.Text is not { } text) return null;
        if (TryPlainTime(text, out var plain)) return plain;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
    }

    /// <summary>The form in which CloudTrail writes times, <c>2026-03-04T09:01:07Z</c>; any other is for the library to read.</summary>
    internal static bool TryPlainTime(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text is not [_, _, _, _, '-', _, _, '-', _, _, 'T', _, _, ':', _, _, ':', _, _, 'Z']) return false;
        var (year, month, day) = (Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2));
        var (hour, minute, second) = (Number(text, 11, 2), Number(text, 14, 2), Number(text, 17, 2));
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59) return false;
        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        return true;

        static int Number(ReadOnlySpan<char> text, int start, int digits)
        {
            var number = 0;
            foreach (var c in text.Slice(start, digits))
            {
                if (!char.IsAsciiDigit(c)) return -1;
                number = (number * 10) + (c - '0');
            }

            return number;
        }
    }

    internal static DateTimeOffset? ParseEnvelopeTime(JsonView value) => ParseTime(value);

    private static CallOutcome OutcomeOf(CloudTrailEvent e)
    {
        if (e.ErrorCode is not null) return OutcomeOf(e.ErrorCode, e.ErrorMessage);
        // Sign-in events carry no errorCode: the answer stands under the event's own name (ConsoleLogin, PasswordUpdated, SwitchRole, …).
        if (string.Equals(e.Response[e.EventName].Text, "Failure", StringComparison.OrdinalIgnoreCase)
            || string.Equals(e.ServiceEventDetails[e.EventName].Text, "Failure", StringComparison.OrdinalIgnoreCase)) return CallOutcome.Refused;
        return OutcomeOf(null, e.ErrorMessage);
    }

    /// <summary>By code and message alone, each null when the record has none or an empty one.</summary>
    internal static CallOutcome OutcomeOf(string? errorCode, string? errorMessage) =>
        errorCode is null && errorMessage is null ? CallOutcome.Succeeded
        : IsRefusal(errorCode ?? "", errorMessage) ? CallOutcome.Refused
        : CallOutcome.Failed;

    private static bool IsRefusal(string errorCode, string? errorMessage)
    {
        var code = errorCode.AsSpan();
        if (code.StartsWith("Client.", StringComparison.Ordinal)) code = code["Client.".Length..];
        var hash = code.LastIndexOf('#'); // com.amazon.coral.service#AccessDeniedException
        if (hash >= 0) code = code[(hash + 1)..];
        if (code is "DryRunOperation") return false;
        foreach (var refusal in s_refusals)
        {
            if (code.SequenceEqual(refusal)) return true;
        }

        return errorMessage is not null
            && (errorMessage.Contains("is not authorized to perform", StringComparison.Ordinal) || errorMessage == "Failed authentication");
    }
}
