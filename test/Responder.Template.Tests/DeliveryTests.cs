using System.Text.Json.Nodes;
using Responder.Operations.Routing;

namespace Responder.Template.Tests;

/// <summary>No event is lost without somebody being notified.</summary>
public sealed class DeliveryTests
{
    private static readonly JsonObject s_globals = SamTemplate.Root["Globals"]!["Function"]!.AsObject();

    [Fact]
    public void A_function_that_fails_is_tried_again_and_then_its_event_is_kept()
    {
        Assert.Equal("SQS", (string?)s_globals["DeadLetterQueue"]!["Type"]);
        Assert.Equal("FunctionDeadLetters", (string?)s_globals["DeadLetterQueue"]!["TargetArn"]!["Fn::GetAtt"]![0]);
        Assert.Equal(2, (long?)s_globals["EventInvokeConfig"]!["MaximumRetryAttempts"]);
    }

    [Fact]
    public void Only_the_rules_of_the_stack_may_send_to_the_queue_of_undelivered_events()
    {
        var allow = Assert.Single(
            SamTemplate.Properties("RuleDeadLettersPolicy")["PolicyDocument"]!["Statement"]!.AsArray(), static s =>
                (string?)s!["Effect"] == "Allow")!;
        Assert.Equal("events.amazonaws.com", (string?)allow["Principal"]!["Service"]);
        var sources = allow["Condition"]!["ArnEquals"]!["aws:SourceArn"]!.AsArray();
        Assert.Equal(RulesText.Rules.Select(RulesText.LogicalId), sources.Select(static s => (string?)s!["Fn::GetAtt"]![0]));
    }

    [Fact]
    public void Both_queues_are_encrypted_kept_for_14_days_and_watched()
    {
        foreach (var queue in (string[])["FunctionDeadLetters", "RuleDeadLetters"])
        {
            var properties = SamTemplate.Properties(queue);
            Assert.True((bool?)properties["SqsManagedSseEnabled"]);
            Assert.Equal(14 * 24 * 3600, (long?)properties["MessageRetentionPeriod"]);
            Assert.Equal(queue, (string?)SamTemplate.Properties(queue + "Alarm")["Dimensions"]![0]!["Value"]!["Fn::GetAtt"]![0]);
        }
    }

    [Fact]
    public void Errors_throttles_and_duration_of_every_function_raise_an_alarm()
    {
        var functions = SamTemplate.OfType("AWS::Serverless::Function").Order(StringComparer.Ordinal).ToArray();
        foreach (var metric in (string[])["Errors", "Throttles", "Duration"])
        {
            var measured = SamTemplate.Properties(metric + "Alarm")["Metrics"]!.AsArray().Where(static m => m!["MetricStat"] is not null)
                .Select(static m => m!["MetricStat"]!["Metric"]!).ToList();
            Assert.All(measured, m => Assert.Equal(metric, (string?)m["MetricName"]));
            // The retention may take its time, because nobody waits for it.
            var expected = metric == "Duration" ? functions.Where(static f => f != "RetentionFunction") : functions;
            Assert.Equal(
                expected, measured.Select(static m => (string)m["Dimensions"]![0]!["Value"]!["Ref"]!).Order(StringComparer.Ordinal));
        }

        Assert.True((long?)SamTemplate.Properties("DurationAlarm")["Threshold"] < (long?)s_globals["Timeout"] * 1000);
    }

    /// <summary>The alarm reads the metric that the function writes once a day (HandlerTests checks what it writes).</summary>
    [Fact]
    public void The_number_of_parameters_raises_an_alarm_at_80_percent_of_the_quota()
    {
        var alarm = SamTemplate.Properties("ParametersAlarm");
        Assert.Equal(80, (long?)alarm["Threshold"]);
        Assert.Equal("100 * parameters / ${ParameterQuota}", (string?)alarm["Metrics"]![0]!["Expression"]!["Fn::Sub"]);
        var metric = alarm["Metrics"]![1]!["MetricStat"]!;
        Assert.Equal("""{"Namespace":"Responder","MetricName":"Parameters","Dimensions":[{"Name":"Function","Value":"retention"}]}""", metric["Metric"]!.ToJsonString());
        Assert.Equal(24 * 3600, (long?)metric["Period"]);
        Assert.Equal("rate(1 day)", (string?)SamTemplate.Properties("RetentionFunction")["Events"]!["Daily"]!["Properties"]!["Schedule"]);
        Assert.Equal(10_000, (long?)SamTemplate.Root["Parameters"]!["ParameterQuota"]!["Default"]);
    }

    [Fact]
    public void Alarms_reach_the_topic_of_the_pages_whose_key_CloudWatch_may_use()
    {
        Assert.All(
            SamTemplate.OfType("AWS::CloudWatch::Alarm"), static alarm =>
                Assert.Equal("AlertTopic", (string?)SamTemplate.Properties(alarm)["AlarmActions"]![0]!["Ref"]));
        Assert.Equal("TopicKey", (string?)SamTemplate.Properties("AlertTopic")["KmsMasterKeyId"]!["Fn::GetAtt"]![0]);
        var services = SamTemplate.Properties("TopicKey")["KeyPolicy"]!["Statement"]!.AsArray()
            .Where(static s => s!["Principal"]!["Service"] is not null).ToList();
        // no other service publishes under its own name
        Assert.Equal("cloudwatch.amazonaws.com", (string?)Assert.Single(services)!["Principal"]!["Service"]);
        Assert.Contains(
            SamTemplate.Properties("AlertTopicPolicy")["PolicyDocument"]!["Statement"]!.AsArray(), static s =>
                (string?)s!["Sid"] == "Alarms" && (string?)s["Principal"]!["Service"] == "cloudwatch.amazonaws.com");
    }

    /// <summary>A flood of refused calls must not use up the executions of the function that contains.</summary>
    [Fact]
    public void The_function_that_contains_has_executions_reserved_for_itself()
    {
        foreach (var function in EventPatterns.Functions)
        {
            var reserved = SamTemplate.Properties(SamTemplate.FunctionOf(function))["ReservedConcurrentExecutions"]!["Fn::If"]![1]!;
            var parameter = function == "iam" ? "ContainmentConcurrency" : "AlertingConcurrency";
            Assert.Equal(parameter, (string?)reserved["Ref"]);
            // A new account may reserve none, and its first deployment must not fail for that.
            Assert.Equal(0, (int)(long)SamTemplate.Root["Parameters"]![parameter]!["Default"]!);
        }
    }

    /// <summary>
    /// The executable is <c>Responder.Lambda.dll</c> or a native binary of that name, so the handler must be the name of its assembly.
    /// </summary>
    [Fact]
    public void The_handler_is_the_name_of_the_executable()
    {
        Assert.Equal("Responder.Lambda", (string?)s_globals["Handler"]);
        Assert.Equal("dotnet10", (string?)s_globals["Runtime"]);
        Assert.True(File.Exists(Repository.PathOf("src", "Responder.Lambda", (string)s_globals["Handler"]! + ".csproj")));
        Assert.Equal("src/Responder.Lambda/", (string?)s_globals["CodeUri"]);
    }

    /// <summary>SAM runs the target `build-` and the function's logical id; the tests of the function run each of them.</summary>
    [Fact]
    public void Each_function_is_built_by_a_target_of_the_Makefile_beside_its_code()
    {
        var functions = SamTemplate.OfType("AWS::Serverless::Function").ToList();
        Assert.All(functions, static f => Assert.Equal("makefile", (string?)SamTemplate.Resource(f)["Metadata"]?["BuildMethod"]));
        var targets = File.ReadLines(Repository.PathOf("src", "Responder.Lambda", "Makefile"))
            .Single(static line => line.StartsWith("targets = ", StringComparison.Ordinal))["targets = ".Length..].Split(' ');
        Assert.Equal(functions.Select(static f => "build-" + f).Order(StringComparer.Ordinal), targets.Order(StringComparer.Ordinal));
    }
}
