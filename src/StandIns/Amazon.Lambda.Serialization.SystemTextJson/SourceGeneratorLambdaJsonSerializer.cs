using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.Serialization.SystemTextJson;

/// <summary>
/// Serializes with a source-generated context. Like the official one it makes its own instance of the context with
/// Lambda's options (property names in any case, nulls not written), so the options in the context's attribute do not count.
/// </summary>
public class SourceGeneratorLambdaJsonSerializer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSGContext>
    : AbstractLambdaJsonSerializer, ILambdaSerializer
    where TSGContext : JsonSerializerContext
{
    private readonly TSGContext _context;

    public SourceGeneratorLambdaJsonSerializer() : this(null)
    {
    }

    /// <param name="customizer">Changes the options before the context is made; may be null.</param>
    public SourceGeneratorLambdaJsonSerializer(Action<JsonSerializerOptions> customizer)
    {
        var options = new JsonSerializerOptions
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            PropertyNameCaseInsensitive = true,
            Converters = { new LambdaDateTimeConverter() },
        };
        customizer?.Invoke(options);
        _context = (TSGContext)Activator.CreateInstance(typeof(TSGContext), options);
    }

    private protected override JsonTypeInfo<T> TypeInfo<T>() =>
        _context.GetTypeInfo(typeof(T)) as JsonTypeInfo<T>
        ?? throw new JsonSerializerException(
            $"No JsonTypeInfo registered in {_context.GetType().FullName} for type {typeof(T).FullName}.");
}

/// <summary>What serializers share: streams in and out, and what they say when they fail.</summary>
public abstract class AbstractLambdaJsonSerializer
{
    private readonly JsonWriterOptions _writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected AbstractLambdaJsonSerializer()
    {
    }

    /// <exception cref="JsonSerializerException">The payload is not JSON of that type, or the context does not know the type.</exception>
    public T Deserialize<T>(Stream requestStream)
    {
        try
        {
            // From the bytes themselves: reading a JSON stream costs a start-up more, and the runtime hands over a MemoryStream.
            if (requestStream is MemoryStream memory && memory.TryGetBuffer(out var bytes))
                return JsonSerializer.Deserialize(bytes.AsSpan((int)memory.Position), TypeInfo<T>());
            return JsonSerializer.Deserialize(requestStream, TypeInfo<T>());
        }
        catch (Exception exception)
        {
            throw new JsonSerializerException(
                $"Error converting the Lambda event JSON payload to type {typeof(T).FullName}: {exception.Message}", exception);
        }
    }

    /// <exception cref="JsonSerializerException">The value cannot be written, or the context does not know its type.</exception>
    public void Serialize<T>(T response, Stream responseStream)
    {
        try
        {
            using var writer = new Utf8JsonWriter(responseStream, _writerOptions);
            JsonSerializer.Serialize(writer, response, TypeInfo<T>());
        }
        catch (Exception exception)
        {
            throw new JsonSerializerException(
                $"Error converting the response object of type {typeof(T).FullName} from the Lambda function to JSON: {exception.Message}",
                exception);
        }
    }

    private protected abstract JsonTypeInfo<T> TypeInfo<T>();
}

public class JsonSerializerException : Exception
{
    public JsonSerializerException(string message) : base(message)
    {
    }

    public JsonSerializerException(string message, Exception exception) : base(message, exception)
    {
    }
}

/// <summary>AWS events carry times as ISO 8601 text or as Unix seconds or milliseconds.</summary>
internal sealed class LambdaDateTimeConverter : JsonConverter<DateTime>
{
    // As seconds this is the year 5138; as milliseconds, 1973. No AWS event lies beyond the one or before the other.
    private const double FirstMilliseconds = 1e11;

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
            return reader.GetDateTime();
        var number = reader.GetDouble();
        return number < FirstMilliseconds ? DateTime.UnixEpoch.AddSeconds(number) : DateTime.UnixEpoch.AddMilliseconds(number);
    }

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
