using System.Text.Json.Nodes;
using Responder.Analysis.Bursts;
using Responder.Events;

namespace Responder.Template.Tests;

/// <summary>The alarms that detect bursts live count the same calls as a backtest, with the same thresholds and windows.</summary>
public sealed class BurstAlarmTests
{
    private const string Session = """{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/Deploy/x","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::123456789012:role/Deploy"}}}""";
    private const string User = """{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/alice"}""";
    private const string ThroughService = """{"type":"AssumedRole","invokedBy":"autoscaling.amazonaws.com","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"}}}""";
    private const string Service = """{"type":"AWSService","invokedBy":"config.amazonaws.com"}""";

    /// <summary>
    /// Error codes that the filter leaves out, since it takes only ten prefixes; one or two services use each of them. A backtest does
    /// count them.
    /// </summary>
    private static readonly string[] s_notCounted =
    [
        "UserUnauthorizedException", "KmsAccessDenied", "KmsAccessDeniedException", "AccessForbidden", "CloudHsmAccessDeniedException",
        "DependencyAccessDeniedException",
        "VpceAccessDenied", // of network activity events, which the filter leaves out as well
        "EncryptionKeyAccessDeniedException", "OpsItemAccessDeniedException", "OrganizationAccessDeniedException",
    ];

    public static TheoryData<string, string, int, int> Thresholds => new()
    {
        { "RefusedCallsFromOneSourceAlarm", "burst.refused-calls", RefusedCalls.FromOneSource, 300 },
        { "RefusedCallsAlarm", "burst.refused-calls", RefusedCalls.FromAnySource, 300 },
        { "PasswordDataAlarm", "burst.password-data", PasswordData.Instances, 300 },
        { "SecretReadsAlarm", "burst.secret-reads", SecretReads.Secrets, 300 },
        { "RootLoginsRefusedAlarm", "burst.root-logins-refused", RootLogins.Refused, 900 },
    };

    [Theory]
    [MemberData(nameof(Thresholds))]
    public void Threshold_and_period_are_those_of_the_burst(string alarm, string burst, int threshold, int seconds)
    {
        var properties = SamTemplate.Properties(alarm);
        Assert.Equal(threshold, (long?)properties["Threshold"]);
        Assert.Equal("GreaterThanOrEqualToThreshold", (string?)properties["ComparisonOperator"]);
        Assert.Equal(1, (long?)properties["EvaluationPeriods"]);
        Assert.Equal(TimeSpan.FromSeconds(seconds), BurstCatalog.Find(burst)!.Window);
        Assert.StartsWith(burst + " - ", (string?)properties["AlarmDescription"], StringComparison.Ordinal);
        Assert.Equal("HasTrailLogGroup", (string?)SamTemplate.Resource(alarm)["Condition"]);
        if (properties["Metrics"] is not JsonArray metrics) Assert.Equal(seconds, (long?)properties["Period"]);
        else Assert.All(metrics, metric => Assert.Equal(seconds, (long?)metric!["Period"]));
    }

    [Fact]
    public void Every_burst_has_an_alarm() => Assert.Equal(
        BurstCatalog.All.Select(static b => b.Info.Id).Order(StringComparer.Ordinal),
        Thresholds.Select(static row => row.Data.Item2).Distinct().Order(StringComparer.Ordinal));

    /// <summary>Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContributorInsights-RuleSyntax.html</summary>
    [Fact]
    public void Rules_keep_to_the_syntax_and_each_is_read_by_one_alarm()
    {
        var rules = SamTemplate.OfType("AWS::CloudWatch::InsightRule").ToList();
        var alarms = SamTemplate.OfType("AWS::CloudWatch::Alarm").ToList();
        Assert.Equal(12, rules.Count);
        Assert.All(rules, rule =>
        {
            Assert.Equal("HasTrailLogGroup", (string?)SamTemplate.Resource(rule)["Condition"]);
            var body = Body(rule);
            Assert.Equal("CloudWatchLogRule", (string?)body["Schema"]!["Name"]);
            Assert.Equal("${TrailLogGroupName}", (string?)Assert.Single(body["LogGroupNames"]!.AsArray()));
            Assert.InRange(body["Contribution"]!["Keys"]!.AsArray().Count, 1, 4);
            Assert.InRange(body["Contribution"]!["Filters"]!.AsArray().Count, 1, 4);
            Assert.All(
                body["Contribution"]!["Filters"]!.AsArray(), static filter =>
                    Assert.True((filter!["In"] ?? filter["StartsWith"])?.AsArray().Count is null or <= 10));
            var name = (string)SamTemplate.Properties(rule)["RuleName"]!["Fn::Sub"]!;
            var alarm = Assert.Single(
                alarms, alarm => SamTemplate.Properties(alarm)["Metrics"]?.AsArray()
                .Any(m => m!["Expression"] is JsonObject expression && ((string)expression["Fn::Sub"]!)
                .Contains($"(\"{name}\",", StringComparison.Ordinal)) == true);
            Assert.Contains(rule, SamTemplate.Resource(alarm)["DependsOn"]!.AsArray().Select(static id => (string?)id));
        });
    }

    [Fact]
    public void Refusals_are_those_of_the_parser()
    {
        foreach (var code in CallOutcomes.RefusalCodes.Append("Client.UnauthorizedOperation")
            .Where(static code => !s_notCounted.Contains(code)))
        {
            Assert.Equal("Deploy", Counted("RefusedCalls", $$"""{"eventName":"ListBuckets","errorCode":"{{code}}","userIdentity":{{Session}}}"""));
            Assert.Equal("alice", Counted("RefusedCalls", $$"""{"eventName":"ListBuckets","errorCode":"{{code}}","userIdentity":{{User}}}"""));
        }

        foreach (var code in (string[])[
            "Client.DryRunOperation", "ThrottlingException", "NoSuchEntityException", "AuthorizationPendingException"])
            Assert.Null(Counted("RefusedCalls", $$"""{"eventName":"ListBuckets","errorCode":"{{code}}","userIdentity":{{User}}}"""));
    }

    [Theory]
    [InlineData("RefusedCalls", """{"eventName":"ListBuckets","errorCode":"AccessDenied"}""")]
    [InlineData("PasswordData", """{"eventName":"GetPasswordData","requestParameters":{"instanceId":"i-1"}}""")]
    [InlineData("SecretReads", """{"eventName":"GetSecretValue","requestParameters":{"secretId":"s"}}""")]
    public void What_AWS_services_do_never_counts(string kind, string record)
    {
        string With(string identity) => record[..^1] + $",\"userIdentity\":{identity}}}";
        Assert.Null(Counted(kind, With(Service)));
        Assert.Null(Counted(kind, With(ThroughService)));
        Assert.Equal("Deploy", Counted(kind, With(Session)));
        Assert.Equal("alice", Counted(kind, With(User)));
    }

    [Fact]
    public void Refused_secret_reads_are_refused_calls_and_no_reads() =>
        Assert.Null(Counted("SecretReads", $$"""{"eventName":"GetSecretValue","errorCode":"AccessDenied","requestParameters":{"secretId":"s"},"userIdentity":{{User}}}"""));

    /// <summary>
    /// The name of the principal for which the rules of a kind count a record; null if none does. If two rules counted it, it would count
    /// twice.
    /// </summary>
    private static string? Counted(string kind, string text)
    {
        var record = JsonNode.Parse(text)!.AsObject();
        record["eventCategory"] = "Management";
        record["sourceIPAddress"] = "203.0.113.7";
        var counting = ((string[])["BySession", "ByUser"]).Select(by => Body(kind + by)["Contribution"]!)
            .Where(rule => rule["Filters"]!.AsArray().All(filter => Passes(filter!.AsObject(), record)))
            .Select(rule => At(record, (string)rule["Keys"]![0]!)).ToList();
        return counting.Count == 0 ? null : Assert.Single(counting)!.Split('/')[^1];
    }

    private static bool Passes(JsonObject filter, JsonObject record)
    {
        var value = At(record, (string)filter["Match"]!);
        if (filter["IsPresent"] is { } present) return value is not null == (bool)present;
        if (filter["In"] is JsonArray values) return values.Any(v => (string?)v == value);
        return filter["StartsWith"]!.AsArray().Any(prefix => value?.StartsWith((string)prefix!, StringComparison.Ordinal) == true);
    }

    private static string? At(JsonNode? node, string path) => path.Split('.')[1..]
        .Aggregate(node, static (n, name) => n?[name])?.ToString();

    private static JsonNode Body(string rule) => JsonNode.Parse((string)SamTemplate.Properties(rule)["RuleBody"]!["Fn::Sub"]![0]!)!;
}
