using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>Services act only for resources of these stacks. <see cref="GrantTests"/> says what each role may do, and why.</summary>
public sealed class StackRoleTests
{
    /// <summary>
    /// Services may use the key and the buckets only for this trail, this log group and this bucket. In the policy of a key, "*" means the
    /// key itself.
    /// </summary>
    [Fact]
    public void Every_grant_to_a_service_names_the_resource_that_it_acts_for()
    {
        var resources = Stacks.Read("trail.yaml")["Resources"]!;
        var documents =
            new[] { resources["Key"]!["Properties"]!["KeyPolicy"], resources["LogBucketPolicy"]!["Properties"]!["PolicyDocument"],
                resources["AccessLogBucketPolicy"]!["Properties"]!["PolicyDocument"] };
        var grants = documents.SelectMany(static d => d!["Statement"]!.AsArray())
            .Where(static s => (string?)s!["Effect"] == "Allow" && s["Principal"] is JsonObject p && p.ContainsKey("Service")).ToList();
        Assert.Equal(6, grants.Count);
        Assert.All(grants, static grant =>
        {
            var condition = grant!["Condition"]!.ToJsonString();
            Assert.True(
                condition.Contains("\"aws:SourceArn\"", StringComparison.Ordinal)
                || condition.Contains("\"kms:EncryptionContext:aws:logs:arn\"", StringComparison.Ordinal), $"{grant["Sid"]}: {condition}");
        });
    }

    [Theory]
    [InlineData("alarms.yaml")]
    [InlineData("forwarder.yaml")]
    [InlineData("guardrail.yaml")]
    [InlineData("member-role.yaml")]
    [InlineData("trail.yaml")]
    public void No_ARN_has_a_fixed_partition(string name) =>
        Assert.DoesNotMatch("arn:aws[a-z-]*:", Stacks.Read(name)["Resources"]!.ToJsonString());
}
