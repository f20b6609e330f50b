using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Responder.Lambda.Tests;

/// <summary>An AWS endpoint that refuses every call and remembers the trace header of each.</summary>
internal sealed class RefusingEndpoint : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<string> _traceIds = new();

    private RefusingEndpoint(WebApplication server) => _server = server;

    public Uri Url => new(_server.Urls.First());

    public IReadOnlyCollection<string> TraceIds => _traceIds;

    public static async Task<RefusingEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var endpoint = new RefusingEndpoint(server);
        server.Run(endpoint.RefuseAsync);
        await server.StartAsync();
        return endpoint;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task RefuseAsync(HttpContext context)
    {
        _traceIds.Enqueue(context.Request.Headers["X-Amzn-Trace-Id"].ToString());
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        var isJson = context.Request.ContentType?.StartsWith("application/x-amz-json", StringComparison.Ordinal) == true;
        context.Response.ContentType = isJson ? "application/x-amz-json-1.1" : "text/xml";
        return context.Response.WriteAsync(isJson
            ? """{"__type":"AccessDeniedException","message":"not allowed"}"""
            : "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not "
                + "allowed</Message></Error><RequestId>1</RequestId></ErrorResponse>");
    }
}
