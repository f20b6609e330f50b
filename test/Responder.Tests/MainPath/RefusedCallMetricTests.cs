using System.Text.Json.Nodes;
using Responder.Tests.Support;

namespace Responder.Tests.MainPath;

public sealed class RefusedCallMetricTests
{
    [Fact]
    public async Task Refusals_of_people_are_counted_and_those_of_AWS_services_are_not()
    {
        await using var driver = await ResponderDriver.StartAsync();

        await driver.SendAsync(EventBuilder.AdminAttachedTo("mallory").Refused());
        await driver.SendAsync(
            EventBuilder.AdminAttachedTo("mallory").Refused()
            .By(new JsonObject { ["type"] = "AWSService", ["invokedBy"] = "config.amazonaws.com" }));
        await driver.SendAsync(EventBuilder.Call("iam.amazonaws.com", "CreateUser", new JsonObject { ["userName"] = "bob" }));

        var metrics = driver.LogText.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonNode.Parse(line)!).Where(static line => line["_aws"] is not null).ToList();
        Assert.Equal([1, 0, 0], metrics.Select(static line => (int)line["RefusedCalls"]!));
        Assert.All(metrics, static line => Assert.Equal("""[["Function"]]""", line["_aws"]!["CloudWatchMetrics"]![0]!["Dimensions"]!.ToJsonString()));
    }
}
