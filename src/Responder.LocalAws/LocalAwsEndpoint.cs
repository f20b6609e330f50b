using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Responder.LocalAws.Athena;
using Responder.LocalAws.CloudTrail;
using Responder.LocalAws.Iam;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.Sns;
using Responder.LocalAws.Ssm;
using Responder.LocalAws.State;
using Responder.LocalAws.Sts;

namespace Responder.LocalAws;

/// <summary>
/// AWS in this process: an HTTP server that speaks the wire protocols of IAM, SNS and STS (Query/XML), SSM and CloudTrail's event history
/// (JSON 1.1) over a <see cref="World"/>. One address serves all services; the credential scope of the signature says which one is meant.
/// Signatures must be present but are not verified, and nobody's permissions are checked. An operation that it does not know is an error
/// (InvalidAction, UnknownOperationException), never a silent success.
/// <code>
/// var world = new World("123456789012");
/// world.Home.Attach(world.Home.EnsureUser("mallory"), "arn:aws:iam::aws:policy/AdministratorAccess");
/// await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
/// var config = new AmazonIdentityManagementServiceConfig { ServiceURL = endpoint.Url.ToString(), AuthenticationRegion = "us-east-1" };
/// </code>
/// </summary>
public sealed class LocalAwsEndpoint : IAsyncDisposable
{
    private readonly AwsService _service;
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private int _stopped;

    private LocalAwsEndpoint(World world, KestrelServer server)
    {
        World = world;
        _service = new AwsService(world);
        _server = server;
        Url = null!;
    }

    /// <summary>All operations that it knows, as <c>service:Operation</c>, sorted.</summary>
    public static IReadOnlyList<string> Operations { get; } =
    [
        .. IamOperations.OperationNames.Select(name => "iam:" + name)
            .Concat(AthenaOperations.OperationNames.Select(name => "athena:" + name))
            .Concat(CloudTrailOperations.OperationNames.Select(name => "cloudtrail:" + name))
            .Concat(SnsOperations.OperationNames.Select(name => "sns:" + name))
            .Concat(SsmOperations.OperationNames.Select(name => "ssm:" + name))
            .Concat(StsOperations.OperationNames.Select(name => "sts:" + name))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Where it listens, with the port that was chosen; <c>127.0.0.1</c> if it listens on every address.</summary>
    public Uri Url { get; private set; }

    public World World { get; }

    /// <summary>Every call that arrived, including unknown and refused ones.</summary>
    public CallLog Calls => _service.Calls;

    /// <summary>The faults to inject.</summary>
    public FaultPlan Faults => _service.Faults;

    /// <summary>Starts listening.</summary>
    /// <param name="listen">Address and port: <c>127.0.0.1:0</c> (any free port), <c>localhost:4566</c>, <c>[::1]:4566</c>,
    /// <c>0.0.0.0:4566</c>.</param>
    /// <exception cref="ArgumentException">The text is not an address with a port.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalAwsEndpoint> StartAsync(
        World world, string listen = "127.0.0.1:0", CancellationToken cancellationToken = default)
    {
        var address = Parse(listen);
        // Bare Kestrel, because a host with its configuration and logging would cost more than the server.
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
        options.ApplicationServices = new NoServices();
        options.Listen(address);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        var endpoint = new LocalAwsEndpoint(world, server);
        try
        {
            await server.StartAsync(new Application(endpoint), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var bound = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        endpoint.Url = bound.Host is "0.0.0.0" or "[::]" ? new UriBuilder(bound) { Host = "127.0.0.1" }.Uri : bound;
        return endpoint;
    }

    /// <summary>Stops at once: running and hanging calls are cut.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _server.Dispose();
        _stopping.Dispose();
    }

    private static IPEndPoint Parse(string listen)
    {
        const string Localhost = "localhost:";
        var text = listen.StartsWith(Localhost, StringComparison.Ordinal) ? "127.0.0.1:" + listen[Localhost.Length..] : listen;
        // Without a port, IPEndPoint would take port 0, which means any free one.
        var hasPort = text.StartsWith('[') ? text.Contains("]:", StringComparison.Ordinal) : text.Count(c => c == ':') == 1;
        return hasPort && IPEndPoint.TryParse(text, out var address)
            ? address
            : throw new ArgumentException($"'{listen}' is not ADDRESS:PORT.", nameof(listen));
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);

        AwsRequest request;
        try
        {
            request = await ReadAsync(context, cancel.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away before it had asked for anything.
            context.Abort();
            return;
        }

        if (await _service.RunAsync(request, cancel.Token).ConfigureAwait(false) is not { } answer)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        context.Response.Headers["x-amzn-RequestId"] = answer.RequestId;
        context.Response.Headers.Date = World.Now.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            await context.Response.Body.WriteAsync(answer.Body, cancel.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The call was carried out, but nobody waits for the answer any more.
            context.Abort();
        }
    }

    private static async Task<AwsRequest> ReadAsync(HttpContext context, CancellationToken cancel)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync(cancel).ConfigureAwait(false);
        var headers = context.Request.Headers;
        return AwsRequest.Of(
            text, context.Request.QueryString.Value ?? "", headers["X-Amz-Target"].ToString(), headers.Authorization.ToString(),
            headers.UserAgent.ToString(), context.Connection.RemoteIpAddress?.ToString() ?? "");
    }

    private sealed class Application(LocalAwsEndpoint endpoint) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }

        public Task ProcessRequestAsync(HttpContext context) => endpoint.HandleAsync(context);
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
