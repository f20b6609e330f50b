using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Responder.Events;

namespace Responder.Logs;

/// <summary>What one JSON value of a file holds.</summary>
/// <param name="Notice">Set: it is something known that holds no record, and this says what; the event counts for nothing then.</param>
/// <param name="IsForeign">True: it is malformed and has nothing in common with a record or its wrappings.</param>
internal readonly record struct Found(ParsedEvent Parsed, string? Notice = null, bool IsForeign = false);

/// <summary>
/// Opens what services wrap around CloudTrail's records: answers of LookupEvents, messages of CloudWatch Logs, SNS, SQS and Kinesis,
/// EventBridge's envelope, rows of queries. A wrapping is told by its members, spelled exactly; a record by its own.
/// </summary>
internal sealed class Wrapping(UnpackLimits limits)
{
    /// <summary>How deep records may be wrapped: a message in a notification in a message in an archive.</summary>
    private const int MaxDepth = 4;

    /// <summary>Most bytes that the packed content of one message may have.</summary>
    private const int MaxMessage = 64 * 1024 * 1024;

    /// <summary>Members that hold a record or another wrapping, in the order in which they are looked for.</summary>
    private static readonly string[] s_covers =
        ["CloudTrailEvent", "Message", "message", "Body", "body", "@message", "_raw", "_source", "Sns", "original"];

    /// <summary>Members that hold a list of these.</summary>
    private static readonly string[] s_lists =
        ["Records", "records", "Events", "events", "logEvents", "Messages", "messages", "results", "QueryResultRows", "hits"];

    /// <summary>Whether a list of this name is one of those that are opened item by item.</summary>
    public static bool IsListName(ReadOnlySpan<byte> name)
    {
        foreach (var list in s_lists)
        {
            if (Ascii.Equals(name, list)) return true;
        }

        return false;
    }

    /// <summary>Adds what the value holds: usually one event, from some wrappings several or none.</summary>
    public void Open(JsonElement value, List<Found> found) => Open(value, 0, found);

    private void Open(JsonElement value, int depth, List<Found> found)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                OpenObject(value, depth, found);
                break;
            case JsonValueKind.Array when RowOf(value) is { } row:
                found.Add(OfRow(row));
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Open(item, depth, found);
                break;
            case JsonValueKind.String:
                OpenText(value, depth, found);
                break;
            default:
                found.Add(new Found(EventParser.Parse(value), IsForeign: true));
                break;
        }
    }

    private void OpenText(JsonElement value, int depth, List<Found> found)
    {
        var text = new JsonView(value).Text ?? "";
        // CloudWatch Logs sends these to find out whether the receiver is there.
        if (text.StartsWith("CWL CONTROL MESSAGE", StringComparison.Ordinal)) return;
        var begin = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (begin is not ['{' or '[' or '"', ..] && ExportLine.PrefixOf(begin) is > 0 and var prefix) begin = begin[prefix..];
        if (begin is not ['{' or '[' or '"', ..])
        {
            found.Add(new Found(ParsedEvent.Malformed("event is a string: expected a JSON object"), IsForeign: depth == 0));
            return;
        }

        if (depth == MaxDepth)
        {
            found.Add(new Found(ParsedEvent.Malformed($"a limit was reached: the event is wrapped more than {MaxDepth} deep")));
            return;
        }

        if (JsonView.TryParse(begin.ToString(), out var inner)) Open(inner.Element, depth + 1, found);
        else found.Add(new Found(ParsedEvent.Malformed(
            "a text that should hold an event is not valid JSON: expected one CloudTrail event")));
    }

    private void OpenObject(JsonElement value, int depth, List<Found> found)
    {
        if (IsRecord(value))
        {
            found.Add(new Found(EventParser.Parse(value)));
            return;
        }

        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.Length <= 24) members[Encoding.UTF8.GetString(name)] = member.Value;
        }

        bool Is(string name, string text) => members.TryGetValue(name, out var member) && new JsonView(member).Text == text;
        bool Has(string name) => members.ContainsKey(name);

        if (Has("detail-type") || (Has("detail") && Has("source")))
        {
            found.Add(new Found(EventParser.Parse(value)));
            return;
        }

        if (members.TryGetValue("CloudTrailEvent", out var lookedUp))
        {
            Open(lookedUp, depth, found);
            return;
        }

        if (Is("messageType", "CONTROL_MESSAGE")) return;
        if (NoticeOf(value, Is, Has) is { } notice)
        {
            found.Add(new Found(ParsedEvent.Malformed(notice), notice));
            return;
        }

        if (RefusalOf(members, Has) is { } refusal)
        {
            found.Add(refusal);
            return;
        }

        if (members.TryGetValue("awslogs", out var logs)) OpenPacked(new JsonView(logs)["data"], depth, found);
        else if (members.TryGetValue("kinesis", out var kinesis)) OpenPacked(new JsonView(kinesis)["data"], depth, found);
        else if (Has("field") && Is("field", "@message") && members.TryGetValue("value", out var message)) Open(message, depth, found);
        else if (Has("field") && Has("value")) return; // another column of a row of CloudWatch Logs Insights
        else if (CoverOf(members) is { } cover) OpenCover(cover, depth, found);
        else if (ListOf(members) is { } list) Open(list, depth, found);
        else if (members.TryGetValue("detail", out var detail) && detail.ValueKind is JsonValueKind.Object or JsonValueKind.String)
            OpenCover(detail, depth, found);
        else found.Add(OfLikeness(value));
    }

    private static JsonElement? CoverOf(Dictionary<string, JsonElement> members)
    {
        foreach (var name in s_covers)
        {
            if (members.TryGetValue(name, out var cover) && cover.ValueKind is JsonValueKind.Object or JsonValueKind.String) return cover;
        }

        // What Elastic keeps of the original, and what Splunk exports.
        foreach (var (name, inside) in ((string, string)[])[("event", "original"), ("result", "_raw")])
        {
            if (members.TryGetValue(name, out var outer) && new JsonView(outer)[inside] is { IsString: true } text) return text.Element;
        }

        return null;
    }

    private static JsonElement? ListOf(Dictionary<string, JsonElement> members)
    {
        foreach (var name in s_lists)
        {
            if (!members.TryGetValue(name, out var list)) continue;
            if (list.ValueKind == JsonValueKind.Array) return list;
            if (name == "hits" && new JsonView(list)["hits"] is { IsArray: true } hits) return hits.Element;
        }

        return null;
    }

    private void OpenCover(JsonElement cover, int depth, List<Found> found)
    {
        if (cover.ValueKind == JsonValueKind.String) OpenText(cover, depth, found);
        else if (depth == MaxDepth)
            found.Add(new Found(ParsedEvent.Malformed($"a limit was reached: the event is wrapped more than {MaxDepth} deep")));
        else OpenObject(cover, depth + 1, found);
    }

    /// <summary>Opens gzip data in base64, as CloudWatch Logs hand over to functions and streams.</summary>
    private void OpenPacked(JsonView data, int depth, List<Found> found)
    {
        if (data.Text is not { Length: > 0 } text || !Base64.IsValid(text))
        {
            found.Add(new Found(ParsedEvent.Malformed("data are no base64: expected packed log events")));
            return;
        }

        var bytes = Convert.FromBase64String(text);
        if (bytes is [0x1F, 0x8B, ..])
        {
            using var unpacked = new MemoryStream();
            try
            {
                using var members = GzipMembers.Of(new MemoryStream(bytes));
                var buffer = new byte[64 * 1024];
                while (members.Read(buffer) is > 0 and var read)
                {
                    limits.AddUnpacked(read);
                    if (unpacked.Length + read > MaxMessage)
                    {
                        found.Add(new Found(ParsedEvent.Malformed("a limit was reached: a message unpacks to more than 64 MB")));
                        return;
                    }

                    unpacked.Write(buffer, 0, read);
                }
            }
            catch (InvalidDataException e)
            {
                found.Add(new Found(ParsedEvent.Malformed(e.Message)));
                return;
            }

            bytes = unpacked.ToArray();
        }

        if (depth == MaxDepth) found.Add(new Found(ParsedEvent.Malformed(
            $"a limit was reached: the event is wrapped more than {MaxDepth} deep")));
        else if (JsonView.TryParse(Encoding.UTF8.GetString(bytes), out var inner)) Open(inner.Element, depth + 1, found);
        else found.Add(new Found(ParsedEvent.Malformed("the packed log events are not valid JSON")));
    }

    /// <summary>What is known to hold no record: digests, and aggregates, which count calls that they do not show.</summary>
    private static string? NoticeOf(JsonElement value, Func<string, string, bool> isText, Func<string, bool> has)
    {
        if (has("digestStartTime") && has("digestS3Bucket")) return "a digest: it holds the hashes of log files and no records";
        if (!isText("eventCategory", "Aggregated") && !isText("eventType", "AwsAggregatedEvent")) return null;
        var view = new JsonView(value);
        var calls = view["summary"]["primaryDimension"]["statistics"].Items.Sum(static item => item["value"].Integer ?? 0);
        var (from, to) = (view["timeWindow"]["windowStart"].Text, view["timeWindow"]["windowEnd"].Text);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"an aggregate of {calls} calls of {view["eventSource"].Text} from {from} to {to}: it names no single call, so none is judged");
    }

    /// <summary>Logs that this program does not read, by name, and notifications that only resemble a record.</summary>
    private static Found? RefusalOf(Dictionary<string, JsonElement> members, Func<string, bool> has)
    {
        if (has("class_uid") && (has("category_uid") || has("metadata")))
            return new Found(ParsedEvent.Malformed(
                "an OCSF event (Security Lake): expected CloudTrail's own form, which OCSF does not keep"));
        foreach (var name in (string[])["eventSource", "EventSource"])
        {
            if (!members.TryGetValue(name, out var source) || new JsonView(source).Text is not { } text
                || !text.StartsWith("aws:", StringComparison.Ordinal)) continue;
            // A function is handed messages in this form; they may hold records.
            if (has("Sns") || has("body") || has("kinesis")) return null;
            return new Found(
                ParsedEvent.Malformed($"a notification of {PlainText.OneLine(text, 40)}, no CloudTrail record"), IsForeign: true);
        }

        return null;
    }

    /// <summary>True for the members of a record, spelled exactly: what nearly every value is.</summary>
    private static bool IsRecord(JsonElement value)
    {
        var (hasSource, hasName, hasMore) = (false, false, false);
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            switch (name.Length)
            {
                case 9: hasName |= name.SequenceEqual("eventName"u8); break;
                case 11 when name.SequenceEqual("eventSource"u8):
                    if (JsonMarshal.GetRawUtf8Value(member.Value).StartsWith("\"aws:"u8)) return false;
                    hasSource = true;
                    break;
                case 11 when name.SequenceEqual("detail-type"u8): return false;
                case 12: hasMore |= name.SequenceEqual("userIdentity"u8) || name.SequenceEqual("eventVersion"u8); break;
                case 15 when name.SequenceEqual("CloudTrailEvent"u8): return false;
            }
        }

        return hasSource && hasName && hasMore;
    }

    /// <summary>
    /// A value that is no wrapping: a record in another spelling, as exports in lower case have it, an Insight, or malformed.
    /// </summary>
    private static Found OfLikeness(JsonElement value)
    {
        var view = new JsonView(value);
        var (hasSource, hasName) = (view["eventSource"].Exists, view["eventName"].Exists);
        var isInsight = view["insightDetails"].Exists || view["eventCategory"].Text == "Insight";
        if (!isInsight && hasSource && hasName && !view["userIdentity"].Exists && !view["eventVersion"].Exists)
            return new Found(ParsedEvent.Malformed("userIdentity and eventVersion are missing: expected at least one of them in a record"));
        return new Found(EventParser.Parse(value), IsForeign: !isInsight && !hasSource && !hasName);
    }

    /// <summary>A row of a query as Lake answers it: a list of objects with one member each. Null: it is none.</summary>
    private static List<(string Name, JsonElement Value)>? RowOf(JsonElement array)
    {
        if (array.GetArrayLength() < 2) return null;
        var row = new List<(string, JsonElement)>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || item.GetPropertyCount() != 1) return null;
            foreach (var member in item.EnumerateObject())
                row.Add((Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member)), member.Value));
        }

        return row.Any(static cell => string.Equals(cell.Item1, "eventName", StringComparison.OrdinalIgnoreCase)) ? row : null;
    }

    private static Found OfRow(List<(string Name, JsonElement Value)> row)
    {
        // Lake writes what is inside a column as {name=value}, which is ambiguous: a record made of that would be guesswork.
        if (row.Any(static cell => new JsonView(cell.Value).Text is ['{', var next, ..] && next is not ('"' or '}')))
            return new Found(ParsedEvent.Malformed(
                "a row of a query of CloudTrail Lake, whose columns are no JSON: expected records, as Lake exports them to S3"));
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in row)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(written.WrittenMemory);
        return OfLikeness(document.RootElement.Clone());
    }
}

/// <summary>A line of an export from CloudWatch Logs: a time, perhaps the name of a stream, then the event.</summary>
internal static class ExportLine
{
    /// <summary>Longest beginning of such a line: a time and the name of a stream.</summary>
    public const int MaxPrefix = 600;

    /// <summary>Number of characters before the event; 0: the line does not begin like that.</summary>
    public static int PrefixOf(ReadOnlySpan<char> line)
    {
        if (line is not [_, _, _, _, '-', _, _, '-', _, _, 'T' or ' ', _, _, ':', ..] || !char.IsAsciiDigit(line[0])) return 0;
        var brace = line[..Math.Min(line.Length, MaxPrefix)].IndexOf('{');
        return brace > 16 && char.IsWhiteSpace(line[brace - 1]) && line[..brace].IndexOfAny("\"[\r\n") < 0 ? brace : 0;
    }

    /// <inheritdoc cref="PrefixOf(ReadOnlySpan{char})"/>
    public static int PrefixOf(ReadOnlySpan<byte> line)
    {
        if (line.Length < 20 || line[4] != '-' || !char.IsAsciiDigit((char)line[0])) return 0;
        var some = line[..Math.Min(line.Length, MaxPrefix)];
        return PrefixOf(Encoding.Latin1.GetString(some));
    }
}
