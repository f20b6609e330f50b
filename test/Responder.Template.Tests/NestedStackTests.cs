using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>Tests the trail and the CIS alarms as template.yaml nests them.</summary>
public sealed class NestedStackTests
{
    [Theory]
    [InlineData("TrailStack", "trail.yaml", "CreatesTrail")]
    [InlineData("AlarmsStack", "alarms.yaml", "CreatesAlarms")]
    public void A_nested_stack_gets_parameters_that_it_has_and_all_that_it_needs(string id, string file, string condition)
    {
        Assert.Equal("infra/" + file, (string?)SamTemplate.Properties(id)["TemplateURL"]);
        Assert.Equal(condition, (string?)SamTemplate.Resource(id)["Condition"]);
        var passed = SamTemplate.Properties(id)["Parameters"]!.AsObject();
        var known = Stacks.Read(file)["Parameters"]!.AsObject();
        Assert.Subset(known.Select(static p => p.Key).ToHashSet(), passed.Select(static p => p.Key).ToHashSet());
        Assert.Subset(
            passed.Select(static p => p.Key).ToHashSet(), known.Where(static p => p.Value!["Default"] is null).Select(static p => p.Key)
            .ToHashSet());
        foreach (var (name, value) in passed)
        {
            if (value!["Ref"] is not { } reference || SamTemplate.Root["Parameters"]![(string)reference!] is not { } parameter) continue;
            Assert.Equal(known[name]!["Default"]?.ToJsonString(), parameter["Default"]?.ToJsonString());
            if (parameter["AllowedValues"] is JsonArray values)
                Assert.Subset(
                    known[name]!["AllowedValues"]!.AsArray().Select(static v => (string)v!).ToHashSet(),
                    values.Select(static v => (string)v!).ToHashSet());
        }
    }

    [Fact]
    public void Nothing_is_made_unless_asked_for_and_alarms_need_a_log_group()
    {
        Assert.Equal("false", (string?)SamTemplate.Root["Parameters"]!["CreateTrail"]!["Default"]);
        Assert.Equal("false", (string?)SamTemplate.Root["Parameters"]!["CreateAlarms"]!["Default"]);
        Assert.NotNull(SamTemplate.Root["Rules"]!["AlarmsReadALogGroup"]);
    }

    /// <summary>Logging continues when the responder is removed.</summary>
    [Theory]
    [InlineData("LogBucket")]
    [InlineData("LogBucketPolicy")]
    [InlineData("AccessLogBucket")]
    [InlineData("AccessLogBucketPolicy")]
    [InlineData("Key")]
    [InlineData("LogGroup")]
    public void Evidence_outlives_the_stack(string id)
    {
        Assert.Equal("Retain", (string?)SamTemplate.Resource("TrailStack")["DeletionPolicy"]);
        var resource = Stacks.Read("trail.yaml")["Resources"]![id]!;
        Assert.Equal(("Retain", "Retain"), ((string?)resource["DeletionPolicy"], (string?)resource["UpdateReplacePolicy"]));
    }

    [Fact]
    public void The_functions_know_bucket_key_and_organisation_of_the_trail()
    {
        var variables = SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!;
        var outputs = Stacks.Read("trail.yaml")["Outputs"]!.AsObject();
        foreach (var (variable, output, parameter) in ((string, string, string)[])[
            ("LOG_BUCKETS", "LogBucketName", "LogBuckets"), ("TRAIL_KEY_ARNS", "KeyArn", "TrailKeyArns")])
        {
            Assert.True(outputs.ContainsKey(output));
            var choice = variables[variable]!["Fn::If"]!;
            Assert.Equal("CreatesTrail", (string?)choice[0]);
            Assert.Equal(
                ["TrailStack", "Outputs." + output], choice[1]!["Fn::Join"]![1]![0]!["Fn::GetAtt"]!.AsArray()
                .Select(static p => (string)p!));
            Assert.Equal(parameter, (string?)choice[1]!["Fn::Join"]![1]![1]!["Ref"]);
            Assert.Equal(parameter, (string?)choice[2]!["Ref"]);
        }

        Assert.Contains("TrailOrganizationId", variables["ORGANIZATION_IDS"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.True(outputs.ContainsKey("LogGroupName"));
    }
}
