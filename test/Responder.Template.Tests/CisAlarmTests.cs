using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>
/// Compares infra/alarms.yaml with the guides: it has the filters of CIS 4.1 to 4.15 to the letter, and an alarm on each.
/// </summary>
public sealed class CisAlarmTests
{
    private static readonly JsonObject s_template = Stacks.Read("alarms.yaml");

    /// <summary>
    /// The published filters: CIS number, Security Hub control, our name, pattern. Source:
    /// docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html; for 4.15: CIS AWS Foundations Benchmark v1.4.0.
    /// </summary>
    public static TheoryData<string, string, string, string> Published { get; } =
        [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "cis-filters.txt"))
            .Select(static line => line.Split('\t') is [var cis, var control, var name, var pattern]
                ? (cis, control, name, pattern)
                : throw new FormatException(line))];

    [Fact]
    public void There_is_a_filter_for_each_control_and_no_other()
    {
        Assert.Equal(Enumerable.Range(1, 15).Select(static n => $"4.{n}"), Published.Select(static row => row.Data.Item1));
        Assert.Equal(
            Enumerable.Range(1, 14).Select(static n => $"CloudWatch.{n}").Order(StringComparer.Ordinal),
            Published.Select(static row => row.Data.Item2).Where(static c => c != "-").Order(StringComparer.Ordinal));
        Assert.Equal(
            Published.Select(static row => row.Data.Item3 + "Filter"), s_template.OfType("AWS::Logs::MetricFilter")
            .Select(static r => r.Id));
        Assert.Equal(
            Published.Select(static row => row.Data.Item3 + "Alarm"), s_template.OfType("AWS::CloudWatch::Alarm").Select(static r => r.Id));
        Assert.Equal(30, s_template["Resources"]!.AsObject().Count);
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void The_filter_is_the_published_text_and_its_alarm_follows_the_guides(string cis, string control, string name, string pattern)
    {
        var filter = s_template["Resources"]![name + "Filter"]!;
        Assert.Equal(pattern, (string?)filter["Properties"]!["FilterPattern"]);
        Assert.InRange(pattern.Length, 1, 1024); // the service's limit
        Assert.Equal("LogGroupName", (string?)filter["Properties"]!["LogGroupName"]!["Ref"]);
        var metric = Assert.Single(filter["Properties"]!["MetricTransformations"]!.AsArray())!;
        Assert.Equal("1", (string?)metric["MetricValue"]);
        Assert.Equal(0, (long?)metric["DefaultValue"]);
        Assert.Equal("Cis" + name, (string?)metric["MetricName"]);

        var alarm = s_template["Resources"]![name + "Alarm"]!;
        var properties = alarm["Properties"]!;
        Assert.StartsWith($"CIS {cis} - ", (string?)properties["AlarmDescription"], StringComparison.Ordinal);
        Assert.Equal(
            ("Cis" + name, "Sum", 300L, 1L, 1L),
            ((string?)properties["MetricName"], (string?)properties["Statistic"], (long?)properties["Period"],
                (long?)properties["Threshold"], (long?)properties["EvaluationPeriods"]));
        Assert.Equal(
            ("GreaterThanOrEqualToThreshold", "notBreaching"),
            ((string?)properties["ComparisonOperator"], (string?)properties["TreatMissingData"]));
        Assert.True(
            JsonNode.DeepEquals(metric["MetricNamespace"], properties["Namespace"]),
            $"{control}: filter and alarm differ in the namespace");
        Assert.Equal("AlertTopicArn", (string?)Assert.Single(properties["AlarmActions"]!.AsArray())!["Ref"]);
        Assert.Equal((name, name), ((string?)filter["Condition"], (string?)alarm["Condition"]));
    }

    /// <summary>
    /// CloudFormation has no "contains", so the condition takes the name out of the list: if the list stays the same, the name is not in
    /// it.
    /// </summary>
    [Fact]
    public void Each_alarm_can_be_switched_off_by_its_name_alone()
    {
        var names = s_template["Conditions"]!.AsObject()
            .ToDictionary(static c => c.Key, static c => (string)c.Value!["Fn::Equals"]![0]!["Fn::Join"]![1]!["Fn::Split"]![0]!);
        Assert.Equal(
            Published.Select(static row => row.Data.Item3).Order(StringComparer.Ordinal), names.Keys.Order(StringComparer.Ordinal));
        var allowed = (string)s_template["Parameters"]!["Without"]!["AllowedPattern"]!;
        var description = (string)s_template["Parameters"]!["Without"]!["Description"]!;
        foreach (var (condition, name) in names)
        {
            Assert.Equal(condition, string.Concat(name.Split('-').Select(static word => char.ToUpperInvariant(word[0]) + word[1..])));
            Assert.DoesNotContain(names.Values, other => other != name && other.Contains(name, StringComparison.Ordinal));
            Assert.Matches(allowed, name);
            Assert.Contains(name, description, StringComparison.Ordinal);
        }

        Assert.Matches(allowed, "");
        Assert.Matches(allowed, string.Join(',', names.Values));
        Assert.DoesNotMatch(allowed, "unauthorised-calls");
        Assert.DoesNotMatch(allowed, "root-use, vpc-changes");
    }

    /// <summary>
    /// An alarm that may not publish is mute: both the topic policy and the key must admit CloudWatch, the policy only for alarms of this
    /// account.
    /// </summary>
    [Fact]
    public void CloudWatch_may_publish_to_the_topic_and_use_its_key()
    {
        var publish = SamTemplate.Properties("AlertTopicPolicy")["PolicyDocument"]!["Statement"]!.AsArray()
            .Single(static s => (string?)s!["Effect"] == "Allow")!;
        Assert.Equal("cloudwatch.amazonaws.com", (string?)publish["Principal"]!["Service"]);
        Assert.Equal("AWS::AccountId", (string?)publish["Condition"]!["StringEquals"]!["aws:SourceAccount"]!["Ref"]);
        Assert.Equal(
            "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*",
            (string?)publish["Condition"]!["ArnLike"]!["aws:SourceArn"]!["Fn::Sub"]);
        Assert.Equal("TopicKey", (string?)SamTemplate.Properties("AlertTopic")["KmsMasterKeyId"]!["Fn::GetAtt"]![0]);
        Assert.Contains(SamTemplate.Properties("TopicKey")["KeyPolicy"]!["Statement"]!.AsArray(), static s =>
            (string?)s!["Principal"]!["Service"] == "cloudwatch.amazonaws.com"
            && s["Action"]!.AsArray().Select(static a => (string?)a).Order(StringComparer.Ordinal)
            .SequenceEqual(["kms:Decrypt", "kms:GenerateDataKey*"]));
    }
}
