using Amazon.Runtime;
using Responder.Aws;
using Responder.Detections;
using Responder.Events;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Logs;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Cli.Replay;

/// <summary>
/// Replays inside this process: the production clients act on an embedded endpoint, with one world per partition that holds the accounts
/// that the events are about. Endpoint, region and credentials are set on each client, so that nothing in the environment leads elsewhere.
/// </summary>
internal sealed class EmbeddedTarget(ResponderOptions options, Action<InputError> onError) : IReplayTarget
{
    /// <summary>The account for events that name none.</summary>
    private const string NoAccount = "000000000000";

    /// <summary>The topic of a local run; env.json names it, too.</summary>
    public const string AlertTopic = "responder-alerts";
    private const string ChatTopic = "responder-chat";

    private readonly DetectionCatalog _catalog = DetectionCatalog.For(options.Estate);
    private readonly ReplayTime _time = new();
    private readonly Dictionary<string, LocalAwsEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Partition, string Account), SecurityResponder> _responders = [];
    private readonly WorldSeeder _seeder = new();
    private readonly HashSet<string> _givenRead = new(StringComparer.Ordinal);

    public ResponderOptions Options => options;

    /// <summary>Minimum duration of every call, so that calls made at the same time show as one round trip.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The endpoints by partition.</summary>
    public IReadOnlyDictionary<string, LocalAwsEndpoint> Endpoints => _endpoints;

    public async Task<Replayed> RespondAsync(EventInput input, CancellationToken cancellationToken)
    {
        if (input.Parsed.Event is not { } e)
            return new Replayed(input, new Response(Outcome.Malformed, null) { MalformedBecause = input.Parsed.Error }) { Calls = [] };

        _time.Follow(e.EventTime);
        await ReadGivenAsync(input.File, cancellationToken);
        var (partition, account) = (PartitionOf(e), AccountOf(e));
        var endpoint = await EndpointAsync(partition, account, cancellationToken);
        _seeder.Seed(endpoint.World, e);
        var responder = ResponderOf(endpoint, partition, account);

        endpoint.Calls.Clear();
        var response = await responder.RespondAsync(input.Parsed, new Invocation(HomeRegion: endpoint.World.Region), cancellationToken);
        return new Replayed(input, response)
        {
            Calls = endpoint.Calls.All,
            RecordText = response.RecordName is { } record ? endpoint.World.Account(account).Parameter(record)?.Value : null,
            Ledger = response.LedgerName is { } ledger
                ? LedgerBook.LastEntry(ledger, endpoint.World.Account(account).Parameters.Values.SelectMany(static region => region)
                    .Select(static p => KeyValuePair.Create(p.Key, p.Value.Value)))
                : null,
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in _endpoints.Values) await endpoint.DisposeAsync();
    }

    private SecurityResponder ResponderOf(LocalAwsEndpoint endpoint, string partition, string account)
    {
        if (_responders.TryGetValue((partition, account), out var responder)) return responder;
        var accessKey = "AKIARPLY" + account;
        endpoint.World.MapAccessKey(accessKey, $"arn:{partition}:sts::{account}:assumed-role/responder/replay");
        var clients = new AwsClients(endpoint.Url, endpoint.World.Region, new BasicAWSCredentials(accessKey, "replay"));
        var here = options with
        {
            AlertTopicArn = endpoint.World.Account(account).EnsureTopic(AlertTopic).Arn,
            ChatTopicArn = options.ChatTopicArn is null ? null : endpoint.World.Account(account).EnsureTopic(ChatTopic).Arn,
            EndpointUrl = null,
            MemberAccountIds = new HashSet<string>(StringComparer.Ordinal), // here every account has a responder of its own
        };
        return _responders[(partition, account)] = LiveResponder.Of(_catalog, here, clients, new NoLog(), _time);
    }

    private async Task<LocalAwsEndpoint> EndpointAsync(string partition, string account, CancellationToken cancellationToken)
    {
        if (_endpoints.TryGetValue(partition, out var endpoint)) return endpoint;
        endpoint = await LocalAwsEndpoint.StartAsync(new World(account, partition, _time), cancellationToken: cancellationToken);
        endpoint.Faults.Latency = Latency;
        return _endpoints[partition] = endpoint;
    }

    /// <summary>Reads the given.yaml next to a file, once: it holds what the samples assume.</summary>
    private async Task ReadGivenAsync(string file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetDirectoryName(file) ?? "", "given.yaml");
        if (!_givenRead.Add(path) || !File.Exists(path)) return;
        try
        {
            var text = await File.ReadAllTextAsync(path, cancellationToken);
            var given = World.Load(text, _time);
            (await EndpointAsync(given.Partition, given.Home.Id, cancellationToken)).World.Add(text);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            onError(new InputError(path, e.Message));
        }
    }

    internal static string PartitionOf(CloudTrailEvent e) =>
        e.Partition is "aws-cn" or "aws-us-gov" or "aws-iso" or "aws-iso-b" or "aws-iso-e" or "aws-iso-f" or "aws-eusc"
            ? e.Partition
            : "aws";

    internal static string AccountOf(CloudTrailEvent e) => WorldSeeder.IsAccount(e.AccountId) ? e.AccountId! : NoAccount;
}
