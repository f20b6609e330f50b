using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Responder.Events;

/// <summary>What EventBridge wrapped around the record; a value is null when the envelope lacks it. Times are UTC.</summary>
public sealed record EventEnvelope(string? Id, string? DetailType, string? Source, string? Account, string? Region, DateTimeOffset? Time);

/// <summary>
/// One CloudTrail record with typed access to what detections need. Every property may be null or absent: the record may lack it, or lie.
/// Field list: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
/// </summary>
public sealed class CloudTrailEvent
{
    private readonly EventRecord _record;

    // Read on first use: most events find nothing, and then nobody asks. In boxes, because another thread sees a reference whole.
    private StrongBox<JsonView>? _whole;
    private StrongBox<JsonView>? _request;
    private StrongBox<JsonView>? _response;
    private StrongBox<JsonView>? _additionalEventData;
    private StrongBox<JsonView>? _serviceEventDetails;
    private StrongBox<JsonView>? _resources;

    /// <param name="record">The record, wherever it was read from.</param>
    /// <param name="envelope">What EventBridge wrapped around it; null: it came bare.</param>
    public CloudTrailEvent(EventRecord record, EventEnvelope? envelope = null)
    {
        _record = record;
        Envelope = envelope;
        InsightDetails = record.View(EventField.InsightDetails).Unwrapped;
        IsInsight = InsightDetails.IsObject;
        // CloudTrail writes sources in lower case; a copy that was written otherwise is the same event.
        EventSource = ((IsInsight ? InsightDetails["eventSource"].Text : null) ?? record.Text(EventField.EventSource) ?? "")
            .ToLowerInvariant();
        EventName = (IsInsight ? InsightDetails["eventName"].Text : null) ?? record.Text(EventField.EventName) ?? "";
        EventId = NotEmpty(EventField.EventId);
        EventTime = CloudTrailTime.Of(record) ?? envelope?.Time;
        Region = record.Text(EventField.Region) ?? envelope?.Region;
        SourceIpAddress = record.Text(EventField.SourceIpAddress);
        UserAgent = record.Text(EventField.UserAgent);
        ErrorCode = NotEmpty(EventField.ErrorCode);
        ErrorMessage = NotEmpty(EventField.ErrorMessage);
        EventType = record.Text(EventField.EventType);
        EventCategory = record.Text(EventField.EventCategory);
        ReadOnly = bool.TryParse(record.Text(EventField.ReadOnly), out var readOnly) ? readOnly : null;
        RequestId = record.Text(EventField.RequestId);
        SharedEventId = record.Text(EventField.SharedEventId);
        Actor = new Actor(record.Actor());
        AccountId = record.Text(EventField.AccountId) ?? envelope?.Account ?? Actor.AccountId;
        Outcome = ErrorCode is null && record.AnswersFailure(EventName) ? CallOutcome.Refused : CallOutcomes.Of(ErrorCode, ErrorMessage);
        HasGenuineId = IsGenuineId(EventId);
        IncidentId = EventId ?? CopyKey;
    }

    /// <summary>The record as delivered (EventBridge <c>detail</c>).</summary>
    public JsonView Record => (_whole ??= new StrongBox<JsonView>(_record.Whole)).Value;

    public EventEnvelope? Envelope { get; }

    /// <summary>CloudTrail <c>eventID</c>, the same in every copy of the event; null when the record has none.</summary>
    public string? EventId { get; }

    /// <summary>
    /// False: CloudTrail did not write this id. It may be a placeholder that several events have, so that it tells none of them from
    /// another.
    /// </summary>
    public bool HasGenuineId { get; }

    /// <summary>
    /// The same in all copies of the event, and in no other event: <see cref="EventId"/> where CloudTrail wrote it, else the SHA-256 of the
    /// record in lower-case hex.
    /// </summary>
    public string CopyKey => HasGenuineId ? EventId! : Convert.ToHexStringLower(SHA256.HashData(Record.RawUtf8));

    /// <summary><see cref="EventId"/>, else <see cref="CopyKey"/>.</summary>
    public string IncidentId { get; private init; }

    /// <summary>The same event under its <see cref="CopyKey"/>, for when another one has its id already.</summary>
    public CloudTrailEvent UnderOwnKey() => new(_record, Envelope) { IncidentId = CopyKey };

    /// <summary>When the call was made, UTC; the envelope's time when the record does not say; null when neither does.</summary>
    public DateTimeOffset? EventTime { get; }

    /// <summary>For example <c>iam.amazonaws.com</c>; for an Insight, the source of the call that it is about. Empty when absent.</summary>
    public string EventSource { get; }

    /// <summary>For example <c>AttachUserPolicy</c>; for an Insight, the call that it is about. Empty when absent.</summary>
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

    /// <summary>The <c>x-amzn-RequestId</c> that the caller received.</summary>
    public string? RequestId { get; }

    /// <summary>Shared by the copies that two accounts receive, and by the two events of one Insight.</summary>
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
    /// True when CloudTrail left the request out because it was too large: a way to evade detection, because the call itself succeeded.
    /// <c>omitted</c> appears both as a boolean and as a string.
    /// </summary>
    public bool RequestOmitted => Request["omitted"].Flag == true;

    /// <summary>True for a copy of a management call in another category; only the management event itself pages.</summary>
    public bool IsDataOrNetworkCopy => EventCategory is "Data" or "NetworkActivity" || EventType == "AwsVpceEvent";

    /// <summary>
    /// The partition of the account the event is about, from the caller's ARN, else from the region; <c>aws</c> by default.
    /// </summary>
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

    /// <summary>True for a UUID, the ids that CloudTrail gives; one that repeats a single digit is made up.</summary>
    public static bool IsGenuineId(ReadOnlySpan<char> id) => Guid.TryParseExact(id, "D", out _)
        && id.ContainsAnyExcept(id[0], '-');

    /// <summary>True when the call is exactly this one: source and name together, both case-sensitive.</summary>
    public bool Is(string eventSource, string eventName) =>
        string.Equals(EventSource, eventSource, StringComparison.Ordinal) && string.Equals(EventName, eventName, StringComparison.Ordinal);

    /// <summary>
    /// True when AWS timed the call before this moment, in whole seconds; one in the same second, or without a time, counts as made after
    /// it.
    /// </summary>
    public bool IsBefore(DateTimeOffset moment) =>
        EventTime is { } time && time < moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>False also when the time of the call is not known.</summary>
    public bool IsOlderThan(DateTimeOffset now, TimeSpan age) => EventTime is { } time && now - time >= age;

    private JsonView View(ref StrongBox<JsonView>? view, EventField field) =>
        (view ??= new StrongBox<JsonView>(_record.View(field).Unwrapped)).Value;

    private string? NotEmpty(EventField field) => _record.Text(field) is { Length: > 0 } text ? text : null;
}
