using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Responder.Events;

namespace Responder.Logs;

/// <summary>Decides, for each bare record, whether an event is built from it.</summary>
/// <returns>False: the record has been dealt with; true: it is wanted as an event.</returns>
public delegate bool RecordSieve(in RecordHead head);

/// <summary>
/// What a CloudTrail record says on its surface, read from its bytes in one pass. Available only when this is certain to be what
/// <see cref="CloudTrailEvent"/> would say: plain ASCII texts, each name once and spelled exactly, no envelope, no Insight. The spans point
/// into the record's bytes and are empty where the record has nothing.
/// </summary>
public ref partial struct RecordHead
{
    /// <summary>Length of the longest escaped form of "Failure": six bytes for each letter.</summary>
    private const int LongestFailure = 42;

    [Flags]
    private enum Field
    {
        Other = 0,
        EventSource = 1,
        EventName = 1 << 1,
        EventId = 1 << 2,
        EventTime = 1 << 3,
        EventType = 1 << 4,
        EventCategory = 1 << 5,
        Region = 1 << 6,
        AccountId = 1 << 7,
        ErrorCode = 1 << 8,
        ErrorMessage = 1 << 9,
        UserIdentity = 1 << 10,
        ResponseElements = 1 << 11,
        ServiceEventDetails = 1 << 12,

        /// <summary>A name that a plain record does not have, or a spelling that the lenient lookup may or may not accept.</summary>
        Unsure = 1 << 13,
    }

    internal enum Reading
    {
        /// <summary>The record is complete and has been read.</summary>
        Read,

        /// <summary>The bytes end inside the record.</summary>
        More,

        /// <summary>Not a record, not valid JSON, or a record that only the parser can judge.</summary>
        Unsure,
    }

    /// <summary>The bytes of the whole record.</summary>
    public ReadOnlySpan<byte> Utf8 { get; private set; }

    public ReadOnlySpan<byte> EventSource { get; private set; }

    public ReadOnlySpan<byte> EventName { get; private set; }

    /// <summary>Never empty.</summary>
    public ReadOnlySpan<byte> EventId { get; private set; }

    /// <summary>As the record writes it.</summary>
    public ReadOnlySpan<byte> EventTime { get; private set; }

    /// <summary><c>recipientAccountId</c>.</summary>
    public ReadOnlySpan<byte> AccountId { get; private set; }

    public ReadOnlySpan<byte> Region { get; private set; }

    /// <summary><see cref="Actor.IsRoot"/>.</summary>
    public bool IsRoot { get; private set; }

    /// <summary><see cref="CloudTrailEvent.Outcome"/>.</summary>
    public CallOutcome Outcome { get; private set; }

    /// <summary><see cref="CloudTrailEvent.IsDataOrNetworkCopy"/>.</summary>
    public bool IsDataOrNetworkCopy { get; private set; }

    /// <summary>True if there is certainly no line break inside the record.</summary>
    internal bool IsOneLine { get; private set; }

    /// <summary>Number of member names whose positions were noted; 0 if not all of them were.</summary>
    internal int Members { get; private set; }

    /// <summary>
    /// Makes the runtime compile the skimming code, which happens only on the machine that it runs on; worth a thread of its own during
    /// startup.
    /// </summary>
    public static void Prepare() =>
        _ = Skim("""{"eventVersion":"1.11","userIdentity":{"type":"x"},"eventTime":"x","requestParameters":null,"responseElements":{"a":"x"},"readOnly":true,"b":1}"""u8, new int[PlainRecord.MaxMembers], out _, out _);

    /// <param name="json">Begins with the record's opening brace; bytes after the record are ignored.</param>
    /// <param name="length">Length of the record in bytes, if it was read.</param>
    /// <param name="keys">Filled with the positions of the member names, as many as <see cref="Members"/> says.</param>
    internal static Reading TryRead(ReadOnlySpan<byte> json, Span<int> keys, out RecordHead head, out int length)
    {
        var skimmed = Skim(json, keys, out head, out length);
        if (skimmed == Reading.Unsure) skimmed = TryReadThoroughly(json, out head, out length);
        head.Utf8 = json[..length];
        return skimmed;
    }

    /// <summary>Does the same with the library's reader, which also reads escaped texts.</summary>
    internal static Reading TryReadThoroughly(ReadOnlySpan<byte> json, out RecordHead head, out int length)
    {
        try
        {
            return ReadAll(json, out head, out length);
        }
        catch (JsonException)
        {
            head = default;
            length = 0;
            return Reading.Unsure; // the parser says where and why
        }
    }

    private static Reading ReadAll(ReadOnlySpan<byte> json, out RecordHead head, out int length)
    {
        head = default;
        length = 0;
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        if (!reader.Read()) return Reading.More;
        if (reader.TokenType != JsonTokenType.StartObject) return Reading.Unsure;
        ReadOnlySpan<byte> code = default, message = default;
        var messageIsPlain = true;
        var seen = Field.Other;
        while (true)
        {
            if (!reader.Read()) return Reading.More;
            if (reader.TokenType == JsonTokenType.EndObject) break;
            if (reader.ValueIsEscaped) return Reading.Unsure;
            var field = FieldOf(reader.ValueSpan);
            if (field == Field.Other)
            {
                if (!reader.TrySkip()) return Reading.More;
                continue;
            }

            if (field == Field.Unsure || (seen & field) != 0) return Reading.Unsure;
            seen |= field;
            if (!reader.Read()) return Reading.More;
            var reading = Reading.Read;
            switch (field)
            {
                case Field.UserIdentity:
                    reading = ReadIdentity(ref reader, out var isRoot);
                    head.IsRoot = isRoot;
                    break;
                case Field.ResponseElements or Field.ServiceEventDetails:
                    reading = ReadAnswer(ref reader);
                    break;
                case Field.ErrorMessage when reader.TokenType == JsonTokenType.String:
                    message = reader.ValueSpan;
                    messageIsPlain = !reader.ValueIsEscaped && Ascii.IsValid(message);
                    break;
                default:
                    if (!TryText(ref reader, out var text)) return Reading.Unsure;
                    if (field == Field.ErrorCode) code = text;
                    else if (!head.TrySet(field, text)) return Reading.Unsure;
                    break;
            }

            if (reading != Reading.Read) return reading;
        }

        length = (int)reader.BytesConsumed;
        return Finish(ref head, seen, code, message, messageIsPlain);
    }

    /// <summary>Stores the value of a field. False: only the parser can judge the record.</summary>
    private bool TrySet(Field field, ReadOnlySpan<byte> text)
    {
        switch (field)
        {
            // In another case it is the same source, and the parser spells it.
            case Field.EventSource when text.ContainsAnyInRange((byte)'A', (byte)'Z'): return false;
            case Field.EventSource: EventSource = text; break;
            case Field.EventName: EventName = text; break;
            case Field.EventId: EventId = text; break;
            case Field.EventTime: EventTime = text; break;
            case Field.AccountId: AccountId = text; break;
            case Field.Region: Region = text; break;
            case Field.EventType when text.SequenceEqual("AwsCloudTrailInsight"u8): return false;
            case Field.EventType: IsDataOrNetworkCopy |= text.SequenceEqual("AwsVpceEvent"u8); break;
            case Field.EventCategory when text.SequenceEqual("Insight"u8): return false;
            case Field.EventCategory: IsDataOrNetworkCopy |= text.SequenceEqual("Data"u8) || text.SequenceEqual("NetworkActivity"u8); break;
        }

        return true;
    }

    /// <summary>Call this at the end of the record: checks the required fields and sets the outcome.</summary>
    private static Reading Finish(
        ref RecordHead head, Field seen, ReadOnlySpan<byte> code, ReadOnlySpan<byte> message, bool messageIsPlain)
    {
        // Without a caller it may be something that only resembles a record, as may a notification of S3.
        if ((seen & Field.UserIdentity) == 0 || head.EventSource.StartsWith("aws:"u8)) return Reading.Unsure;
        if (head.EventSource.IsEmpty || head.EventName.IsEmpty || head.EventId.IsEmpty) return Reading.Unsure;
        if (code.IsEmpty && message.IsEmpty) return Reading.Read;
        if (!messageIsPlain)
        {
            // Whether the call was refused may depend on a text that has to be decoded first.
            if (code.IsEmpty || CallOutcomes.Of(Encoding.ASCII.GetString(code), null) != CallOutcome.Refused) return Reading.Unsure;
            message = default;
        }

        head.Outcome = CallOutcomes.Of(
            code.IsEmpty ? null : Encoding.ASCII.GetString(code), message.IsEmpty ? null : Encoding.ASCII.GetString(message));
        return Reading.Read;
    }

    private static Reading ReadIdentity(scoped ref Utf8JsonReader reader, out bool isRoot)
    {
        isRoot = false;
        if (reader.TokenType == JsonTokenType.Null) return Reading.Read;
        if (reader.TokenType != JsonTokenType.StartObject) return Reading.Unsure; // a text may hold the object
        var seen = false;
        while (true)
        {
            if (!reader.Read()) return Reading.More;
            if (reader.TokenType == JsonTokenType.EndObject) return Reading.Read;
            var name = reader.ValueSpan;
            if (reader.ValueIsEscaped || !Ascii.IsValid(name)) return Reading.Unsure;
            if (name.Length != 4 || !Ascii.EqualsIgnoreCase(name, "type"u8))
            {
                if (!reader.TrySkip()) return Reading.More;
                continue;
            }

            if (seen || !name.SequenceEqual("type"u8)) return Reading.Unsure;
            seen = true;
            if (!reader.Read()) return Reading.More;
            if (!TryText(ref reader, out var type)) return Reading.Unsure;
            isRoot = type.SequenceEqual("Root"u8);
        }
    }

    /// <summary>A failed sign-in has no error code: its response says "Failure" in a member of the outermost object.</summary>
    private static Reading ReadAnswer(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String) return Reading.Unsure; // it may hold the object
        if (reader.TokenType != JsonTokenType.StartObject) return reader.TrySkip() ? Reading.Read : Reading.More;
        while (true)
        {
            if (!reader.Read()) return Reading.More;
            if (reader.TokenType == JsonTokenType.EndObject) return Reading.Read;
            if (!reader.Read()) return Reading.More;
            if (reader.TokenType == JsonTokenType.String
                && (reader.ValueIsEscaped
                    ? reader.ValueSpan.Length <= LongestFailure
                    : MayBeFailure(reader.ValueSpan))) return Reading.Unsure;
            if (!reader.TrySkip()) return Reading.More;
        }
    }

    private static bool MayBeFailure(ReadOnlySpan<byte> text) =>
        text.Length <= LongestFailure && (!Ascii.IsValid(text) || Ascii.EqualsIgnoreCase(text, "Failure"u8));

    /// <summary>Reads a plain text; empty for null. False for anything that has to be decoded or converted.</summary>
    private static bool TryText(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped) return false;
        text = reader.ValueSpan;
        return Ascii.IsValid(text);
    }

    private static Field FieldOf(ReadOnlySpan<byte> name)
    {
        // Names are compared one by one, so that each takes a step or two; only a name that begins like one of them can be another spelling
        // of it.
        switch (name.Length)
        {
            case 6:
                return Other(name, "detail"u8, "events"u8);
            case 7:
                if (name.SequenceEqual("eventID"u8)) return Field.EventId;
                return Other(name, "eventID"u8, "records"u8, "results"u8);
            case 8:
                return Other(name, "messages"u8);
            case 9:
                if (name.SequenceEqual("eventName"u8)) return Field.EventName;
                if (name.SequenceEqual("eventTime"u8)) return Field.EventTime;
                if (name.SequenceEqual("eventType"u8)) return Field.EventType;
                if (name.SequenceEqual("awsRegion"u8)) return Field.Region;
                if (name.SequenceEqual("errorCode"u8)) return Field.ErrorCode;
                // The events of CloudWatch Logs.
                if (name.SequenceEqual("logEvents"u8)) return Field.Unsure;
                return Other(name, "eventName"u8, "eventTime"u8, "eventType"u8, "awsRegion"u8, "errorCode"u8);
            case 11:
                if (name.SequenceEqual("eventSource"u8)) return Field.EventSource;
                return Other(name, "eventSource"u8, "detail-type"u8);
            case 12:
                if (name.SequenceEqual("userIdentity"u8)) return Field.UserIdentity;
                if (name.SequenceEqual("errorMessage"u8)) return Field.ErrorMessage;
                return Other(name, "userIdentity"u8, "errorMessage"u8);
            case 13:
                if (name.SequenceEqual("eventCategory"u8)) return Field.EventCategory;
                return Other(name, "eventCategory"u8);
            case 14:
                return Other(name, "insightDetails"u8);
            case 15:
                return Other(name, "CloudTrailEvent"u8, "QueryResultRows"u8);
            case 16:
                if (name.SequenceEqual("responseElements"u8)) return Field.ResponseElements;
                return Other(name, "responseElements"u8);
            case 18:
                if (name.SequenceEqual("recipientAccountId"u8)) return Field.AccountId;
                return Other(name, "recipientAccountId"u8);
            case 19:
                if (name.SequenceEqual("serviceEventDetails"u8)) return Field.ServiceEventDetails;
                return Other(name, "serviceEventDetails"u8);
            default:
                return Ascii.IsValid(name) ? Field.Other : Field.Unsure;
        }
    }

    /// <summary>
    /// Another field, unless the name is or may be another spelling of one of the given names, which have the same length or are empty.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Field Other(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default,
        ReadOnlySpan<byte> fourth = default, ReadOnlySpan<byte> fifth = default)
    {
        if (!Ascii.IsValid(name)) return Field.Unsure;
        return MayBe(name, first) || MayBe(name, second) || MayBe(name, third) || MayBe(name, fourth) || MayBe(name, fifth)
            ? Field.Unsure
            : Field.Other;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayBe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other) => other.Length > 0
        && (name[0] | 0x20) == (other[0] | 0x20) && (name[1] | 0x20) == (other[1] | 0x20) && Ascii.EqualsIgnoreCase(name, other);
}
