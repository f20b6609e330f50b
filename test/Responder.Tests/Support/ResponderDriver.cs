using System.Text.Json;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Containment;
using Responder.Detections;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Tests.Support;

/// <summary>
/// A responder on the embedded endpoint, with the real clients and the real wire. SDK retries are off, so that an injected fault reaches
/// us.
/// </summary>
public sealed class ResponderDriver : IAsyncDisposable
{
    public const string TopicArn = "arn:aws:sns:us-east-1:123456789012:alerts";

    private ResponderDriver(LocalAwsEndpoint aws, ResponderOptions options, StringWriter log)
    {
        Aws = aws;
        Options = options;
        LogText = log;
        Restart();
    }

    public LocalAwsEndpoint Aws { get; }

    public World World => Aws.World;

    public ResponderOptions Options { get; set; }

    /// <summary>The available actions; a change takes effect in the next process.</summary>
    public ActionCatalog Actions { get; set; } = ActionCatalog.Default;

    public FakeTimeProvider Clock { get; } = new(EventBuilder.CalledAt.AddSeconds(3));

    public StringWriter LogText { get; }

    public SecurityResponder Responder { get; private set; } = null!;

    public AwsClients Clients => new(Aws.Url, "us-east-1", new BasicAWSCredentials("AKIARESPONDER", "secret"))
    {
        MaxErrorRetry = 0,
        CallTimeout = CallTimeout,
    };

    /// <summary>Long enough for a busy machine not to be taken for a slow AWS.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <param name="users">Users to create; each gets AdministratorAccess, as in the event that names it.</param>
    public static async Task<ResponderDriver> StartAsync(ResponderOptions? options = null, params string[] users)
    {
        var world = new World(EventBuilder.Account);
        world.Home.EnsureTopic("alerts");
        foreach (var name in users) world.Home.Attach(world.Home.EnsureUser(name), EventBuilder.Admin);
        var aws = await LocalAwsEndpoint.StartAsync(world);
        return new ResponderDriver(aws, (options ?? new ResponderOptions()) with { AlertTopicArn = TopicArn }, new StringWriter());
    }

    /// <summary>Starts a new process, which remembers only what AWS holds.</summary>
    public void Restart() => Responder = LiveResponder.Of(
        DetectionCatalog.For(Options.Estate), Options, Clients, new JsonLog(TextWriter.Synchronized(LogText), Clock, "iam", Actions), Clock,
        Actions, new AdvancingPauses(Clock));

    /// <summary>IAM as a release accesses it.</summary>
    public IamAccounts Accounts() => new(Clients, Options, Options.MemberReleaseRoleName, "aws", Clock);

    public Task<Response> SendAsync(JsonElement e) => Responder.RespondAsync(e, new Invocation(EventBuilder.Account, "us-east-1"));

    public Task<Response> SendAsync(EventBuilder e) => SendAsync(e.Build());

    /// <summary>
    /// Sends the event while no call of a service is ever answered. Whenever such a call is pending, the clock advances by a tenth of a
    /// second, so whatever gives up does so after its own time, however slow the machine is.
    /// </summary>
    public Task<Response> SendWhileHangingAsync(EventBuilder e, string service)
    {
        Aws.Faults.On(service).Hang();
        return WhileHangingAsync(SendAsync(e), service);
    }

    /// <summary>Does the same for an event that was already sent.</summary>
    public async Task<Response> WhileHangingAsync(Task<Response> response, string service)
    {
        while (!response.IsCompleted)
        {
            if (Aws.Calls.Of(service).Any(static c => c.EndTicks is null)) Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return await response;
    }

    /// <summary>Waits until a call of the operation has arrived.</summary>
    public async Task ArrivedAsync(string service, string operation, CancellationToken cancellationToken)
    {
        while (Aws.Calls.Of(service, operation).Count == 0) await Task.Delay(5, cancellationToken);
    }

    public IamUser User(string name) => World.Home.Users[name];

    public string? Parameter(string name) => World.Home.Parameter(name)?.Value;

    /// <summary>The values of the parameters below a path, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters(string path) => World.Home.Parameters.Values
        .SelectMany(region => region).Where(p => p.Key.StartsWith(path, StringComparison.Ordinal))
        .ToDictionary(p => p.Key, p => p.Value.Value, StringComparer.Ordinal);

    public ValueTask DisposeAsync() => Aws.DisposeAsync();
}
