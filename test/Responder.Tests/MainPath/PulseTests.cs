using System.Text.Json.Nodes;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;

namespace Responder.Tests.MainPath;

public sealed class PulseTests
{
    private const string Role = "arn:aws:iam::123456789012:role/responder-PulseRole-1ABC";

    private static readonly ResponderOptions s_options = new() { PulseRoleArn = Role };

    [Fact]
    public async Task The_pulse_is_measured_and_finds_nothing()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options);
        driver.Clock.Now = EventBuilder.CalledAt.AddSeconds(95);

        var response = await driver.SendAsync(Written());

        Assert.Equal(Outcome.None, response.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(95), response.PulseLatency);
        var line = Assert.Single(Metrics(driver));
        Assert.Equal(95_000, (double)line["PulseLatency"]!);
        Assert.Equal(
            "Milliseconds", (string?)line["_aws"]!["CloudWatchMetrics"]![0]!["Metrics"]!.AsArray()
            .Single(static m => (string?)m!["Name"] == "PulseLatency")!["Unit"]);
        Assert.Empty(driver.World.Messages);
    }

    [Fact]
    public async Task A_clock_ahead_of_ours_is_no_negative_latency()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options);
        driver.Clock.Now = EventBuilder.CalledAt.AddSeconds(-2);
        Assert.Equal(TimeSpan.Zero, (await driver.SendAsync(Written())).PulseLatency);
    }

    /// <summary>
    /// A call is not taken for the pulse because of a similar parameter name, role or session name; otherwise, a stopped pulse could be
    /// faked.
    /// </summary>
    [Fact]
    public async Task Nothing_else_is_taken_for_the_pulse()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options);
        EventBuilder[] others =
        [
            Written().By(EventBuilder.User("alice")),
            Written().By(EventBuilder.Session("arn:aws:iam::123456789012:role/dev", "responder-PulseRole-1ABC")),
            Written().By(EventBuilder.Session(Role + "x", "scheduler")),
            Written("/security-pulse2"),
            Written("/security/pulse"),
            Written("/Security-pulse"),
            Written().Refused(),
            Written().With("recipientAccountId", EventBuilder.Foreign),
            EventBuilder.Call("ssm.amazonaws.com", "DeleteParameter", new JsonObject { ["name"] = "/security-pulse" })
                .By(EventBuilder.Session(Role, "scheduler")),
            Written().With("eventTime", null).With("requestParameters", null),
        ];
        foreach (var other in others) Assert.Null((await driver.SendAsync(other)).PulseLatency);
        Assert.All(Metrics(driver), static line => Assert.Null(line["PulseLatency"]));
    }

    /// <summary>The role may not write below the root (template.yaml). If it did, that would be tampering like anybody else's.</summary>
    [Fact]
    public async Task The_pulse_role_is_trusted_with_nothing_else()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options);
        var response = await driver.SendAsync(Written("/security/mode"));
        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Equal(["responder.parameter-changed"], response.Decision!.Findings.Select(static f => f.Detection.Id));
        Assert.Null(response.PulseLatency);
    }

    [Fact]
    public async Task Without_a_role_there_is_no_pulse()
    {
        await using var driver = await ResponderDriver.StartAsync();
        Assert.Null((await driver.SendAsync(Written())).PulseLatency);
    }

    private static EventBuilder Written(string name = "/security-pulse") => EventBuilder
        .Call("ssm.amazonaws.com", "PutParameter", new JsonObject
        {
            ["name"] = name,
            ["type"] = "String",
            ["value"] = "HIDDEN_DUE_TO_SECURITY_REASONS",
            ["overwrite"] = true,
        })
        .By(EventBuilder.Session(Role, "0123456789abcdef"));

    private static List<JsonNode> Metrics(ResponderDriver driver) =>
        [.. driver.LogText.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)
            .Where(static line => line["_aws"] is not null)];
}
