using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    private readonly World _world = new("123456789012");
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _world.Home.EnsureTopic("alerts");
        _world.Home.Attach(_world.Home.EnsureUser("bob"), WireClient.Admin);
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    private Task<Answer> GetAsync() => _client.IamAsync("GetUser", ("UserName", "bob"));

    private Task<Answer> DetachAsync() => _client.IamAsync("DetachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin));

    [Fact]
    public async Task Throttle_hits_the_nth_call_only()
    {
        var rule = _endpoint.Faults.On("iam", "Get*").Nth(2).Throttle();
        (await GetAsync()).IsOk();
        (await GetAsync()).Is(HttpStatusCode.BadRequest, "Throttling");
        (await GetAsync()).IsOk();
        Assert.Equal(1, rule.Hits);
    }

    [Fact]
    public async Task Services_speak_their_own_words()
    {
        Task<Answer>[] All() =>
        [
            GetAsync(),
            _client.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/a" }),
            _client.SnsAsync("ListTopics"),
            _client.StsAsync("GetCallerIdentity"),
        ];
        async Task<string[]> CodesAsync() => [.. (await Task.WhenAll(All())).Select(answer => $"{(int)answer.Status} {answer.Code}")];

        _endpoint.Faults.On("*").Throttle();
        Assert.Equal(["400 Throttling", "400 ThrottlingException", "400 Throttling", "400 Throttling"], await CodesAsync());
        _endpoint.Faults.Clear();
        _endpoint.Faults.On("*").ServerError();
        Assert.Equal(["500 ServiceFailure", "500 InternalServerError", "500 InternalError", "500 InternalFailure"], await CodesAsync());
        _endpoint.Faults.Clear();
        _endpoint.Faults.On("*").ServerError(503);
        Assert.Equal(Enumerable.Repeat("503 ServiceUnavailable", 4), await CodesAsync());
        _endpoint.Faults.Clear();
        _endpoint.Faults.On("*").Refuse();
        Assert.Equal(["403 AccessDenied", "400 AccessDeniedException", "403 AuthorizationError", "403 AccessDenied"], await CodesAsync());
        _endpoint.Faults.Clear();
        _endpoint.Faults.On("*").Fail("ExpiredToken", 403, "The security token included in the request is expired");
        Assert.Equal(Enumerable.Repeat("403 ExpiredToken", 4), await CodesAsync());
    }

    [Fact]
    public async Task Injected_error_changes_nothing()
    {
        var before = _world.Snapshot();
        _endpoint.Faults.On("iam", "Detach*").ServerError();
        (await DetachAsync()).Is(HttpStatusCode.InternalServerError, "ServiceFailure");
        Assert.Equal(before, _world.Snapshot());
        Assert.Empty(_world.Trail);
    }

    [Fact]
    public async Task Reset_before_cuts_the_connection_and_changes_nothing()
    {
        _endpoint.Faults.On("iam", "Detach*").ResetBefore();
        await Assert.ThrowsAsync<HttpRequestException>(DetachAsync);
        Assert.Contains(WireClient.Admin, _world.Home.Users["bob"].AttachedPolicies);
        Assert.All(_endpoint.Calls.All, call => Assert.Equal((null, "ConnectionReset"), (call.Status, call.ErrorCode)));
    }

    [Fact]
    public async Task Reset_after_cuts_the_connection_but_the_change_was_made()
    {
        _endpoint.Faults.On("iam", "Detach*").ResetAfter();
        await Assert.ThrowsAsync<HttpRequestException>(DetachAsync);
        Assert.Empty(_world.Home.Users["bob"].AttachedPolicies);
        Assert.Contains(_world.Trail, record => record is { EventName: "DetachUserPolicy", ErrorCode: null });
    }

    [Fact]
    public async Task Hang_ends_when_the_client_gives_up()
    {
        _endpoint.Faults.On("iam", "Detach*").Hang();
        using var impatient = new HttpClient { BaseAddress = _endpoint.Url };
        using var patience = new CancellationTokenSource();
        var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new FormUrlEncodedContent(
                [new("Action", "DetachUserPolicy"), new("Version", "2010-05-08"), new("UserName", "bob"),
                    new("PolicyArn", WireClient.Admin)]),
        };
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=00");
        var sending = impatient.SendAsync(request, patience.Token);
        await UntilAsync(() => _endpoint.Calls.Of("iam", "Detach*").Count == 1);
        Assert.False(sending.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await UntilAsync(() => _endpoint.Calls.Of("iam", "Detach*")[0].ErrorCode == "Hang");
        Assert.Contains(WireClient.Admin, _world.Home.Users["bob"].AttachedPolicies);
    }

    [Fact]
    public async Task Stopping_the_endpoint_ends_what_hangs()
    {
        var endpoint = await LocalAwsEndpoint.StartAsync(_world);
        endpoint.Faults.On("*").HangAfter();
        using var client = new WireClient(endpoint);
        var hanging = client.StsAsync("GetCallerIdentity");
        await UntilAsync(() => endpoint.Calls.All.Count == 1);
        await endpoint.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
    }

    [Fact]
    public async Task Rules_add_up_delays_sum_and_the_first_other_effect_wins()
    {
        var clock = new RecordingClock();
        var world = new World("123456789012", time: clock);
        world.Home.EnsureUser("bob");
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
        using var client = new WireClient(endpoint);
        endpoint.Faults.Latency = TimeSpan.FromMilliseconds(20);
        endpoint.Faults.On("iam", "GetUser").Delay(TimeSpan.FromMilliseconds(30));
        endpoint.Faults.On("iam", "*").Times(1).Throttle();
        endpoint.Faults.On("iam", "GetUser").Times(2).ServerError();
        (await AfterBothAsync(1)).Is(HttpStatusCode.BadRequest, "Throttling");
        (await AfterBothAsync(2)).Is(HttpStatusCode.InternalServerError, "ServiceFailure");
        (await AfterBothAsync(3)).IsOk();

        async Task<Answer> AfterBothAsync(int call)
        {
            var answer = client.IamAsync("GetUser", ("UserName", "bob"));
            await UntilAsync(() => clock.Timers.Count == call);
            Assert.Equal(TimeSpan.FromMilliseconds(20 + 30), clock.Timers.Last());
            clock.Advance(TimeSpan.FromMilliseconds(20 + 30));
            return await answer;
        }
    }

    [Fact]
    public async Task Concurrent_calls_are_counted_exactly()
    {
        var rule = _endpoint.Faults.On("iam", "GetUser").Times(17).Throttle();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => GetAsync()));
        Assert.Equal(17, answers.Count(answer => answer.Status != HttpStatusCode.OK));
        Assert.Equal(17, rule.Hits);
    }

    [Fact]
    public async Task Round_trips_are_the_longest_chain_of_calls_one_after_the_other()
    {
        // The first GetUser hangs to the end, so that the others overlap with it however slow the machine is.
        _endpoint.Faults.On("iam", "GetUser").Nth(1).Hang();
        using var second = new WireClient(_endpoint);
        await _client.StsAsync("GetCallerIdentity");
        var hanging = GetAsync();
        await UntilAsync(() => _endpoint.Calls.Of("iam").Count == 1);
        (await second.IamAsync("GetUser", ("UserName", "bob"))).IsOk();
        (await second.IamAsync("GetUser", ("UserName", "bob"))).IsOk();
        Assert.Equal(3, _endpoint.Calls.SequentialRoundTrips());
        var calls = _endpoint.Calls.Of("iam");
        Assert.True(calls[0].Overlaps(calls[1]) && calls[0].Overlaps(calls[2]) && !calls[1].Overlaps(calls[2]));
        Assert.False(hanging.IsCompleted);
        await _endpoint.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    /// <summary>Records the timers that are created: advancing the clock before anybody waits for it would have no effect.</summary>
    private sealed class RecordingClock : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Timers { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Timers.Enqueue(dueTime);
            return timer;
        }
    }
}
