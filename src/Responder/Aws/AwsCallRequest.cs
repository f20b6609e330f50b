using System.Buffers;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;
using Amazon.Util;

namespace Responder.Aws;

internal enum AwsProtocol
{
    /// <summary>AWS JSON 1.1: one object each way, the operation in a header.</summary>
    Json,

    /// <summary>AWS Query and EC2: parameters in a form, XML back.</summary>
    Query,

    /// <summary>GET of a path, JSON back; or POST of a body that is ready.</summary>
    Rest,
}

/// <summary>One call before it is sent.</summary>
/// <param name="operation">The operation's name; for <see cref="AwsProtocol.Rest"/> the path.</param>
internal sealed class AwsCallRequest(AwsService service, AwsProtocol protocol, string operation) : AmazonWebServiceRequest
{
    private static readonly Dictionary<string, string> s_none = [];

    public AwsService Service => service;

    public AwsProtocol Protocol => protocol;

    public string Operation => operation;

    public Action<Utf8JsonWriter>? Members { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = s_none;

    /// <value>For <see cref="AwsProtocol.Rest"/> only: the JSON to POST; null: a GET.</value>
    public byte[]? Payload { get; init; }

    /// <value>Headers that the operation takes for parameters.</value>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = s_none;

    /// <summary>
    /// Reads the response; JSON by default. The call sets it, so that a program without XML calls contains no XML reader.
    /// </summary>
    public ResponseUnmarshaller Unmarshaller { get; init; } = AwsJsonUnmarshaller.Instance;
}

/// <summary>The response body as received.</summary>
internal sealed class AwsCallAnswer : AmazonWebServiceResponse
{
    public byte[] Body { get; init; } = [];
}

internal sealed class AwsCallMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static readonly AwsCallMarshaller Instance = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var call = (AwsCallRequest)input;
        var request = new DefaultRequest(input, "Amazon." + call.Service.Id);
        switch (call.Protocol)
        {
            case AwsProtocol.Json:
                request.ResourcePath = "/";
                request.Headers["X-Amz-Target"] = $"{call.Service.Target}.{call.Operation}";
                request.Headers["Content-Type"] = "application/x-amz-json-1.1";
                request.Headers[HeaderKeys.XAmzApiVersion] = call.Service.Version;
                request.Content = Body(call);
                break;
            case AwsProtocol.Query:
                request.Parameters.Add("Action", call.Operation);
                request.Parameters.Add("Version", call.Service.Version);
                foreach (var (name, value) in call.Parameters) request.Parameters.Add(name, StringUtils.FromString(value));
                break;
            case AwsProtocol.Rest when call.Payload is { } payload:
                request.ResourcePath = call.Operation;
                request.Headers["Content-Type"] = "application/json";
                foreach (var (name, value) in call.Headers) request.Headers[name] = value;
                request.Content = payload;
                break;
            default:
                request.HttpMethod = "GET";
                request.ResourcePath = call.Operation;
                foreach (var (name, value) in call.Parameters) request.Parameters.Add(name, StringUtils.FromString(value));
                request.UseQueryString = true;
                break;
        }

        return request;
    }

    private static byte[] Body(AwsCallRequest call)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            call.Members?.Invoke(json);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
