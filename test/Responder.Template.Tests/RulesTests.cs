using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;
using Responder.Operations.Routing;
using Responder.Vocabulary;

namespace Responder.Template.Tests;

public sealed class RulesTests
{
    /// <summary><c>RESPONDER_APPROVE=1</c> writes the rules into template.yaml; review the difference, then commit.</summary>
    [Fact]
    public void Rules_of_the_template_are_those_that_the_watches_ask_for()
    {
        var template = File.ReadAllText(SamTemplate.FilePath);
        var expected = RulesText.Apply(template);
        Approval.Check(SamTemplate.FilePath, expected, "The rules in template.yaml are");
    }

    /// <summary>Does the same for infra/forwarder.yaml.</summary>
    [Fact]
    public void Rules_of_the_forwarder_are_those_that_the_watches_ask_for()
    {
        var path = Stacks.PathOf("forwarder.yaml");
        var template = File.ReadAllText(path);
        var expected = RulesText.ApplyForwarding(template);
        Approval.Check(path, expected, "The rules in infra/forwarder.yaml are");
    }

    [Fact]
    public void Every_rule_of_the_template_is_one_of_the_generator()
    {
        var events = SamTemplate.OfType("AWS::Serverless::Function").SelectMany(static id =>
            ((JsonObject)SamTemplate.Properties(id)["Events"]!).Where(static e => (string?)e.Value!["Type"] != "Schedule")
                .Select(e => (Id: id + e.Key, e.Value!["Properties"]!["Pattern"]!.AsObject()))).ToList();

        Assert.Equal(RulesText.Rules.Select(RulesText.LogicalId).Order(), events.Select(static e => e.Id).Order());
        foreach (var (id, pattern) in events)
            Assert.True(
                JsonNode.DeepEquals(RulesText.Rules.Single(rule => RulesText.LogicalId(rule) == id).Pattern, pattern),
                $"{id} differs from what the watches ask for");
    }

    [Fact]
    public void No_pattern_is_longer_than_EventBridge_takes()
    {
        Assert.All(
            RulesText.Rules, static rule =>
                Assert.True(rule.Json.Length <= EventPatterns.FullLength, $"{rule.Function} {rule.Name}: {rule.Json.Length}"));
        Assert.All(
            RulesText.Forwarding, static rule =>
                Assert.True(rule.Json.Length <= EventPatterns.FullLength, $"{rule.Name}: {rule.Json.Length}"));
    }

    [Fact]
    public void Names_that_do_not_fit_one_pattern_are_spread_over_several()
    {
        var names = Enumerable.Range(0, 200).Select(static i => $"WatchedCallNumber{i:000}").ToArray();
        var rules = Of(Watch.Calls("iam.amazonaws.com", names));

        Assert.Equal(["Calls", "Calls2", "Calls3"], rules.Select(static r => r.Name));
        Assert.All(rules, static rule => Assert.InRange(rule.Json.Length, 1, EventPatterns.FullLength));
        Assert.Equal(
            names, rules.SelectMany(static r => r.Pattern["detail"]!["eventName"]!.AsArray()).Select(static n => n!.GetValue<string>())
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sources_with_few_names_share_a_rule_and_those_with_many_have_their_own()
    {
        string[] many = [.. Enumerable.Range(0, 21).Select(static i => $"Call{i}")];
        var rules = Of(
            Watch.Calls("ecs.amazonaws.com", "RunTask", "CreateService"), Watch.Calls("apprunner.amazonaws.com", "CreateService"),
            Watch.Calls("sns.amazonaws.com", many));

        Assert.Equal(["CallsSns", "CallsShared"], rules.Select(static r => r.Name));
        Assert.Equal("""["apprunner.amazonaws.com","ecs.amazonaws.com"]""", rules[1].Pattern["detail"]!["eventSource"]!.ToJsonString());
        Assert.Equal("""["CreateService","RunTask"]""", rules[1].Pattern["detail"]!["eventName"]!.ToJsonString());
    }

    [Fact]
    public void Shared_rules_are_spread_over_several_and_lose_nothing()
    {
        var watches = Enumerable.Range(0, 60).Select(static i => Watch.Calls($"service{i:00}.amazonaws.com", $"WatchedCallOfService{i:00}"))
            .ToArray();
        var rules = Of(watches);

        Assert.InRange(rules.Count, 2, 6);
        Assert.All(rules, static rule => Assert.InRange(rule.Json.Length, 1, EventPatterns.FullLength));
        foreach (var watch in watches)
        {
            var rule = Assert.Single(rules, r => r.Json.Contains($"\"{watch.EventSource}\"", StringComparison.Ordinal));
            Assert.Contains($"\"{watch.EventNames[0]}\"", rule.Json, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Each rule adds a statement to the resource policy of its function. Lambda accepts 20 KB, and a deployment that exceeds it fails.
    /// </summary>
    [Fact]
    public void The_permissions_of_the_rules_fit_the_resource_policy_of_their_function()
    {
        foreach (var rules in RulesText.Rules.GroupBy(static rule => rule.Function))
        {
            var function = $"a-long-name-of-a-stack-{SamTemplate.FunctionOf(rules.Key)}-AbCdEfGhIjKl";
            var size = rules.Sum(rule => new JsonObject
            {
                ["Sid"] = $"a-long-name-of-a-stack-{RulesText.LogicalId(rule)}Permission-AbCdEfGhIjKl",
                ["Effect"] = "Allow",
                ["Principal"] = new JsonObject { ["Service"] = "events.amazonaws.com" },
                ["Action"] = "lambda:InvokeFunction",
                ["Resource"] = $"arn:aws-us-gov:lambda:us-gov-east-1:123456789012:function:{function}",
                ["Condition"] = new JsonObject
                {
                    ["ArnLike"] = new JsonObject
                    {
                        ["AWS:SourceArn"] = "arn:aws-us-gov:events:us-gov-east-1:123456789012:rule/a-long-name-of-a-stack-"
                            + $"{RulesText.LogicalId(rule)}-AbCdEfGhIjKl",
                    },
                },
            }.ToJsonString().Length + 1);
            Assert.True(size < 20_000, $"{rules.Key}: {rules.Count()} rules, {size} bytes");
        }
    }

    [Fact]
    public void A_dated_name_becomes_a_prefix()
    {
        var rule = Assert.Single(Of(Watch.Calls("lambda.amazonaws.com", "CreateFunction*", "Invoke")));

        Assert.Equal("account", rule.Function);
        Assert.Equal("CallsLambda", rule.Name);
        Assert.Equal("""[{"prefix":"CreateFunction"},"Invoke"]""", rule.Pattern["detail"]!["eventName"]!.ToJsonString());
    }

    [Fact]
    public void A_watch_that_no_pattern_can_tell_apart_is_an_error_that_names_it()
    {
        var error = Assert.Throws<NotSupportedException>(static () => Of(new Watch("iam.amazonaws.com", ["DeleteUser"], WatchKind.Root)));
        Assert.Contains("iam.amazonaws.com", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(static () => Of(new Watch(null, ["DeleteUser"])));
        Assert.Throws<NotSupportedException>(static () => Of(new Watch("sso.amazonaws.com", [], WatchKind.SignIn)));
    }

    /// <summary>`responder doctor` finds the rules in the stack by these ids.</summary>
    [Fact]
    public void Rules_know_their_logical_ids() => Assert.All(RulesText.Rules, static rule =>
    {
        Assert.Equal(SamTemplate.FunctionOf(rule.Function), rule.FunctionId);
        Assert.Equal(RulesText.LogicalId(rule), rule.LogicalId);
    });

    [Fact]
    public void Rule_names_are_unique_and_fit_a_logical_id()
    {
        Assert.Equal(RulesText.Rules.Count, RulesText.Rules.Select(RulesText.LogicalId).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(RulesText.Rules, static rule => Assert.Matches("^[A-Za-z][A-Za-z0-9]*$", rule.Name));
        Assert.Equal(
            RulesText.Forwarding.Count, RulesText.Forwarding.Select(RulesText.LogicalId).Distinct(StringComparer.OrdinalIgnoreCase)
            .Count());
        Assert.All(RulesText.Forwarding, static rule => Assert.Matches("^[A-Za-z][A-Za-z0-9]*$", rule.Name));
    }

    /// <summary>
    /// Sign-ins arrive under two spellings of the detail type. A rule with only one of them would miss events, and so would one that mixes
    /// them with the type of API calls.
    /// </summary>
    [Fact]
    public void Sign_in_detail_types_come_in_both_spellings_and_never_with_those_of_calls()
    {
        var signIns = RulesText.Rules.Where(static r => r.Json.Contains("AWS Console Sign", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(signIns);
        Assert.All(signIns, static r => Assert.Equal(
            ["AWS Console Signin via CloudTrail", "AWS Console Sign In via CloudTrail"], r.Pattern["detail-type"]!.AsArray()
                .Select(static t => t!.GetValue<string>())));
    }

    [Fact]
    public void Every_rule_takes_events_of_AWS_alone() =>
        Assert.All(RulesText.Rules, static r => Assert.Equal("""[{"prefix":"aws."}]""", r.Pattern["source"]!.ToJsonString()));

    private static IReadOnlyList<RoutingRule> Of(params Watch[] watches) => EventPatterns.Of(new DetectionCatalog([new Watching(watches)]));

    private sealed class Watching(IReadOnlyList<Watch> watches) : IDetection
    {
        public DetectionInfo Info { get; } = new()
        {
            Id = "test.watching",
            Title = "Watching",
            Description = "Watches.",
            Severity = Severity.Low,
            Watches = watches,
            Techniques = [],
            Controls = [],
            Runbook = new Runbook([], [], []),
        };

        public IEnumerable<Finding> Detect(CloudTrailEvent e) => [];
    }
}
