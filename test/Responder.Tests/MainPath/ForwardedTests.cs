using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Reporting;
using Responder.Tests.Support;

namespace Responder.Tests.MainPath;

/// <summary>Tests events that infra/forwarder.yaml forwards from other accounts and regions.</summary>
public sealed class ForwardedTests
{
    /// <summary>The own account has a user of the same name.</summary>
    [Fact]
    public async Task A_user_of_a_member_account_is_paged_under_its_account_and_region_and_ours_of_that_name_is_left_alone()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var response = await driver.SendAsync(Forwarded(EventBuilder.AdminAttachedTo("mallory"), EventBuilder.Foreign, "us-east-1"));

        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Empty(response.Containment);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Contains(EventBuilder.Foreign, response.Alert!.Alert.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_in_another_region_keeps_its_region()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var opened = EventBuilder.Call("cloudtrail.amazonaws.com", "StopLogging", new JsonObject
        {
            ["name"] = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit",
        });
        var response = await driver.SendAsync(Forwarded(opened, EventBuilder.Account, "eu-central-1"));

        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Equal("eu-central-1", response.Event!.Region);
        Assert.Equal((EventBuilder.Account, "eu-central-1"), (response.Event.Envelope!.Account, response.Event.Envelope.Region));
    }

    /// <summary>
    /// The event as EventBridge forwards it: the record, account and region are unchanged, only the id of the envelope is new.
    /// </summary>
    private static JsonElement Forwarded(EventBuilder builder, string account, string region)
    {
        var envelope = JsonNode.Parse(
            builder.With("recipientAccountId", account).With("awsRegion", region).By(EventBuilder.User("alice", account)).Build()
            .GetRawText())!;
        (envelope["account"], envelope["region"]) = (account, region);
        return JsonSerializer.SerializeToElement(envelope);
    }
}
