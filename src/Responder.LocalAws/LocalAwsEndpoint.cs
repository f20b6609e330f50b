using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Responder.LocalAws.Iam;
using Responder.LocalAws.Sns;
using Responder.LocalAws.Ssm;
using Responder.LocalAws.Sts;

namespace Responder.LocalAws;

/// <summary>
/// AWS in this process: an HTTP server that speaks the wire protocols of IAM, SNS and STS (Query/XML) and SSM (JSON 1.1) over
/// a <see cref="World"/>. One address serves all services; the credential scope of the signature says which is meant. Signatures
/// must be there, but are not verified, and nobody's permissions are checked. What it does not know is an error
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
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private int _stopped;

    private LocalAwsEndpoint(World world, KestrelServer server)
    {
        World = world;
        _server = server;
        Url = null!;
    }

    /// <summary>All that it knows, as <c>service:Operation</c>, sorted.</summary>
    public static IReadOnlyList<string> Operations { get; } =
    [
        .. IamOperations.OperationNames.Select(name => "iam:" + name)
            .Concat(SnsOperations.OperationNames.Select(name => "sns:" + name))
            .Concat(SsmOperations.OperationNames.Select(name => "ssm:" + name))
            .Concat(StsOperations.OperationNames.Select(name => "sts:" + name))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Where it listens, with the port that was chosen; <c>127.0.0.1</c> if it listens on every address.</summary>
    public Uri Url { get; private set; }

    public World World { get; }

    /// <summary>Every call that arrived, unknown and refused ones included.</summary>
    public CallLog Calls { get; } = new();

    /// <summary>What shall go wrong.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Starts listening.</summary>
    /// <param name="listen">Address and port: <c>127.0.0.1:0</c> (any free port), <c>localhost:4566</c>, <c>[::1]:4566</c>, <c>0.0.0.0:4566</c>.</param>
    /// <exception cref="ArgumentException">No such address.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalAwsEndpoint> StartAsync(World world, string listen = "127.0.0.1:0", CancellationToken cancellationToken = default)
    {
        var address = Parse(listen);
        // Bare Kestrel: a host, its configuration and its logging would cost more than the server.
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
        options.ApplicationServices = new NoServices();
        options.Listen(address);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        var endpoint = new LocalAwsEndpoint(world, server);
        try
        {
            await server.StartAsync(new Application(endpoint), cancellationToken);
        }
        catch
        {
            await endpoint.DisposeAsync();
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
        await _stopping.CancelAsync();
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
        _stopping.Dispose();
    }

    private static IPEndPoint Parse(string listen)
    {
        const string Localhost = "localhost:";
        var text = listen.StartsWith(Localhost, StringComparison.Ordinal) ? "127.0.0.1:" + listen[Localhost.Length..] : listen;
        // Without a port, IPEndPoint would take any.
        var hasPort = text.StartsWith('[') ? text.Contains("]:", StringComparison.Ordinal) : text.Count(c => c == ':') == 1;
        return hasPort && IPEndPoint.TryParse(text, out var address)
            ? address
            : throw new ArgumentException($"'{listen}' is not ADDRESS:PORT.", nameof(listen));
    }

    private async Task HandleAsync(HttpContext context)
    {
        var startTicks = Stopwatch.GetTimestamp();
        var startedAt = World.Now;
        var requestId = Guid.NewGuid().ToString();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);

        AwsRequest request;
        try
        {
            request = await AwsRequest.ReadAsync(context, cancel.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away before it had asked for anything.
            context.Abort();
            return;
        }

        var caller = World.CallerOf(request.AccessKey);
        var call = Calls.Begin(sequence => new Call(
            sequence, request.Service, request.Operation, request.Parameters, request.AccessKey, caller.Account, requestId, startedAt, startTicks));
        var fault = Faults.Judge(request.Service, request.Operation);
        Reply answer;
        try
        {
            if (fault.Delay > TimeSpan.Zero)
                await Task.Delay(fault.Delay, cancel.Token);
            if (fault.Effect == FaultEffect.HangBefore)
                await Task.Delay(Timeout.Infinite, cancel.Token);
            if (fault.Effect == FaultEffect.ResetBefore)
            {
                End(call, null, "ConnectionReset");
                context.Abort();
                return;
            }

            answer = Answer(request, caller, requestId, fault.Error?.Invoke(request.Service, request.Operation, caller.Arn));
            if (fault.Effect == FaultEffect.HangAfter)
                await Task.Delay(Timeout.Infinite, cancel.Token);
            if (fault.Effect == FaultEffect.ResetAfter)
            {
                End(call, null, "ConnectionReset");
                context.Abort();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            End(call, null, fault.Effect is FaultEffect.HangBefore or FaultEffect.HangAfter ? "Hang" : "ClientGone");
            context.Abort();
            return;
        }

        // Ended before it is sent: who has the answer finds the call complete in the log.
        End(call, answer.Status, answer.ErrorCode);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        context.Response.Headers["x-amzn-RequestId"] = requestId;
        try
        {
            await context.Response.Body.WriteAsync(answer.Body, cancel.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The call was carried out and nobody waits for the answer any more.
            context.Abort();
        }
    }

    private void End(Call call, int? status, string? errorCode) =>
        Calls.End(call with { EndedAt = World.Now, EndTicks = Stopwatch.GetTimestamp(), Status = status, ErrorCode = errorCode });

    private readonly record struct Reply(int Status, string ContentType, byte[] Body, string? ErrorCode);

    private Reply Answer(AwsRequest request, Caller caller, string requestId, AwsError? injected)
    {
        lock (World.Gate)
        {
            XElement[]? result = null;
            JsonObject? json = null;
            var error = injected ?? request.Error ?? Unknown(request);
            if (error is null)
            {
                try
                {
                    (result, json) = Run(request, caller, requestId);
                }
                catch (AwsError e)
                {
                    error = e;
                }
                catch (Exception e)
                {
                    // A mistake of ours: seen by the caller and in the call log, with all that is known about it.
                    error = new AwsError("InternalFailure", 500, e.ToString());
                }
            }

            // A server error is no event: the call did not take place.
            if (request.Service == "iam" && request.Error is null && IamOperations.Changes(request.Operation) && error is not { Status: >= 500 })
                World.Record(TrailRecord.Of(World, request, caller, requestId, result, error));
            return error is not null ? Failure(request, error, requestId)
                : json is not null ? new Reply(200, "application/x-amz-json-1.1", Json(json), null)
                : new Reply(200, "text/xml", Xml.Answer(Namespace(request), request.Operation, result, requestId), null);
        }
    }

    private static AwsError? Unknown(AwsRequest request)
    {
        var known = request.IsJson
            ? request.Service == "ssm" && SsmOperations.Knows(request.Operation)
            : request.Service switch
            {
                "iam" => IamOperations.Knows(request.Operation),
                "sns" => SnsOperations.Knows(request.Operation),
                "sts" => StsOperations.Knows(request.Operation),
                _ => false,
            };
        if (known)
            return null;
        if (request.IsJson)
            return new AwsError("UnknownOperationException", 400, $"This endpoint does not know {request.Service}:{request.Operation}.");
        return request.Operation.Length == 0
            ? new AwsError("MissingAction", 400, $"The request names no action; this endpoint does not know the service '{request.Service}' otherwise.")
            : new AwsError("InvalidAction", 400, $"Could not find operation {request.Operation} of service '{request.Service}' for the version asked for.");
    }

    private (XElement[]? Result, JsonObject? Json) Run(AwsRequest request, Caller caller, string requestId)
    {
        var account = World.Account(caller.Account);
        if (request.IsJson)
            return (null, new SsmOperations(World, account, caller, request.Region, request.Body).Run(request.Operation));
        var query = new QueryParameters(request.Parameters);
        return request.Service switch
        {
            "iam" => (new IamOperations(World, account, caller, query).Run(request.Operation), null),
            "sns" => (new SnsOperations(World, account, caller, request.Region, requestId, query).Run(request.Operation), null),
            _ => (new StsOperations(World, caller, query).Run(request.Operation), null),
        };
    }

    private static string Namespace(AwsRequest request) => request.Service switch
    {
        "sns" => SnsOperations.Xmlns,
        "sts" => StsOperations.Xmlns,
        _ => IamOperations.Xmlns,
    };

    private static Reply Failure(AwsRequest request, AwsError error, string requestId) => request.IsJson
        ? new Reply(error.Status, "application/x-amz-json-1.1", Json(new JsonObject { ["__type"] = error.Code, ["message"] = error.Message }), error.Code)
        : new Reply(error.Status, "text/xml", Xml.Error(Namespace(request), error, requestId), error.Code);

    private static byte[] Json(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

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
