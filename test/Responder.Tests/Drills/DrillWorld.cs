using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Aws;
using Responder.Detections;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Operations.Drill;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.FaultMatrix;

namespace Responder.Tests.Drills;

/// <summary>
/// An account with a responder and somebody who drills. While the drill waits, the events of the calls that were made reach the real
/// responder, as EventBridge would bring them.
/// </summary>
internal sealed class DrillWorld
{
    public const string Topic = "arn:aws:sns:us-east-1:123456789012:alerts";
    public const string Anna = "arn:aws:iam::123456789012:user/anna";
    public const string Last = "/security-drill/last";
    private const string FunctionRole = "arn:aws:iam::123456789012:role/responder-IamFunctionRole-ABC";
    private const string ReleaseRole = "arn:aws:iam::123456789012:role/responder-ReleaseRole-ABC";
    private const string ReleaseSession = "arn:aws:sts::123456789012:assumed-role/responder-ReleaseRole-ABC/anna";

    private readonly Queue<(string Event, int Tries)> _pending = [];
    private readonly List<string> _delivered = [];
    private int _seen;

    public DrillWorld(TimeSpan lag = default)
    {
        World = new World(EventBuilder.Account, time: Clock) { IamReadLag = lag };
        World.Home.EnsureTopic("alerts");
        World.Home.EnsureUser("anna");
        World.MapAccessKey("AKIAANNA", Anna);
        World.MapAccessKey("AKIARELEASE", ReleaseSession);
        World.MapAccessKey("AKIARESPONDER", "arn:aws:sts::123456789012:assumed-role/responder-IamFunctionRole-ABC/responder-iam");
    }

    public FakeTimeProvider Clock { get; } = new(EventBuilder.CalledAt);

    public World World { get; }

    /// <summary>What the function is set to, and what the drill is told of it.</summary>
    public ResponderOptions Options { get; set; } = new()
    {
        AlertTopicArn = Topic,
        ResponderRoleArns = new HashSet<string> { FunctionRole },
        ReleaseRoleArn = ReleaseRole,
    };

    /// <summary>What the function is really set to; null: what the drill is told.</summary>
    public ResponderOptions? Really { get; set; }

    /// <summary>False: no event arrives.</summary>
    public bool Delivers { get; set; } = true;

    public StringWriter Log { get; } = new();

    public IEnumerable<IamUser> DrillUsers => World.Home.Users.Values.Where(static u => u.Path == "/responder-drill/");

    public IReadOnlyDictionary<string, string> Parameters(string path) =>
        World.Home.Parameters.Values.SelectMany(static region => region).Where(p => p.Key.StartsWith(path, StringComparison.Ordinal))
            .ToDictionary(static p => p.Key, static p => p.Value.Value, StringComparer.Ordinal);

    /// <summary>Whose ledgers no release has ended.</summary>
    public IReadOnlyList<string> OpenLedgers
    {
        get
        {
            var all = Parameters("/security/quarantines/");
            return [
                .. all.Keys.Select(static name => string.Join('/', name.Split('/').Take(5))).Distinct()
                    .Where(path => LedgerBook.Read(path, all).HasOpen),
            ];
        }
    }

    /// <param name="protocol">A telephone needs no confirmation, a mail does.</param>
    public async Task SubscribeAsync(string protocol = "sms", string endpoint = "+15550100")
    {
        using var client = new HttpClient(new LocalAwsHandler(World));
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://aws.invalid/")
        {
            Content = new FormUrlEncodedContent(
            [
                new("Action", "Subscribe"), new("Version", "2010-03-31"), new("TopicArn", Topic), new("Protocol", protocol),
                new("Endpoint", endpoint),
            ]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "AWS4-HMAC-SHA256", "Credential=AKIAANNA/20260304/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>One run of the command, with processes of its own for both sets of credentials.</summary>
    public DrillProcess Process((string Who, CallPoint Call, Fault Fault)? planned = null) => new(
        Instance("AKIAANNA", "person", planned), Instance("AKIARELEASE", "release", planned), this);

    private FunctionInstance Instance(string key, string who, (string Who, CallPoint Call, Fault Fault)? planned) =>
        new(World, Clock, key) { Planned = planned is var (whose, call, fault) && whose == who ? (call, fault) : null };

    /// <summary>Delivers what was not delivered yet. What fails is tried twice more, by Lambda.</summary>
    public async Task DeliverAsync()
    {
        foreach (var record in World.Trail.Skip(_seen)) _pending.Enqueue((AsOfLambda(record.ToEventBridgeEvent()), 0));
        _seen = World.Trail.Count;
        for (var waiting = Delivers ? _pending.Count : 0; waiting > 0; waiting--)
        {
            var (text, tries) = _pending.Dequeue();
            _delivered.Add(text);
            if (!await DeliverAsync(text) && tries < 2) _pending.Enqueue((text, tries + 1));
        }
    }

    /// <summary>Delivers everything once more: EventBridge delivers at least once.</summary>
    public async Task DeliverAgainAsync()
    {
        foreach (var text in _delivered.ToArray()) await DeliverAsync(text);
    }

    /// <summary>What the function calls has Lambda's user agent, or it would seem that somebody took its credentials.</summary>
    private static string AsOfLambda(string text)
    {
        if (!text.Contains("responder-IamFunctionRole-ABC", StringComparison.Ordinal)) return text;
        var e = JsonNode.Parse(text)!;
        e["detail"]!["userAgent"] = "aws-sdk-dotnet exec-env/AWS_Lambda_dotnet10";
        return e.ToJsonString();
    }

    private async Task<bool> DeliverAsync(string text)
    {
        var instance = new FunctionInstance(World, Clock);
        var responder = LiveResponder.Of(
            DetectionCatalog.Default, Really ?? Options, instance.Clients, new JsonLog(Log, Clock, "iam"), Clock,
            pauses: new Support.AdvancingPauses(Clock));
        using var e = JsonDocument.Parse(text);
        var response = await responder.RespondAsync(
            e.RootElement, new Invocation(EventBuilder.Account, "us-east-1", FunctionInstance.Remaining));
        return response.Failures.Count == 0;
    }

    /// <summary>Time passes, and with it the events arrive.</summary>
    public sealed class Delivering(DrillWorld world) : Pauses(world.Clock)
    {
        public override async Task ForAsync(TimeSpan span, CancellationToken cancellationToken)
        {
            world.Clock.Advance(span);
            await world.DeliverAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public DrillSetup Setup(AwsClients person, AwsClients release) => new(
        person, release, Options, Options, EventBuilder.Account, Anna, ReleaseSession);
}

/// <summary>What one run of the command did: what was left was cleaned up, and, if nothing refused, there was a drill.</summary>
internal sealed record DrillOutcome(DrillPlan Plan, IReadOnlyList<DrillEnding> CleanedUp, DrillResult? Result);

/// <summary>One run of the command.</summary>
internal sealed record DrillProcess(FunctionInstance Person, FunctionInstance Release, DrillWorld World)
{
    public List<string> Told { get; } = [];

    public bool WasHit => Person.WasHit || Release.WasHit;

    /// <summary>Every call that this run made, and with whose credentials.</summary>
    public IReadOnlyList<(string Who, CallPoint Call)> Points =>
    [
        .. PointsOf(Person).Select(static call => ("person", call)), .. PointsOf(Release).Select(static call => ("release", call)),
    ];

    /// <returns>Null: the process was killed.</returns>
    public Task<DrillOutcome?> RunAsync() => Person.RunAsync(async _ => (await Release.RunAsync(_ => GoAsync()))!);

    private async Task<DrillOutcome> GoAsync()
    {
        using var runner = new DrillRunner(
            World.Setup(Person.Clients, Release.Clients), World.Clock, new DrillWorld.Delivering(World), Told.Add);
        var plan = await runner.PlanAsync(default);
        var cleaned = new List<DrillEnding>();
        foreach (var note in plan.LeftBehind) cleaned.Add(await runner.CleanUpAsync(note, default));
        return new DrillOutcome(plan, cleaned, plan.Refusals.Count == 0 ? await runner.RunAsync(default) : null);
    }

    private static IEnumerable<CallPoint> PointsOf(FunctionInstance instance) => instance.Calls.All
        .GroupBy(static c => (c.Service, c.Operation))
        .SelectMany(static calls => calls.Select((_, i) => new CallPoint(calls.Key.Service, calls.Key.Operation, i + 1)));
}
