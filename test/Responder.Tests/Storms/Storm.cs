using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Responder.Detections;
using Responder.LocalAws;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;

namespace Responder.Tests.Storms;

/// <summary>
/// Several instances of the function on one world, each a separate process (own memory, own access key), which receive events at the same
/// time.
/// </summary>
public sealed class Storm : IAsyncDisposable
{
    public const int Findings = 10_000;

    private readonly StringWriter _log = new();
    private readonly SecurityResponder[] _instances;

    private Storm(ResponderDriver driver, int instances)
    {
        Driver = driver;
        var log = TextWriter.Synchronized(_log);
        _instances = [.. Enumerable.Range(0, instances).Select(i => LiveResponder.Of(
            DetectionCatalog.Default, driver.Options, driver.Clients with { Credentials = new BasicAWSCredentials(KeyOf(i), "secret") },
            new JsonLog(log, driver.Clock, "iam"), driver.Clock, pauses: new AdvancingPauses(driver.Clock)))];
    }

    public ResponderDriver Driver { get; }

    public int Instances => _instances.Length;

    public static async Task<Storm> StartAsync(int instances, ResponderOptions? options = null, params string[] users) =>
        new(await ResponderDriver.StartAsync(options, users), instances);

    public static string KeyOf(int instance) => $"AKIAINSTANCE{instance:00}EXAMPLE";

    /// <summary>
    /// Distributes the events over the instances in turn; each instance handles its share in order. Meanwhile, the clock moves by one
    /// minute.
    /// </summary>
    public async Task<Response[]> SendAsync(IReadOnlyList<JsonElement> events)
    {
        var responses = new Response[events.Count];
        var start = Driver.Clock.Now;
        await Task.WhenAll(Enumerable.Range(0, _instances.Length).Select(instance => Task.Run(async () =>
        {
            for (var i = instance; i < events.Count; i += _instances.Length)
            {
                if (instance == 0) Driver.Clock.Now = start + TimeSpan.FromMinutes(1) * i / events.Count;
                responses[i] = await _instances[instance].RespondAsync(events[i], new Invocation(EventBuilder.Account, "us-east-1"));
            }
        })));
        return responses;
    }

    public Task<Response> SendAsync(int instance, EventBuilder e) => _instances[instance]
        .RespondAsync(e.Build(), new Invocation(EventBuilder.Account, "us-east-1"));

    /// <summary>The calls of one instance, in order of arrival.</summary>
    public IReadOnlyList<Call> CallsOf(int instance) => [.. Driver.Aws.Calls.All.Where(call => call.AccessKey == KeyOf(instance))];

    /// <summary>The incident ids for which the structured log has a line of this kind.</summary>
    public IReadOnlySet<string> Logged(string what)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in _log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.Contains($"\"what\":\"{what}\"", StringComparison.Ordinal)) continue;
            using var json = JsonDocument.Parse(line);
            ids.Add(json.RootElement.GetProperty("incidentId").GetString()!);
        }

        return ids;
    }

    public static string IdOf(int i) => $"storm-{i:00000}";

    /// <summary>Opens SSH to the world, which is HIGH, or all ports, which is CRITICAL.</summary>
    public static EventBuilder PortOpened(string group, bool all = false) =>
        EventBuilder.Call("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", new JsonObject
        {
            ["groupId"] = group,
            ["ipPermissions"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject
                {
                    ["ipProtocol"] = all ? "-1" : "tcp",
                    ["fromPort"] = all ? -1 : 22,
                    ["toPort"] = all ? -1 : 22,
                    ["ipRanges"] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["cidrIp"] = "0.0.0.0/0" }) },
                }),
            },
        });

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        await _log.DisposeAsync();
    }
}
