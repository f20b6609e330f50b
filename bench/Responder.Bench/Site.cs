using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Testing.Lambda;

namespace Responder.Bench;

/// <summary>One function process with its own Runtime API, account and endpoint.</summary>
internal sealed class Site : IAsyncDisposable
{
    private const string Administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

    private readonly Subject _subject;
    private readonly World _world;
    private readonly LocalAwsEndpoint _endpoint;
    private readonly RuntimeApi _runtime;
    private FunctionProcess? _function;
    private int _count;

    private Site(Subject subject, World world, LocalAwsEndpoint endpoint, RuntimeApi runtime) =>
        (_subject, _world, _endpoint, _runtime) = (subject, world, endpoint, runtime);

    public FunctionProcess Function => _function!;

    public RuntimeApi Runtime => _runtime;

    public LocalAwsEndpoint Endpoint => _endpoint;

    /// <summary>Stopwatch ticks when the policy was detached and the boundary was set.</summary>
    public long ContainedTicks =>
        _endpoint.Calls.All.Where(static c => c.Operation is "DetachUserPolicy" or "PutUserPermissionsBoundary")
            .Max(static c => c.EndTicks!.Value);

    public static async Task<Site> PrepareAsync(Subject subject, TimeSpan latency)
    {
        var world = new World("123456789012");
        world.Home.EnsureTopic("alerts");
        var endpoint = await LocalAwsEndpoint.StartAsync(world);
        endpoint.Faults.Latency = latency;
        return new Site(subject, world, endpoint, await RuntimeApi.StartAsync());
    }

    public void Start() => _function = _subject.Start(_runtime, _endpoint.Url);

    /// <summary>
    /// An event of AdministratorAccess being attached to a user just now; with <paramref name="quiet"/>, a call that no detection looks
    /// for.
    /// </summary>
    public byte[] Event(JsonNode sample, bool quiet = false)
    {
        var number = ++_count;
        var user = string.Create(CultureInfo.InvariantCulture, $"user-{number}");
        var call = sample["detail"]!;
        call["eventTime"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        call["eventID"] = new Guid(number, 0, 0, new byte[8]).ToString();
        call["eventName"] = quiet ? "TagUser" : "AttachUserPolicy";
        call["requestParameters"]!["userName"] = user;
        if (!quiet && !_subject.IsEcho) _world.Home.Attach(_world.Home.EnsureUser(user), Administrator);
        return Encoding.UTF8.GetBytes(sample.ToJsonString());
    }

    /// <summary>Sends the event and waits for its response.</summary>
    /// <returns>Stopwatch ticks when the event was sent and when the response came.</returns>
    public async Task<(long From, long To)> InvokeAsync(byte[] payload, bool quiet = false)
    {
        var from = Stopwatch.GetTimestamp();
        var answer = _runtime.InvokeAsync(payload);
        if (_function is null) Start(); // a cold start: the event is there before the process
        var (response, _, error, ticks) = await answer.WaitAsync(TimeSpan.FromMinutes(1));
        var isExpected = _subject.IsEcho || (response is not null && (string?)JsonNode.Parse(response)!["outcome"] == "incident" != quiet);
        if (!isExpected) throw new InvalidOperationException($"{_subject.Title}: {error ?? response}\n{_function!.Errors}");
        return (from, ticks);
    }

    public async ValueTask DisposeAsync()
    {
        if (_function is not null) await _function.DisposeAsync();
        await _runtime.DisposeAsync();
        await _endpoint.DisposeAsync();
    }
}
