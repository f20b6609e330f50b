using System.Buffers;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;
using Amazon.Util;

namespace Responder.StandIn;

// The AWS JSON 1.1 protocol: one object each way, the operation in a header. For Systems Manager.

/// <summary>Adds members to the open object; what is not set is not sent.</summary>
internal readonly struct JsonMembers(Utf8JsonWriter json)
{
    public void Add(string name, string value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    public void Add(string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    public void Add(string name, bool? value)
    {
        if (value is { } flag)
            json.WriteBoolean(name, flag);
    }

    public void Add(string name, List<string> values)
    {
        if (values is null)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public void Add<T>(string name, List<T> values) where T : IJsonStructure
    {
        if (values is null)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            value.Write(this);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

internal interface IJsonStructure
{
    void Write(JsonMembers json);
}

internal sealed class JsonMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static readonly JsonMarshaller Instance = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = new DefaultRequest(input, Service.Name) { ResourcePath = "/" };
        request.Headers["X-Amz-Target"] = $"{Service.Target}.{Pipeline.Operation(request.RequestName)}";
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        request.Headers[HeaderKeys.XAmzApiVersion] = Service.Version;
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            ((IOperationInput<JsonMembers>)input).Write(new JsonMembers(json));
            json.WriteEndObject();
        }

        request.Content = body.WrittenSpan.ToArray();
        return request;
    }
}

/// <summary>A response or structure that takes the members it knows from a JSON object and ignores the others.</summary>
internal interface IJsonShape
{
    void Read(JsonElement json);
}

internal static class Json
{
    /// <summary>The member when it is there and not null.</summary>
    private static bool Has(JsonElement json, string name, out JsonElement value) =>
        json.TryGetProperty(name, out value) && value.ValueKind is not JsonValueKind.Null;

    public static string Text(this JsonElement json, string name) => Has(json, name, out var value) ? value.GetString() : null;

    public static long? Long(this JsonElement json, string name) => Has(json, name, out var value) ? value.GetInt64() : null;

    /// <summary>Seconds since 1970 with fractions, in UTC.</summary>
    public static DateTime? Time(this JsonElement json, string name) =>
        Has(json, name, out var value) ? AWSSDKUtils.ConvertFromUnixDoubleEpochSeconds(value.GetDouble()) : null;

    public static T Structure<T>(this JsonElement json, string name) where T : class, IJsonShape, new() =>
        Has(json, name, out var value) ? Structure<T>(value) : null;

    public static List<T> List<T>(this JsonElement json, string name) where T : IJsonShape, new() =>
        Has(json, name, out var value) ? value.EnumerateArray().Select(Structure<T>).ToList() : null;

    public static List<string> Texts(this JsonElement json, string name) =>
        Has(json, name, out var value) ? value.EnumerateArray().Select(item => item.GetString()).ToList() : null;

    private static T Structure<T>(JsonElement json) where T : IJsonShape, new()
    {
        var shape = new T();
        shape.Read(json);
        return shape;
    }
}

/// <summary>Reads the result object, or the error object. One per call: it holds the declared errors.</summary>
internal sealed class JsonUnmarshaller<TResponse>(IOperationInput<JsonMembers> input) : JsonResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext context)
    {
        var response = new TResponse();
        if (response is IJsonShape shape)
        {
            using var document = JsonDocument.Parse(context.Stream);
            shape.Read(document.RootElement);
        }

        return response;
    }

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext context, Exception innerException, System.Net.HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(context.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(context, ref reader);
        error.InnerException = innerException;
        error.StatusCode = statusCode;
        return Pipeline.Error(error, input.Errors);
    }
}
