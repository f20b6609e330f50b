using System.Net.Sockets;
using Amazon.Runtime;
using Responder.Aws;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Tests.FaultMatrix;

/// <summary>
/// One process of the function, with its own memory, clock and HTTP clients on the shared world. A killed process gets no more answers, and
/// none of its further calls is carried out.
/// </summary>
internal sealed class FunctionInstance
{
    public static readonly TimeSpan Remaining = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromSeconds(2);

    /// <summary>None of our timers is finer than this.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly LocalAwsHandler _aws;
    private readonly TaskCompletionSource _killed = new();

    public FunctionInstance(World world, DateTimeOffset now, string accessKey = "AKIARESPONDER")
        : this(world, new FakeTimeProvider(now), accessKey)
    {
    }

    public FunctionInstance(World world, FakeTimeProvider clock, string accessKey = "AKIARESPONDER")
    {
        _aws = new LocalAwsHandler(world);
        Clock = clock;
        // The SDK uses the clock of the machine, so it must not time out; the faults simulate the timeouts.
        Clients = new AwsClients(new Uri("http://aws.invalid"), "us-east-1", new BasicAWSCredentials(accessKey, "secret"))
        {
            MaxErrorRetry = 0,
            CallTimeout = TimeSpan.FromMinutes(10),
            HttpClients = new InProcess(new Wire(this, _aws)),
        };
    }

    public FakeTimeProvider Clock { get; }

    public AwsClients Clients { get; }

    public CallLog Calls => _aws.Calls;

    public FaultPlan Faults => _aws.Faults;

    public Turnstile? Turnstile { get; init; }

    /// <summary>The call that the fault hits; null if the process is healthy.</summary>
    public (CallPoint Call, Fault Fault)? Planned { get; init; }

    /// <summary>Whether nothing can be read from SSM.</summary>
    public bool IsBlind { init => _aws.Faults.On("ssm", "GetParameters").Refuse(); }

    public bool WasHit { get; private set; }

    public bool WasKilled => _killed.Task.IsCompleted;

    /// <summary>The response; null if the process was killed.</summary>
    public async Task<T?> RunAsync<T>(Func<FunctionInstance, Task<T>> deliver) where T : class
    {
        var response = deliver(this);
        await Task.WhenAny(response, _killed.Task).ConfigureAwait(false);
        return WasKilled ? null : await response.ConfigureAwait(false);
    }

    private sealed class InProcess(HttpMessageHandler handler) : HttpClientFactory
    {
        private readonly HttpClient _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    private sealed class Wire(FunctionInstance instance, LocalAwsHandler aws) : DelegatingHandler(aws)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (instance.Turnstile is { } turnstile && !instance.WasKilled)
                await turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
            if (instance.WasKilled) return await NeverAsync().ConfigureAwait(false);
            if (instance.Planned is not var (call, fault) || !await IsHitAsync(request, call, fault).ConfigureAwait(false))
                return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

            instance.WasHit = true;
            switch (fault)
            {
                case Fault.Refused:
                    aws.Faults.On(call.Service, call.Operation).Refuse();
                    break;
                case Fault.Throttled:
                    aws.Faults.On(call.Service, call.Operation).Throttle();
                    break;
                case Fault.ServerError:
                    aws.Faults.On(call.Service, call.Operation).Nth(1).ServerError();
                    break;
                case Fault.Reset:
                    aws.Faults.On(call.Service, call.Operation).Nth(1).ResetBefore();
                    break;
                case Fault.ResetAfterwards:
                    aws.Faults.On(call.Service, call.Operation).Nth(1).ResetAfter();
                    break;
                case Fault.TimedOut:
                    return Silence(cancellationToken);
                case Fault.TimedOutAfterwards:
                    await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                    return Silence(cancellationToken);
                case Fault.Deadline:
                    // A call that is not canceled by this is one of those for which time is reserved; it has its own timeout.
                    instance.Clock.Advance(Remaining - TimeSpan.FromSeconds(3));
                    return Silence(cancellationToken);
                case Fault.KilledBefore:
                    instance._killed.TrySetResult();
                    return await NeverAsync().ConfigureAwait(false);
                case Fault.KilledAfter:
                    await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                    instance._killed.TrySetResult();
                    return await NeverAsync().ConfigureAwait(false);
                default:
                    throw new ArgumentOutOfRangeException(nameof(request), fault, "a fault that nobody plays");
            }

            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        /// <summary>Lets time pass until the caller gives up, through its own token or the client's timeout.</summary>
        private HttpResponseMessage Silence(CancellationToken cancellationToken)
        {
            for (var waited = TimeSpan.Zero; waited < s_callTimeout && !cancellationToken.IsCancellationRequested; waited += s_patience)
                instance.Clock.Advance(s_patience);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TaskCanceledException(
                "The request was canceled due to the configured HttpClient.Timeout.",
                new TimeoutException("A task was canceled.", new SocketException((int)SocketError.TimedOut)));
        }

        private async Task<bool> IsHitAsync(HttpRequestMessage request, CallPoint call, Fault fault)
        {
            var operation = request.Headers.TryGetValues("X-Amz-Target", out var targets)
                ? targets.First()
                : await request.Content!.ReadAsStringAsync().ConfigureAwait(false);
            var isNamed = operation.EndsWith("." + call.Operation, StringComparison.Ordinal)
                || ("&" + operation + "&").Contains($"&Action={call.Operation}&", StringComparison.Ordinal);
            if (!isNamed) return false;
            lock (_lock)
            {
                _seen[call.Operation] = _seen.GetValueOrDefault(call.Operation) + 1;
                return _seen[call.Operation] == call.Nth;
            }
        }

        private static Task<HttpResponseMessage> NeverAsync() => new TaskCompletionSource<HttpResponseMessage>().Task;
    }
}
