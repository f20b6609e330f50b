using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Responder.Testing.Lambda;

/// <summary>The answer of a function: its response, or its error with the type.</summary>
public sealed record RuntimeAnswer(string? Response, string? ErrorType, string? Error, long Ticks);

/// <summary>
/// Emulates the Lambda Runtime API, version 2018-06-01, for one execution environment.
/// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
/// </summary>
public sealed class RuntimeApi : IAsyncDisposable
{
    public const string FunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:responder-iam";

    private readonly WebApplication _server;
    private readonly Channel<(string Id, byte[] Payload, string TraceId)> _events = Channel.CreateUnbounded<(string, byte[], string)>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RuntimeAnswer>> _answers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<long> _firstNext = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RuntimeAnswer> _initError = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    private RuntimeApi(WebApplication server) => _server = server;

    public string HostAndPort => new Uri(_server.Urls.First()).Authority;

    /// <summary>Stopwatch ticks when the function asked for its first event, which ends the init phase.</summary>
    public Task<long> FirstNext => _firstNext.Task;

    public Task<RuntimeAnswer> InitError => _initError.Task;

    public static async Task<RuntimeApi> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var api = new RuntimeApi(server);
        server.Run(api.HandleAsync);
        await server.StartAsync();
        return api;
    }

    /// <summary>Starts one invocation and waits for its answer.</summary>
    public Task<RuntimeAnswer> InvokeAsync(
        byte[] payload, string traceId = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    {
        var id = new Guid(Interlocked.Increment(ref _count), 0, 0, new byte[8]).ToString();
        var answer = _answers[id] = new TaskCompletionSource<RuntimeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _events.Writer.TryWrite((id, payload, traceId));
        return answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _server.StopAsync(atOnce.Token);
        await _server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (path)
        {
            case ["2018-06-01", "runtime", "invocation", "next"]:
                await NextAsync(context);
                break;
            case ["2018-06-01", "runtime", "invocation", var id, "response"] when _answers.TryRemove(id, out var answer):
                answer.SetResult(new RuntimeAnswer(await BodyAsync(context), null, null, Stopwatch.GetTimestamp()));
                await AcceptAsync(context);
                break;
            case ["2018-06-01", "runtime", "invocation", var id, "error"] when _answers.TryRemove(id, out var answer):
                answer.SetResult(await ErrorAsync(context));
                await AcceptAsync(context);
                break;
            case ["2018-06-01", "runtime", "init", "error"]:
                _initError.TrySetResult(await ErrorAsync(context));
                await AcceptAsync(context);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task NextAsync(HttpContext context)
    {
        _firstNext.TrySetResult(Stopwatch.GetTimestamp());
        (string Id, byte[] Payload, string TraceId) next;
        try
        {
            next = await _events.Reader.ReadAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return; // the function is gone
        }

        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = next.Id;
        headers["Lambda-Runtime-Deadline-Ms"] = TimeProvider.System.GetUtcNow().AddSeconds(30).ToUnixTimeMilliseconds()
            .ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = FunctionArn;
        headers["Lambda-Runtime-Trace-Id"] = next.TraceId;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = next.Payload.Length;
        await context.Response.Body.WriteAsync(next.Payload);
    }

    /// <summary>With a body, as Lambda: the official client reads it, and ends the process if there is none.</summary>
    private static Task AcceptAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"status":"OK"}""");
    }

    private static async Task<RuntimeAnswer> ErrorAsync(HttpContext context)
    {
        var type = context.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString();
        return new RuntimeAnswer(null, type, await BodyAsync(context), Stopwatch.GetTimestamp());
    }

    private static async Task<string> BodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        return await reader.ReadToEndAsync();
    }
}
