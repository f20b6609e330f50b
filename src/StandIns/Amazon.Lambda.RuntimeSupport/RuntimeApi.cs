using System.Net.Http.Headers;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>The Lambda Runtime API, version 2018-06-01.</summary>
internal sealed class RuntimeApi(string hostAndPort) : IDisposable
{
    private const string ErrorType = "Lambda-Runtime-Function-Error-Type";
    private const string InvocationId = "Lambda-Runtime-Invocation-Id";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ErrorJson = new("application/vnd.aws.lambda.error+json");

    private readonly string _base = $"http://{hostAndPort}/2018-06-01/runtime/";

    // The same HTTP stack, with the same handlers, that the AWS clients need at once: warm from "next", it makes the first
    // response of a function that calls AWS some 10 ms earlier than a raw socket here would (measured), though the socket
    // would reach "next" 35 ms sooner. No proxy: a proxy set for the function's calls is none for loopback. No time-out: an
    // invoker has none, and the process is frozen in the middle of "next".
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Waits for the next event, however long that takes.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _base + "invocation/next");
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        var context = new LambdaContext(name => Header(response, name));
        if (string.IsNullOrEmpty(context.AwsRequestId))
            throw new RuntimeApiClientException(
                "The Runtime API sent an event without Lambda-Runtime-Aws-Request-Id.", (int)response.StatusCode);

        // X-Ray clients and the AWS SDK read the trace header from here.
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", context.TraceId.Length == 0 ? null : context.TraceId);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return new Invocation(
            new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true), context, Header(response, InvocationId));
    }

    public async Task RespondAsync(Invocation invocation, Stream output)
    {
        using var content = new StreamContent(output);
        content.Headers.ContentType = Json;
        await PostAsync($"invocation/{invocation.Context.AwsRequestId}/response", content, invocation, null).ConfigureAwait(false);
    }

    public Task FailedAsync(Invocation invocation, LambdaError error) =>
        PostErrorAsync($"invocation/{invocation.Context.AwsRequestId}/error", error, invocation, error.Type);

    /// <summary>The type is in the body alone, as the official client leaves it.</summary>
    public Task InitializationFailedAsync(LambdaError error) => PostErrorAsync("init/error", error, null, null);

    public void Dispose() => _http.Dispose();

    private async Task PostErrorAsync(string path, LambdaError error, Invocation invocation, string errorType)
    {
        using var content = new ByteArrayContent(error.Json);
        content.Headers.ContentType = ErrorJson;
        await PostAsync(path, content, invocation, errorType).ConfigureAwait(false);
    }

    private async Task PostAsync(string path, HttpContent content, Invocation invocation, string errorType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _base + path) { Content = content };
        if (errorType is not null)
            request.Headers.TryAddWithoutValidation(ErrorType, errorType);
        if (invocation?.InvocationId is { } id)
            request.Headers.TryAddWithoutValidation(InvocationId, id);
        using var response = await SendAsync(request, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new RuntimeApiClientException(
                $"The Runtime API answered {(int)response.StatusCode} to {request.RequestUri?.AbsolutePath}: {body}",
                (int)response.StatusCode);
        }
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
