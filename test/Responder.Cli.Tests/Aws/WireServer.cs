using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Responder.Cli.Tests.Aws;

/// <summary>A request as it was received.</summary>
internal sealed record WireRequest(
    string Method, string Path, string RawPath, IQueryCollection Query, IHeaderDictionary Headers, string Body)
{
    public string Authorization => Headers.Authorization.ToString();

    public string Target => Headers["X-Amz-Target"].ToString();
}

internal sealed record WireReply(int Status, string ContentType, byte[] Body)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static WireReply Json(string body, int status = 200) =>
        new(status, "application/x-amz-json-1.1", System.Text.Encoding.UTF8.GetBytes(body));

    public static WireReply Xml(string body, int status = 200) => new(status, "text/xml", System.Text.Encoding.UTF8.GetBytes(body));
}

/// <summary>An HTTP server on this machine that gives prepared answers and remembers the requests.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private WireServer(WebApplication server) => _server = server;

    public Uri Url => new(_server.Urls.First());

    public ConcurrentQueue<WireRequest> Requests { get; } = new();

    public static async Task<WireServer> StartAsync(Func<WireRequest, WireReply> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var wire = new WireServer(server);
        server.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            var request = new WireRequest(
                context.Request.Method, context.Request.Path.Value!, raw, context.Request.Query,
                new HeaderDictionary(context.Request.Headers.ToDictionary()), await reader.ReadToEndAsync());
            wire.Requests.Enqueue(request);
            var reply = answer(request);
            context.Response.StatusCode = reply.Status;
            context.Response.ContentType = reply.ContentType;
            context.Response.ContentLength = reply.Body.Length;
            foreach (var (name, value) in reply.Headers) context.Response.Headers[name] = value;
            if (context.Request.Method != "HEAD") await context.Response.Body.WriteAsync(reply.Body);
        });
        await server.StartAsync();
        return wire;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
