using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Operations.Routing;
using Responder.Records;
using Responder.Reporting;

namespace Responder.Template.Tests;

/// <summary>Tests the pulse, the check of the trail and the dashboard of template.yaml.</summary>
public sealed partial class PulseTests
{
    /// <summary>A rule brings the call of the schedule, as CloudTrail records it, to the function whose metric the alarm reads.</summary>
    [Fact]
    public void The_pulse_is_a_write_that_a_rule_brings_to_the_function_that_the_alarm_reads()
    {
        var target = SamTemplate.Properties("PulseSchedule")["Target"]!;
        Assert.Equal("arn:${AWS::Partition}:scheduler:::aws-sdk:ssm:putParameter", (string?)target["Arn"]!["Fn::Sub"]);
        var input = JsonNode.Parse(
            ((string)target["Input"]!["Fn::Sub"]!).Replace("${ParameterRoot}", "/security", StringComparison.Ordinal))!;
        Assert.Equal(new ParameterNames("/security").Pulse, (string?)input["Name"]);

        using var e = JsonDocument.Parse("""
            {"source":"aws.ssm","detail-type":"AWS API Call via CloudTrail","account":"123456789012","region":"us-east-1",
             "detail":{"eventSource":"ssm.amazonaws.com","eventName":"PutParameter","eventCategory":"Management","readOnly":false,"userIdentity":{"type":"AssumedRole"}}}
            """);
        var rule = Assert.Single(RulesText.Rules, rule => EventPatternMatcher.Matches(rule.Pattern, e.RootElement));
        foreach (var alarm in (JsonNode[])[
            SamTemplate.Properties("PulseAlarm"), SamTemplate.Properties("PulseLatencyAlarm")["Metrics"]![1]!["MetricStat"]!["Metric"]!])
        {
            Assert.Equal((EmbeddedMetrics.Namespace, Pulse.Metric), ((string?)alarm["Namespace"], (string?)alarm["MetricName"]));
            Assert.Equal(rule.Function, (string?)alarm["Dimensions"]![0]!["Value"]);
        }
    }

    [Fact]
    public void Silence_of_two_hours_in_three_rings()
    {
        foreach (var (id, statistic) in (ValueTuple<string, string>[])[
            ("PulseAlarm", "SampleCount"), ("TrailUncheckedAlarm", "Sum"), ("NobodyIsToldAlarm", "Sum")])
        {
            var alarm = SamTemplate.Properties(id);
            Assert.Equal(
                ("breaching", "LessThanThreshold", statistic),
                ((string?)alarm["TreatMissingData"], (string?)alarm["ComparisonOperator"], (string?)alarm["Statistic"]));
            Assert.Equal(
                (1, 3600, 3, 2),
                ((int)(long)alarm["Threshold"]!, (int)(long)alarm["Period"]!, (int)(long)alarm["EvaluationPeriods"]!,
                    (int)(long)alarm["DatapointsToAlarm"]!));
        }

        Assert.All(
            (string[])["PulseSchedule", "TrailCheckSchedule", "SubscriptionCheckSchedule"], static id =>
                Assert.Equal("rate(1 hour)", (string?)SamTemplate.Properties(id)["ScheduleExpression"]));
    }

    /// <summary>Each row has a role, the service that assumes it, and the only action that it may take.</summary>
    [Theory]
    [InlineData("PulseRole", "scheduler.amazonaws.com", "ssm:PutParameter")]
    [InlineData("TrailCheckRole", "states.amazonaws.com", "cloudtrail:GetTrailStatus")]
    [InlineData("TrailCheckScheduleRole", "scheduler.amazonaws.com", "states:StartExecution")]
    [InlineData("SubscriptionCheckRole", "states.amazonaws.com", "sns:GetTopicAttributes")]
    [InlineData("SubscriptionCheckScheduleRole", "scheduler.amazonaws.com", "states:StartExecution")]
    public void Each_role_may_do_one_thing_to_one_resource(string role, string service, string action)
    {
        var properties = SamTemplate.Properties(role);
        var trust = Assert.Single(properties["AssumeRolePolicyDocument"]!["Statement"]!.AsArray())!;
        Assert.Equal(service, (string?)trust["Principal"]!["Service"]);
        Assert.Equal("AWS::AccountId", (string?)trust["Condition"]!["StringEquals"]!["aws:SourceAccount"]!["Ref"]);
        Assert.Null(properties["ManagedPolicyArns"]);
        var statement = Assert.Single(Assert.Single(properties["Policies"]!.AsArray())!["PolicyDocument"]!["Statement"]!.AsArray())!;
        Assert.Equal(("Allow", action), ((string?)statement["Effect"], (string?)statement["Action"]));
        Assert.DoesNotContain("*", statement["Resource"]!.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// All ways through the check but one end in an error of their own. An error of CloudTrail ends the check, too, because nothing catches
    /// it.
    /// </summary>
    [Fact]
    public void The_check_of_the_trail_succeeds_in_one_case_only()
    {
        var definition = SamTemplate.Properties("TrailCheck")["Definition"]!;
        var states = definition["States"]!.AsObject();
        Assert.Equal("Read", (string?)definition["StartAt"]);
        Assert.Null(states["Read"]!["Catch"]);
        Assert.Equal("Judge", (string?)states["Read"]!["Next"]);
        var choices = states["Judge"]!["Choices"]!.AsArray();
        Assert.Equal("Healthy", (string?)states["Judge"]!["Default"]);
        Assert.Equal(
            ["DigestLate", "DigestNotDelivered", "NoDigest", "NotDelivered", "NotLogging"], choices.Select(static c => (string)c!["Next"]!)
            .Order(StringComparer.Ordinal));
        Assert.All(choices, c => Assert.Equal("Fail", (string?)states[(string)c!["Next"]!]!["Type"]));
        Assert.Equal(choices.Count + 3, states.Count);
    }

    /// <summary>
    /// Each case has an answer of GetTrailStatus, as Step Functions passes it on (times are in ISO 8601), and the state in which the check
    /// ends. The reference implementation of JSONata evaluates the check.
    /// </summary>
    [Fact]
    public void The_check_of_the_trail_ends_as_its_answer_says()
    {
        (string Answer, string End)[] cases =
        [
            ("""{"IsLogging":true,"LatestDigestDeliveryTime":"2026-03-01T11:10:00Z"}""", "Healthy"),
            ("""{"IsLogging":true,"LatestDigestDeliveryTime":"2026-03-01T10:00:00.000Z","LatestDeliveryError":"","LatestDigestDeliveryError":""}""", "Healthy"), // two hours
            ("""{"IsLogging":true,"LatestDigestDeliveryTime":"2026-03-01T09:59:59Z"}""", "DigestLate"),
            ("""{"IsLogging":true,"LatestDigestDeliveryTime":"2026-03-01T11:59:59.5+02:00"}""", "DigestLate"),
            ("""{"IsLogging":false,"LatestDigestDeliveryTime":"2026-03-01T11:10:00Z"}""", "NotLogging"),
            ("""{"IsLogging":"true","LatestDigestDeliveryTime":"2026-03-01T11:10:00Z"}""", "NotLogging"), // what is not true is not
            ("""{"LatestDigestDeliveryTime":"2026-03-01T11:10:00Z"}""", "NotLogging"),
            ("{}", "NotLogging"),
            ("""{"IsLogging":true,"LatestDeliveryError":"NoSuchBucket","LatestDigestDeliveryTime":"2026-03-01T11:10:00Z"}""", "NotDelivered"),
            ("""{"IsLogging":true,"LatestDigestDeliveryError":"AccessDenied","LatestDigestDeliveryTime":"2026-03-01T11:10:00Z"}""", "DigestNotDelivered"),
            ("""{"IsLogging":true}""", "NoDigest"),
            ("""{"IsLogging":true,"LatestDeliveryTime":"2026-03-01T11:59:00Z","LatestDigestDeliveryTime":null}""", "NoDigest"),
        ];
        var input = new JsonObject
        {
            ["definition"] = SamTemplate.Properties("TrailCheck")["Definition"]!.DeepClone(),
            ["entered"] = "2026-03-01T12:00:00.000Z",
            ["cases"] = new JsonArray([.. cases.Select(static c => JsonNode.Parse(c.Answer))]),
        };
        Assert.Equal(cases.Select(static c => c.End), Python.Node("trail_check.js", "jsonata", input.ToJsonString()).TrimEnd().Split('\n'));
    }

    /// <summary>Numbers come as text from SNS.</summary>
    [Fact]
    public void The_check_of_the_subscriptions_succeeds_only_when_one_is_confirmed()
    {
        (string Answer, string End)[] cases =
        [
            ("""{"Attributes":{"SubscriptionsConfirmed":"1","SubscriptionsPending":"0"}}""", "SomebodyIsTold"),
            ("""{"Attributes":{"SubscriptionsConfirmed":"12"}}""", "SomebodyIsTold"),
            ("""{"Attributes":{"SubscriptionsConfirmed":"0","SubscriptionsPending":"3"}}""", "NobodyIsTold"),
            ("""{"Attributes":{}}""", "NobodyIsTold"),
            ("{}", "NobodyIsTold"),
        ];
        var definition = SamTemplate.Properties("SubscriptionCheck")["Definition"]!;
        Assert.Equal("Fail", (string?)definition["States"]!["NobodyIsTold"]!["Type"]);
        Assert.Null(definition["States"]!["Read"]!["Catch"]);
        var input = new JsonObject
        {
            ["definition"] = definition.DeepClone(),
            ["entered"] = "2026-03-01T12:00:00.000Z",
            ["cases"] = new JsonArray([.. cases.Select(static c => JsonNode.Parse(c.Answer))]),
        };
        Assert.Equal(cases.Select(static c => c.End), Python.Node("trail_check.js", "jsonata", input.ToJsonString()).TrimEnd().Split('\n'));
    }

    [Fact]
    public void Every_metric_of_the_dashboard_is_one_that_somebody_writes()
    {
        var body = JsonNode.Parse(Variable().Replace((string)SamTemplate.Properties("Dashboard")["DashboardBody"]!["Fn::Sub"]!, "x"))!;
        var written = Written();
        string[] aws = [
            "AWS/SQS ApproximateNumberOfMessagesVisible QueueName", "AWS/Lambda Errors FunctionName", "AWS/Lambda Throttles FunctionName"];
        string[] functions = [.. EventPatterns.Functions, "retention"];
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var metric in body["widgets"]!.AsArray().SelectMany(static w => w!["properties"]!["metrics"]!.AsArray()))
        {
            if (metric![0] is JsonObject search)
            {
                var name = SearchedMetric().Match((string)search["expression"]!).Groups[1].Value;
                Assert.Contains(name, written);
                shown.Add(name);
                continue;
            }

            var (space, own, dimension) = ((string)metric[0]!, (string)metric[1]!, (string)metric[2]!);
            shown.Add(own);
            if (space != EmbeddedMetrics.Namespace)
            {
                Assert.Contains($"{space} {own} {dimension}", aws);
                continue;
            }

            Assert.Contains(own, written);
            Assert.Equal("Function", dimension);
            Assert.Contains((string)metric[3]!, functions);
        }

        foreach (var expected in (string[])[
            "Events", "FindingsCritical", "FindingsLow", "Contained", "SecondsToContainment", "PulseLatency",
            "ApproximateNumberOfMessagesVisible", "Parameters"])
            Assert.Contains(expected, shown);
    }

    /// <summary>
    /// The metrics that are written: those in a metric line of the log, and from the source code, those that only some events write and
    /// those of the retention.
    /// </summary>
    private static HashSet<string> Written()
    {
        using var text = new StringWriter();
        new JsonLog(text, TimeProvider.System, "account").Responded(new Response(Outcome.Malformed, null) { PulseLatency = TimeSpan.Zero });
        var line = text.ToString().Split('\n').Select(static l => l.Trim())
            .First(static l => l.Contains("\"_aws\"", StringComparison.Ordinal));
        var names = JsonNode.Parse(line)!["_aws"]!["CloudWatchMetrics"]![0]!["Metrics"]!.AsArray().Select(static m => (string)m!["Name"]!)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var file in (string[])["src/Responder/Reporting/JsonLog.cs", "src/Responder.Lambda/RetentionFunction.cs"])
            names.UnionWith(
                MetricInSource().Matches(File.ReadAllText(Repository.PathOf(file.Split('/')))).Select(static m => m.Groups[1].Value));
        return names;
    }

    [GeneratedRegex(@"\$\{[^}]+\}")]
    private static partial Regex Variable();

    [GeneratedRegex("MetricName=\"(\\w+)\"")]
    private static partial Regex SearchedMetric();

    [GeneratedRegex("""\("(\w+)", "(?:Count|Seconds)",""")]
    private static partial Regex MetricInSource();
}
