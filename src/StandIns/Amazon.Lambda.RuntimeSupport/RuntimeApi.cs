using System.Globalization;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>The Lambda Runtime API, version 2018-06-01.</summary>
internal sealed class RuntimeApi(string hostAndPort) : IDisposable
{
    private const string Prefix = "/2018-06-01/runtime/";
    private const string ErrorType = "Lambda-Runtime-Function-Error-Type";
    private const string InvocationId = "Lambda-Runtime-Invocation-Id";

    private readonly LoopbackHttp _http = new(hostAndPort);

    /// <summary>Waits for the next event, however long that takes: the process is frozen meanwhile.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync("GET", Prefix + "invocation/next", [], default, cancellationToken).ConfigureAwait(false);
        Check(response, "next");
        var context = new LambdaContext(response.Header);
        if (string.IsNullOrEmpty(context.AwsRequestId))
            throw new RuntimeApiClientException("The Runtime API sent an event without Lambda-Runtime-Aws-Request-Id.", response.Status);

        // X-Ray clients and the AWS SDK read the trace header from here.
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", context.TraceId.Length == 0 ? null : context.TraceId);
        return new Invocation(new MemoryStream(response.Body, 0, response.Body.Length, writable: false, publiclyVisible: true), context, response.Header(InvocationId));
    }

    public async Task RespondAsync(Invocation invocation, Stream output)
    {
        var body = await BytesAsync(output).ConfigureAwait(false);
        await PostAsync($"invocation/{invocation.Context.AwsRequestId}/response", "application/json", invocation, null, body).ConfigureAwait(false);
    }

    public Task FailedAsync(Invocation invocation, LambdaError error) =>
        PostAsync($"invocation/{invocation.Context.AwsRequestId}/error", "application/vnd.aws.lambda.error+json", invocation, error.Type, error.Json);

    public Task InitializationFailedAsync(LambdaError error) =>
        PostAsync("init/error", "application/vnd.aws.lambda.error+json", null, error.Type, error.Json);

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(string path, string contentType, Invocation invocation, string errorType, ReadOnlyMemory<byte> body)
    {
        List<(string, string)> headers =
        [
            ("Content-Type", contentType),
            ("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture)),
        ];
        if (errorType is not null)
            headers.Add((ErrorType, errorType));
        if (invocation?.InvocationId is { } id)
            headers.Add((InvocationId, id));
        var response = await _http.SendAsync("POST", Prefix + path, headers, body, CancellationToken.None).ConfigureAwait(false);
        Check(response, path);
    }

    private static void Check(LoopbackHttp.Response response, string call)
    {
        if (response.Status is < 200 or > 299)
            throw new RuntimeApiClientException(
                $"The Runtime API answered {response.Status} to {call}: {System.Text.Encoding.UTF8.GetString(response.Body)}", response.Status);
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(Stream stream)
    {
        if (stream is MemoryStream memory && memory.TryGetBuffer(out var bytes))
            return bytes.AsMemory((int)memory.Position);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy).ConfigureAwait(false);
        return copy.ToArray();
    }
}
