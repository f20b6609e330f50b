using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>Creates each stack in moto and compares what the services then report with what the template asks for.</summary>
public sealed class StackTests
{
    private const string LogGroup = "/aws/cloudtrail/audit";
    private const string Topic = "arn:aws:sns:us-east-1:123456789012:alerts";

    [Fact]
    public void The_responder_is_made_as_written()
    {
        var template = Translated.Read();
        var made = Make(Translated.FilePath, new JsonObject { ["TrailLogGroupName"] = LogGroup });

        Compare(template, made);
        foreach (var (id, resource) in template.OfType("AWS::Events::Rule"))
        {
            var rule = made[id]!["rule"]!;
            var target = Assert.Single(made[id]!["targets"]!.AsArray())!;
            Assert.Equal((string?)resource["Properties"]!["ScheduleExpression"], (string?)rule["ScheduleExpression"]);
            if (resource["Properties"]!["EventPattern"] is not { } pattern) continue;
            Assert.True(JsonNode.DeepEquals(pattern, JsonNode.Parse((string)rule["EventPattern"]!)), $"{id}: another pattern");
            Assert.Equal((string?)resource["Properties"]!["State"], (string?)rule["State"]);
            Assert.NotNull(target["DeadLetterConfig"]!["Arn"]);
        }

        Assert.StartsWith("arn:aws:kms:", (string?)made["AlertTopic"]!["KmsMasterKeyId"], StringComparison.Ordinal);
        Assert.DoesNotContain("TrailStack", made.Select(static r => r.Key));
    }

    [Fact]
    public void The_CIS_alarms_are_made_as_written()
    {
        var made = Make(Stacks.PathOf("alarms.yaml"), new JsonObject { ["LogGroupName"] = LogGroup, ["AlertTopicArn"] = Topic });
        Compare(Stacks.Read("alarms.yaml"), made);
        Assert.Equal(30, made.Count);
        Assert.All(CisAlarmTests.Published, row =>
        {
            Assert.Equal(row.Data.Item4, (string?)made[row.Data.Item3 + "Filter"]!["filterPattern"]);
            Assert.Equal(LogGroup, (string?)made[row.Data.Item3 + "Filter"]!["logGroupName"]);
            Assert.Equal(Topic, (string?)Assert.Single(made[row.Data.Item3 + "Alarm"]!["AlarmActions"]!.AsArray()));
        });
    }

    [Fact]
    public void Alarms_that_are_named_are_left_out_and_no_others()
    {
        var made = Make(Stacks.PathOf("alarms.yaml"), new JsonObject
        {
            ["LogGroupName"] = LogGroup,
            ["AlertTopicArn"] = Topic,
            ["Without"] = "unauthorized-calls,vpc-changes",
        });
        var all = Stacks.Read("alarms.yaml")["Resources"]!.AsObject().Select(static r => r.Key);
        Assert.Equal(
            ["UnauthorizedCallsAlarm", "UnauthorizedCallsFilter", "VpcChangesAlarm", "VpcChangesFilter"],
            all.Except(made.Select(static r => r.Key)).Order(StringComparer.Ordinal));
    }

    /// <summary>For each profile, the days until logs are archived, until they are deleted, and during which they are locked.</summary>
    [Theory]
    [InlineData("pci-dss", "GOVERNANCE", 365, 1095, 365)]
    [InlineData("hipaa", "COMPLIANCE", 365, 2192, 2192)]
    [InlineData("soc2", "GOVERNANCE", 365, 730, 365)]
    [InlineData("custom", "GOVERNANCE", 30, 400, 60)]
    public void The_log_bucket_is_made_as_written_for_each_profile(string profile, string mode, int hot, int keep, int locked)
    {
        var made = Make(Stacks.PathOf("trail.yaml"), new JsonObject
        {
            ["ComplianceProfile"] = profile,
            ["ObjectLockMode"] = mode,
            ["CustomHotDays"] = "30",
            ["CustomKeepDays"] = "400",
            ["CustomLockDays"] = "60",
            ["BreakGlassRoleArn"] = "arn:aws:iam::123456789012:role/break-glass",
        });
        Compare(Stacks.Read("trail.yaml"), made);

        var bucket = made["LogBucket"]!;
        Assert.Equal("responder-audit-trail-logs-123456789012-us-east-1", (string?)bucket["name"]);
        Assert.Equal("Enabled", (string?)bucket["versioning"]);
        var retention = bucket["lock"]!["Rule"]!["DefaultRetention"]!;
        Assert.Equal((mode, locked), ((string?)retention["Mode"], (int)retention["Days"]!));
        var archive = bucket["lifecycle"]!.AsArray().Single(static r => (string?)r!["ID"] == "archive-then-delete")!;
        Assert.Equal((hot, "GLACIER"), ((int)archive["Transitions"]![0]!["Days"]!, (string?)archive["Transitions"]![0]!["StorageClass"]));
        Assert.Equal(keep, (int)archive["Expiration"]!["Days"]!);
        Assert.True(keep >= locked, "deleted before its lock ends");
        Assert.All(bucket["public"]!.AsObject(), static p => Assert.True((bool)p.Value!));
        Assert.Equal("aws:kms", (string?)bucket["encryption"]![0]!["ApplyServerSideEncryptionByDefault"]!["SSEAlgorithm"]);

        var policy = bucket["policy"]!["Statement"]!.AsArray().ToDictionary(static s => (string)s!["Sid"]!, static s => s!);
        Assert.Equal(["NobodyDeletesButBreakGlass", "TlsOnly", "TrailReadsAcl", "TrailWrites"], policy.Keys.Order(StringComparer.Ordinal));
        foreach (var sid in (string[])["TrailReadsAcl", "TrailWrites"])
            Assert.Equal(
                "arn:aws:cloudtrail:us-east-1:123456789012:trail/responder-audit-trail",
                (string?)policy[sid]["Condition"]!["StringEquals"]!["aws:SourceArn"]);
        Assert.Equal(
            "arn:aws:iam::123456789012:role/break-glass",
            (string?)policy["NobodyDeletesButBreakGlass"]["Condition"]!["ArnNotEquals"]!["aws:PrincipalArn"]);
        Assert.Null(made["AccessLogBucket"]!["lock"]); // S3 delivers no access logs into a locked bucket
    }

    [Fact]
    public void Without_a_break_glass_role_nobody_deletes_logs()
    {
        var made = Make(Stacks.PathOf("trail.yaml"), []);
        var deny = made["LogBucket"]!["policy"]!["Statement"]!.AsArray()
            .Single(static s => (string?)s!["Sid"] == "NobodyDeletesButBreakGlass")!;
        Assert.Equal(("Deny", "*"), ((string?)deny["Effect"], (string?)deny["Principal"]));
        Assert.Null(deny["Condition"]);
    }

    [Theory]
    [InlineData("eu-west-1", "arn:aws:events:us-east-1:123456789012:event-bus/default")] // another region of the home account
    [InlineData("us-east-1", "arn:aws:events:us-east-1:210987654321:event-bus/default")] // another account, in the region of IAM
    public void The_forwarder_is_made_as_written(string region, string home)
    {
        var template = Stacks.Read("forwarder.yaml");
        var made = Make(Stacks.PathOf("forwarder.yaml"), new JsonObject { ["HomeBusArn"] = home }, region);

        Compare(template, made);
        var rules = RulesText.Forwarding.Where(rule => !rule.OfGlobalService || region == "us-east-1").ToList();
        Assert.Equal(
            rules.Select(RulesText.LogicalId).Order(StringComparer.Ordinal),
            made.Where(static r => (string?)r.Value!["type"] == "AWS::Events::Rule").Select(static r => r.Key)
            .Order(StringComparer.Ordinal));
        foreach (var rule in rules)
        {
            var held = made[RulesText.LogicalId(rule)]!;
            var target = Assert.Single(held["targets"]!.AsArray())!;
            Assert.True(
                JsonNode.DeepEquals(rule.Pattern, JsonNode.Parse((string)held["rule"]!["EventPattern"]!)), $"{rule.Name}: another pattern");
            Assert.Equal((rule.State, home), ((string?)held["rule"]!["State"], (string?)target["Arn"]));
            Assert.StartsWith("arn:aws:iam::123456789012:role/", (string?)target["RoleArn"], StringComparison.Ordinal);
            Assert.StartsWith($"arn:aws:sqs:{region}:123456789012:", (string?)target["DeadLetterConfig"]!["Arn"], StringComparison.Ordinal);
            Assert.Equal(
                (86400, 185),
                ((int)target["RetryPolicy"]!["MaximumEventAgeInSeconds"]!, (int)target["RetryPolicy"]!["MaximumRetryAttempts"]!));
        }

        var statement = Assert.Single(Assert.Single(made["ForwarderRole"]!["policies"]!.AsArray())!["Statement"]!.AsArray())!;
        Assert.Equal(
            ("Allow", "events:PutEvents", home),
            ((string?)statement["Effect"], (string?)statement["Action"], (string?)statement["Resource"]));
    }

    [Fact]
    public void In_the_home_region_and_account_the_forwarder_makes_nothing() =>
        Assert.Subset(
            new HashSet<string>
            {
                "NothingAtHome",
            }, Make(Stacks.PathOf("forwarder.yaml"), new JsonObject
            {
                ["HomeBusArn"] = "arn:aws:events:us-east-1:123456789012:event-bus/default",
            }).Select(static r => r.Key).ToHashSet());

    /// <summary>Compares the plain values in a template with what the services report.</summary>
    private static void Compare(JsonObject template, JsonObject made)
    {
        foreach (var (id, resource) in template["Resources"]!.AsObject().Where(r => made.ContainsKey(r.Key)))
        {
            var (asked, held) = (resource!["Properties"] ?? new JsonObject(), made[id]!);
            Assert.Equal((string?)resource["Type"], (string?)held["type"]);
            switch ((string?)resource["Type"])
            {
                case "AWS::CloudWatch::Alarm":
                    foreach (var name in (string[])[
                        "AlarmDescription", "ComparisonOperator", "Threshold", "EvaluationPeriods", "TreatMissingData", "Statistic",
                        "Period", "MetricName"])
                        if (asked[name] is JsonValue value) Assert.Equal(Plain(value), Plain(held[name]));
                    Assert.Equal(asked["Metrics"]?.AsArray().Count ?? 0, held["Metrics"]!.AsArray().Count);
                    break;
                case "AWS::Logs::MetricFilter":
                    Assert.Equal((string?)asked["FilterPattern"], (string?)held["filterPattern"]);
                    Assert.Equal(
                        (string?)asked["MetricTransformations"]![0]!["MetricValue"],
                        (string?)held["metricTransformations"]![0]!["metricValue"]);
                    break;
                case "AWS::SQS::Queue":
                    foreach (var name in (string[])["MessageRetentionPeriod", "VisibilityTimeout", "SqsManagedSseEnabled"])
                        Assert.Equal(Plain(asked[name]), Plain(held[name]));
                    break;
                case "AWS::SNS::Topic":
                    Assert.Equal((string?)asked["DisplayName"], (string?)held["DisplayName"]);
                    break;
                case "AWS::Logs::LogGroup":
                    Assert.Equal(365, (int?)held["retentionInDays"]); // the default of both parameters
                    break;
                case "AWS::KMS::Key":
                    Assert.True((bool)held["rotation"]!);
                    Assert.Equal(Sids(asked["KeyPolicy"]!), Sids(held["policy"]!));
                    break;
                case "AWS::IAM::Role":
                    Assert.Equal(Principals(asked["AssumeRolePolicyDocument"]!), Principals(held["role"]!["AssumeRolePolicyDocument"]!));
                    var own = (asked["Policies"]?.AsArray() ?? []).SelectMany(static p => Sids(p!["PolicyDocument"]!))
                        .Concat(template.OfType("AWS::IAM::RolePolicy")
                        .Where(p => (string?)p.Resource["Properties"]!["RoleName"]!["Ref"] == id)
                        .SelectMany(static p => Sids(p.Resource["Properties"]!["PolicyDocument"]!)))
                        .Concat(template["Resources"]!.AsObject().Where(
                            p => (string?)p.Value!["Type"] == "AWS::IAM::Policy" && made.ContainsKey(p.Key)
                            && p.Value["Properties"]!["Roles"]!.AsArray().Any(r => (string?)r!["Ref"] == id))
                        .SelectMany(static p => Sids(p.Value!["Properties"]!["PolicyDocument"]!)));
                    Assert.Equal(
                        own.Order(StringComparer.Ordinal), held["policies"]!.AsArray().SelectMany(static p => Sids(p!))
                        .Order(StringComparer.Ordinal));
                    break;
                default:
                    break; // rules and buckets have their own tests above; moto says nothing more about the rest
            }
        }
    }

    private static string? Plain(JsonNode? value) => value?.ToString().ToUpperInvariant().Replace(".0", "", StringComparison.Ordinal);

    /// <summary>The name and actions of each statement.</summary>
    private static List<string> Sids(JsonNode policy) =>
        [.. policy["Statement"]!.AsArray().Select(static s => $"{s!["Sid"]}: {(s["Action"] ?? s["NotAction"])!.ToJsonString()}")];

    /// <summary>Of the statements that stand there without a parameter.</summary>
    private static List<string> Principals(JsonNode trust) => [
        .. trust["Statement"]!.AsArray().Where(static s => s is not null && s["Fn::If"] is null)
            .Select(static s => s!["Principal"]!["Service"]?.ToString() ?? "AWS")];

    /// <summary>The created resources by logical id. What moto's CloudFormation cannot create must be on the approved list.</summary>
    private static JsonObject Make(string path, JsonObject parameters, string region = "us-east-1")
    {
        var result = JsonNode.Parse(
            Python.Run("moto_stack.py", ["boto3", "cfnlint", "moto"], null, path, parameters.ToJsonString(), region))!;
        var name = path.EndsWith(".json", StringComparison.Ordinal) ? "template.yaml" : Path.GetFileName(path);
        var approved = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "moto-cannot.approved.txt"))
            .Where(l => l.StartsWith(name + " ", StringComparison.Ordinal));
        var dropped = result["dropped"]!.AsArray().Select(type => $"{name} {type}").ToList();
        foreach (var line in dropped) TestContext.Current.TestOutputHelper?.WriteLine("not known to moto's CloudFormation: " + line);
        Assert.Equal(approved, dropped);
        return result["resources"]!.AsObject();
    }
}
