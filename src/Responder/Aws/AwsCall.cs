using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace Responder.Aws;

/// <summary>
/// The one generic signed call, for what is called beyond the AWSSDK packages (CloudTrail's event history, what `doctor` looks at, what
/// `redrive` gives back).
/// Credentials, signature, retries, time-outs and exceptions are those of the AWSSDK.Core pipeline; the operation is given by name.
/// <code>
/// using var cloudTrail = new AwsCall(AwsService.CloudTrail, clients);
/// var trails = await cloudTrail.JsonAsync("DescribeTrails", null, cancellationToken);
/// </code>
/// An error of the service is an <see cref="Amazon.Runtime.AmazonServiceException"/> with its code.
/// </summary>
public sealed class AwsCall(AwsService service, AwsClients clients) : IDisposable
{
    private readonly AwsCallClient _client = AwsCallClient.Create(service, clients);

    /// <summary>A call of a JSON 1.1 service.</summary>
    /// <param name="members">Writes the members of the input; null: there are none.</param>
    public Task<JsonElement> JsonAsync(string operation, Action<Utf8JsonWriter>? members, CancellationToken cancellationToken)
    {
        if (service.Target is null) throw new InvalidOperationException(service.Id + " is no JSON service");
        return JsonOfAsync(new AwsCallRequest(service, AwsProtocol.Json, operation) { Members = members }, cancellationToken);
    }

    /// <summary>All pages of a call of a JSON 1.1 service that answers with <c>NextToken</c>.</summary>
    public async IAsyncEnumerable<JsonElement> JsonPagesAsync(
        string operation, Action<Utf8JsonWriter>? members, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var sent = token;
            var page = await JsonAsync(operation, Members, cancellationToken).ConfigureAwait(false);
            yield return page;
            token = page.TryGetProperty("NextToken", out var next) && next.ValueKind == JsonValueKind.String
                && next.GetString() is { Length: > 0 } text ? text : null;
            // A service that returns the same token again would page forever.
            if (token is not null && token == sent)
                throw new Amazon.Runtime.AmazonClientException($"{operation}: the service repeats its NextToken");

            void Members(Utf8JsonWriter writer)
            {
                members?.Invoke(writer);
                if (sent is not null) writer.WriteString("NextToken", sent);
            }
        }
        while (token is not null);
    }

    /// <summary>
    /// A call of a Query service (IAM, SNS, STS, EC2) with form parameters and XML in return; Action and Version are added.
    /// </summary>
    public async Task<XElement> QueryAsync(
        string operation, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        var answer = await _client.SendAsync(new AwsCallRequest(service, AwsProtocol.Query, operation)
        {
            Parameters = parameters,
            Unmarshaller = AwsXmlUnmarshaller.Instance,
        }, cancellationToken).ConfigureAwait(false);
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(answer.Body));
        }
        catch (System.Xml.XmlException e)
        {
            throw new Amazon.Runtime.AmazonClientException($"{operation}: the answer is no XML", e);
        }
    }

    /// <summary>A read (GET) of a REST service that answers in JSON (Lambda, API Gateway).</summary>
    /// <param name="path">With its leading slash.</param>
    public Task<JsonElement> RestAsync(string path, IReadOnlyDictionary<string, string> query, CancellationToken cancellationToken) =>
        JsonOfAsync(new AwsCallRequest(service, AwsProtocol.Rest, path) { Parameters = query }, cancellationToken);

    /// <summary>A POST of JSON to a REST service, of whose answer only the HTTP status is needed.</summary>
    /// <param name="path">With its leading slash.</param>
    /// <param name="headers">Headers that the operation takes for parameters.</param>
    public async Task<HttpStatusCode> RestPostAsync(
        string path, IReadOnlyDictionary<string, string> headers, byte[] json, CancellationToken cancellationToken)
    {
        var request = new AwsCallRequest(service, AwsProtocol.Rest, path) { Headers = headers, Payload = json };
        return (await _client.SendAsync(request, cancellationToken).ConfigureAwait(false)).HttpStatusCode;
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> JsonOfAsync(AwsCallRequest request, CancellationToken cancellationToken)
    {
        var answer = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new JsonException("no object");
        }
        catch (JsonException e)
        {
            throw new Amazon.Runtime.AmazonClientException($"{request.Operation}: the answer is no JSON object", e);
        }
    }
}
