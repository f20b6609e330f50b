using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Decisions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Evasions;

/// <summary>
/// Whoever may invoke the function hands it whatever he likes; only what looks as EventBridge delivers it contains anybody.
/// </summary>
[Trap("E24")]
public sealed class EventOriginTests
{
    [Theory]
    [InlineData("source", "aws.partner/example.com/security")]
    [InlineData("source", "aws.partner")]
    [InlineData("source", "aws.ec2")]
    [InlineData("source", "my.application")]
    [InlineData("source", null)]
    [InlineData("account", "999999999999")]
    [InlineData("account", null)]
    [InlineData("detail-type", "Scheduled Event")]
    [InlineData("detail-type", null)]
    public async Task An_envelope_that_does_not_agree_with_its_record_is_paged_at_most(string field, string? value)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var e = JsonNode.Parse(AdminAttachedTo("mallory").Build().GetRawText())!.AsObject();
        e[field] = value;
        var response = await driver.SendAsync(JsonSerializer.SerializeToElement(e));
        Assert.Equal((DecisionAction.Alert, GuardrailId.EventOrigin), (response.Decision!.Action, response.Decision.Guardrail));
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Single(driver.World.Messages);
    }

    [Fact]
    public async Task A_bare_record_contains_nobody_unless_a_replay_wraps_it()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var bare = JsonSerializer.SerializeToElement(AdminAttachedTo("mallory").Record());
        Assert.Equal(GuardrailId.EventOrigin, (await driver.SendAsync(bare)).Decision!.Guardrail);
        driver.Options = driver.Options with { AcceptsBareRecords = true };
        driver.Restart();
        Assert.Equal(
            DecisionAction.Contain,
            (await driver.SendAsync(JsonSerializer.SerializeToElement(AdminAttachedTo("mallory").Record()))).Decision!.Action);
    }
}
