using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws;

/// <summary>
/// The same AWS as <see cref="LocalAwsEndpoint"/>, without a socket: a message handler for the HTTP clients of one process. Each handler
/// has a call log and a fault plan of its own; several on one world act like several processes. A cut connection appears as a reset, as the
/// network reports it.
/// </summary>
public sealed class LocalAwsHandler : HttpMessageHandler
{
    private readonly AwsService _service;

    public LocalAwsHandler(World world)
    {
        World = world;
        _service = new AwsService(world);
    }

    public World World { get; }

    /// <summary>Every call that arrived through this handler.</summary>
    public CallLog Calls => _service.Calls;

    /// <summary>The faults to inject.</summary>
    public FaultPlan Faults => _service.Faults;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var asked = AwsRequest.Of(
            text, request.RequestUri?.Query ?? "", Header(request, "X-Amz-Target"), Header(request, "Authorization"),
            Header(request, "User-Agent"), "127.0.0.1");
        if (await _service.RunAsync(asked, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException(
                HttpRequestError.Unknown, "An error occurred while sending the request.",
                new IOException("Connection reset by peer", new SocketException((int)SocketError.ConnectionReset)));
        }

        var content = new ByteArrayContent(answer.Body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(answer.ContentType);
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = content, RequestMessage = request };
        response.Headers.TryAddWithoutValidation("x-amzn-RequestId", answer.RequestId);
        response.Headers.Date = World.Now;
        return response;
    }

    private static string Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? string.Join(name == "User-Agent" ? " " : ",", values) : "";
}
