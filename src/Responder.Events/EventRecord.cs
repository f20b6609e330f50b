namespace Responder.Events;

/// <summary>The members of a record that an event is made of.</summary>
public enum EventField
{
    EventSource,
    EventName,
    EventId,
    EventTime,
    EventType,
    EventCategory,
    Region,
    AccountId,
    ErrorCode,
    ErrorMessage,
    UserIdentity,
    SourceIpAddress,
    UserAgent,
    ReadOnly,
    RequestId,
    SharedEventId,
    Request,
    Response,
    AdditionalEventData,
    ServiceEventDetails,
    Resources,
    InsightDetails,
}

/// <summary>The names of the record's members.</summary>
public static class EventFields
{
    public static IReadOnlyList<EventField> All { get; } = Enum.GetValues<EventField>();

    /// <summary>The member's name as CloudTrail writes it.</summary>
    public static string Name(this EventField field) => field switch
    {
        EventField.EventSource => "eventSource",
        EventField.EventName => "eventName",
        EventField.EventId => "eventID",
        EventField.EventTime => "eventTime",
        EventField.EventType => "eventType",
        EventField.EventCategory => "eventCategory",
        EventField.Region => "awsRegion",
        EventField.AccountId => "recipientAccountId",
        EventField.ErrorCode => "errorCode",
        EventField.ErrorMessage => "errorMessage",
        EventField.UserIdentity => "userIdentity",
        EventField.SourceIpAddress => "sourceIPAddress",
        EventField.UserAgent => "userAgent",
        EventField.ReadOnly => "readOnly",
        EventField.RequestId => "requestID",
        EventField.SharedEventId => "sharedEventID",
        EventField.Request => "requestParameters",
        EventField.Response => "responseElements",
        EventField.AdditionalEventData => "additionalEventData",
        EventField.ServiceEventDetails => "serviceEventDetails",
        EventField.Resources => "resources",
        EventField.InsightDetails => "insightDetails",
        _ => throw new InvalidOperationException($"{field} has no name."),
    };
}

/// <summary>
/// What a <see cref="CloudTrailEvent"/> is built from: the members of one record, however they were read. A member that is absent, null or
/// unreadable is treated the same.
/// </summary>
public abstract class EventRecord
{
    /// <summary>The whole record.</summary>
    public abstract JsonView Whole { get; }

    /// <summary>The member's text, as <see cref="JsonView.Text"/> gives it.</summary>
    public abstract string? Text(EventField field);

    public abstract JsonView View(EventField field);

    /// <summary>The texts of <c>userIdentity</c>.</summary>
    public abstract ActorTexts Actor();

    /// <summary>
    /// Whether the response says "Failure" under the event's own name. Failed sign-in events have no error code; their result is there
    /// (ConsoleLogin, PasswordUpdated, SwitchRole, …).
    /// </summary>
    public abstract bool AnswersFailure(string eventName);
}

/// <summary>A record that was parsed whole.</summary>
internal sealed class ParsedRecord(JsonView record, JsonMembers members) : EventRecord
{
    private static readonly string[] s_names = [.. EventFields.All.Select(static field => field.Name())];

    public override JsonView Whole => record;

    public override string? Text(EventField field) => View(field).Text;

    public override JsonView View(EventField field) => members[s_names[(int)field]];

    public override ActorTexts Actor() => ActorTexts.Of(View(EventField.UserIdentity).Unwrapped);

    public override bool AnswersFailure(string eventName) => SaysFailure(EventField.Response, eventName)
        || SaysFailure(EventField.ServiceEventDetails, eventName);

    private bool SaysFailure(EventField field, string eventName) =>
        string.Equals(View(field).Unwrapped[eventName].Text, "Failure", StringComparison.OrdinalIgnoreCase);
}
