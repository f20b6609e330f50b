using System.Runtime.InteropServices;
using System.Text.Json;

namespace Responder.Events;

/// <summary>An event, or the reason why there is none. Exactly one of the two is set.</summary>
public readonly record struct ParsedEvent
{
    private ParsedEvent(CloudTrailEvent? @event, string? error)
    {
        Event = @event;
        Error = error;
    }

    public CloudTrailEvent? Event { get; }

    /// <summary>Names the field and what was expected there; holds no value of the event, so it may be logged.</summary>
    public string? Error { get; }

    public static ParsedEvent Of(CloudTrailEvent e) => new(e, null);

    public static ParsedEvent Malformed(string error) => new(null, error);
}

/// <summary>Reads one EventBridge event or one bare CloudTrail record. Never throws on any input.</summary>
public static class EventParser
{
    /// <summary>
    /// The most bytes that EventBridge delivers (PutEvents limit); CloudTrail itself drops management events over 256 KB.
    /// </summary>
    public const int MaxEventBytes = 1024 * 1024;

    /// <summary>Parses UTF-8 JSON of one event.</summary>
    public static ParsedEvent Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxEventBytes) return TooLarge(utf8.Length);
        try
        {
            return Parse(JsonDocument.Parse(utf8).RootElement.Clone());
        }
        catch (JsonException e)
        {
            return ParsedEvent.Malformed(
                $"not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}: expected one CloudTrail event");
        }
    }

    /// <summary>Parses one event: <c>{"detail-type":…,"detail":{record}}</c> or the record itself.</summary>
    public static ParsedEvent Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return ParsedEvent.Malformed($"event is {Describe(root.ValueKind)}: expected a JSON object");
        var size = JsonMarshal.GetRawUtf8Value(root).Length;
        if (size > MaxEventBytes) return TooLarge(size);

        var view = new JsonView(root);
        var members = new JsonMembers(view);
        if (members["detail-type"].Kind != JsonValueKind.Undefined || members["detail"].Kind != JsonValueKind.Undefined)
            return ParseEnvelope(members);
        return ParseRecord(view, members, null, "");
    }

    /// <summary>Parses an event whose envelope somebody else has read, as the Lambda serializer does.</summary>
    /// <param name="detail">The CloudTrail record; undefined when the event had none.</param>
    public static ParsedEvent Parse(JsonElement detail, EventEnvelope envelope)
    {
        var size = detail.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(detail).Length;
        return size > MaxEventBytes ? TooLarge(size) : ParseDetail(new JsonView(detail), envelope);
    }

    private static ParsedEvent ParseEnvelope(JsonMembers view) => ParseDetail(view["detail"], new EventEnvelope(
        view["id"].Text, view["detail-type"].Text, view["source"].Text, view["account"].Text, view["region"].Text,
        CloudTrailTime.Of(view["time"])));

    private static ParsedEvent ParseDetail(JsonView detail, EventEnvelope envelope)
    {
        var record = detail.Unwrapped;
        return record.IsObject
            ? ParseRecord(record, new JsonMembers(record), envelope, "detail.")
            : ParsedEvent.Malformed($"detail is {Describe(detail.Kind)}: expected an object, the CloudTrail record");
    }

    private static ParsedEvent ParseRecord(JsonView record, JsonMembers members, EventEnvelope? envelope, string prefix)
    {
        var insight = members["insightDetails"].Unwrapped;
        if (!insight.IsObject)
        {
            if (members["eventCategory"].Text == "Insight" || members["eventType"].Text == "AwsCloudTrailInsight")
                return ParsedEvent.Malformed($"{prefix}insightDetails is {Describe(insight.Kind)}: expected an object in an Insight event");
            foreach (var field in (string[])["eventSource", "eventName"])
            {
                if (members[field] is not { IsString: true, Text.Length: > 0 })
                    return ParsedEvent.Malformed($"{prefix}{field} is {Describe(members[field].Kind)}: expected a non-empty string");
            }
        }

        return ParsedEvent.Of(new CloudTrailEvent(new ParsedRecord(record, members), envelope));
    }

    public static ParsedEvent TooLarge(long bytes) => ParsedEvent.Malformed(FormattableString.Invariant(
        $"event is {bytes} bytes: expected at most {MaxEventBytes}, the largest that EventBridge delivers"));

    internal static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "a boolean",
    };
}
