using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;

namespace StandIns.Tests;

/// <summary>
/// Under the same fault, a stand-in behaves like the official client of the same protocol: attempts, exception and message are equal.
/// </summary>
public class FaultTests
{
    private const string QueryThrottle =
        "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate "
            + "exceeded</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";

    private const string QueryUnknown =
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error>"
            + "<RequestId>r-1</RequestId></ErrorResponse>";

    private static readonly Answer.Reply Success = new(200, "");

    public static TheoryData<string> Faults => new(
        "500", "503", "throttle", "429", "access denied", "bad gateway page", "empty 400", "reset", "reset twice, then well",
        "500, then well",
        "unreadable success", "truncated success", "hang", "redirect", "expired token", "skewed clock");

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Query_clients_behave_as_the_STS_client(string fault)
    {
        var official = await OutcomeAsync(
            fault, (url, configure) => Clients.Sts(url, configure).GetCallerIdentityAsync(new GetCallerIdentityRequest()));
        Assert.Equal(
            official,
            await OutcomeAsync(
                fault, (url, configure) => Clients.Iam(url, configure).GetUserAsync(new GetUserRequest { UserName = "u" })));
        Assert.Equal(
            official,
            await OutcomeAsync(
                fault, (url, configure) => Clients.Sns(url, configure).PublishAsync(new PublishRequest { Message = "m" })));
    }

    [Fact]
    public async Task Three_attempts_are_made_by_default_and_as_many_as_configured_else()
    {
        using var endpoint = new RecordingEndpoint((_, _) => new Answer.Reply(500, ""));
        await Assert.ThrowsAnyAsync<AmazonServiceException>(
            () => Clients.Iam(endpoint.Url).GetUserAsync(new GetUserRequest { UserName = "u" }));
        Assert.Equal(3, endpoint.Requests.Count);
        await Assert.ThrowsAnyAsync<AmazonServiceException>(
            () => Clients.Sns(endpoint.Url, config => config.MaxErrorRetry = 0).PublishAsync(new PublishRequest { Message = "m" }));
        Assert.Equal(4, endpoint.Requests.Count);
    }

    [Fact]
    public async Task A_cancelled_call_ends_as_cancelled_and_is_not_retried()
    {
        using var cancellation = new CancellationTokenSource();
        using var endpoint = new RecordingEndpoint((_, _) =>
        {
            cancellation.Cancel();
            return new Answer.Hang();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Clients.Iam(endpoint.Url).GetUserAsync(new GetUserRequest { UserName = "u" }, cancellation.Token));
        Assert.Single(endpoint.Requests);
    }

    private static Answer Fault(string fault, RecordedRequest request, int number) => fault switch
    {
        "500" => new Answer.Reply(500, ""),
        "503" => new Answer.Reply(503, "Service Unavailable", "text/plain"),
        "throttle" => new Answer.Reply(400, QueryThrottle),
        "429" => new Answer.Reply(429, ""),
        "access denied" => new Answer.Reply(400, QueryUnknown),
        "bad gateway page" => new Answer.Reply(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html"),
        "empty 400" => new Answer.Reply(400, ""),
        "reset" => new Answer.Reset(),
        "reset twice, then well" => number < 2 ? new Answer.Reset() : SignatureTests.Emptily(request),
        "500, then well" => number < 1 ? new Answer.Reply(500, "") : SignatureTests.Emptily(request),
        "unreadable success" => new Answer.Reply(200, "no XML"),
        "truncated success" => new Answer.Reply(200, "<GetUserResponse><GetUserResult>"),
        "redirect" => new Answer.Reply(307, "", Headers: [("Location", "http://127.0.0.1:1/")]),
        "expired token" => new Answer.Reply(403, QueryUnknown.Replace("AccessDenied", "ExpiredToken")),
        "skewed clock" => new Answer.Reply(403, QueryUnknown.Replace("AccessDenied", "RequestTimeTooSkewed")),
        _ => Success,
    };

    private static async Task<string> OutcomeAsync(string fault, Func<string, Action<ClientConfig>, Task> call)
    {
        using var endpoint = new RecordingEndpoint((request, number) => Fault(fault, request, number));
        var hanging = fault == "hang" ? new HangingClients() : null;
        void Configure(ClientConfig config)
        {
            config.MaxErrorRetry = fault.StartsWith("reset twice", StringComparison.Ordinal) ? 2 : 1;
            config.HttpClientFactory = hanging;
            config.Timeout = null;
            config.AllowAutoRedirect = false;
        }

        var outcome = "success";
        try
        {
            await call(endpoint.Url, Configure);
        }
        catch (Exception exception)
        {
            outcome = Describe(exception, endpoint.Authority);
        }

        return $"{hanging?.Attempts ?? endpoint.Requests.Count} attempts, {outcome}";
    }

    private static string Describe(Exception exception, string authority)
    {
        var type = exception switch
        {
            AmazonSecurityTokenServiceException or AmazonIdentityManagementServiceException or AmazonSimpleNotificationServiceException =>
                "the service's exception",
            _ => exception.GetType().Name,
        };
        var details = exception is AmazonServiceException service
            ? $" {service.ErrorCode}, {service.ErrorType}, {service.StatusCode}, {service.RequestId}"
            : "";
        var inner = exception.InnerException is { } cause ? " <- " + Describe(cause, authority) : "";
        return $"{type}: {exception.Message.Replace(authority, "endpoint")}{details}{inner}";
    }

    /// <summary>
    /// HTTP clients whose requests are never answered, in this process: over a socket, an attempt that times out while a busy machine is
    /// still connecting is counted twice or not at all.
    /// </summary>
    private sealed class HangingClients : HttpClientFactory
    {
        private int _attempts;

        public int Attempts => _attempts;

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(new Silence(this)) { Timeout = TimeSpan.FromMilliseconds(200) };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        private sealed class Silence(HangingClients clients) : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref clients._attempts);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                throw new InvalidOperationException("nobody answers");
            }
        }
    }
}
