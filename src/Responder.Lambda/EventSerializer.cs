using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;
using Responder.Events;

namespace Responder.Lambda;

/// <summary>
/// The Lambda serializer, except that it never rejects an event: one whose envelope does not fit <c>CloudWatchEvent</c> (the account is a
/// number, the time is no date, there is no detail, the text is too long or not JSON) is handed on unread, so that our parser judges it and
/// live and replay say the same.
/// </summary>
internal sealed class EventSerializer : ILambdaSerializer
{
    private readonly SourceGeneratorLambdaJsonSerializer<EventJson> _json = new();

    public T Deserialize<T>(Stream requestStream)
    {
        using var buffer = new MemoryStream();
        requestStream.CopyTo(buffer);
        buffer.Position = 0;
        try
        {
            if (buffer.Length <= EventParser.MaxEventBytes
                && _json.Deserialize<T>(buffer) is CloudWatchEvent<JsonElement> { Detail.ValueKind: not JsonValueKind.Undefined }
                    and T read) return read;
        }
        catch (JsonSerializerException)
        {
            // Not swallowed: the parser says what is wrong, in its own words, and the invocation fails with them.
        }

        return new UnreadEvent(buffer.ToArray()) is T unread
            ? unread
            : throw new NotSupportedException($"this function takes CloudWatchEvent<JsonElement>, not {typeof(T).Name}");
    }

    public void Serialize<T>(T response, Stream responseStream) => _json.Serialize(response, responseStream);
}

/// <summary>An event as it came, its envelope unread.</summary>
internal sealed class UnreadEvent(byte[] bytes) : CloudWatchEvent<JsonElement>
{
    public byte[] Bytes => bytes;
}

[JsonSerializable(typeof(CloudWatchEvent<JsonElement>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class EventJson : JsonSerializerContext;
