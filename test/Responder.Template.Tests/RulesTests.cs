using System.Text.Json.Nodes;
using Responder.Detections;

namespace Responder.Template.Tests;

public sealed class RulesTests
{
    /// <summary><c>RESPONDER_APPROVE=1</c> writes the rules into template.yaml; look at the difference, then commit.</summary>
    [Fact]
    public void Rules_of_the_template_are_those_that_the_watches_ask_for()
    {
        var template = File.ReadAllText(SamTemplate.FilePath);
        var expected = RulesText.Apply(template);
        if (Environment.GetEnvironmentVariable("RESPONDER_APPROVE") == "1" && expected != template) File.WriteAllText(SamTemplate.FilePath, expected);
        else Assert.True(expected == template,
            "The rules in template.yaml are stale. Write them with: RESPONDER_APPROVE=1 dotnet test test/Responder.Template.Tests --filter RulesTests");
    }

    [Fact]
    public void Every_rule_of_the_template_is_one_of_the_generator()
    {
        var events = SamTemplate.OfType("AWS::Serverless::Function").SelectMany(static id =>
            ((JsonObject)SamTemplate.Properties(id)["Events"]!).Select(e => (Id: id + e.Key, e.Value!["Properties"]!["Pattern"]!.AsObject()))).ToList();

        Assert.Equal(RulesText.Rules.Select(RulesText.LogicalId).Order(), events.Select(static e => e.Id).Order());
        foreach (var (id, pattern) in events)
            Assert.True(JsonNode.DeepEquals(RulesText.Rules.Single(rule => RulesText.LogicalId(rule) == id).Pattern, pattern), $"{id} differs from what the watches ask for");
    }

    [Fact]
    public void No_pattern_is_longer_than_EventBridge_takes() =>
        Assert.All(RulesText.Rules, static rule => Assert.True(rule.Json.Length <= EventPatterns.MaxLength, $"{rule.Function} {rule.Name}: {rule.Json.Length}"));

    [Fact]
    public void Names_that_do_not_fit_one_pattern_are_spread_over_several()
    {
        var names = Enumerable.Range(0, 200).Select(static i => $"WatchedCallNumber{i:000}").ToArray();
        var rules = Of(Watch.Calls("iam.amazonaws.com", names));

        Assert.Equal(["Calls", "Calls2", "Calls3"], rules.Select(static r => r.Name));
        Assert.All(rules, static rule => Assert.InRange(rule.Json.Length, 1, EventPatterns.MaxLength));
        Assert.Equal(names, rules.SelectMany(static r => r.Pattern["detail"]!["eventName"]!.AsArray()).Select(static n => n!.GetValue<string>()).Order(StringComparer.Ordinal));
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

    [Fact]
    public void Rule_names_are_unique_and_fit_a_logical_id()
    {
        Assert.Equal(RulesText.Rules.Count, RulesText.Rules.Select(RulesText.LogicalId).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(RulesText.Rules, static rule => Assert.Matches("^[A-Za-z][A-Za-z0-9]*$", rule.Name));
    }

    /// <summary>A rule with one sign-in name among API calls, or the other way round, is silent for half of them.</summary>
    [Fact]
    public void Sign_in_detail_types_come_in_both_spellings_and_never_with_those_of_calls()
    {
        var signIns = RulesText.Rules.Where(static r => r.Json.Contains("AWS Console Sign", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(signIns);
        Assert.All(signIns, static r => Assert.Equal(
            ["AWS Console Signin via CloudTrail", "AWS Console Sign In via CloudTrail"], r.Pattern["detail-type"]!.AsArray().Select(static t => t!.GetValue<string>())));
    }

    [Fact]
    public void Every_rule_takes_events_of_AWS_alone() =>
        Assert.All(RulesText.Rules, static r => Assert.Equal("""[{"prefix":"aws."}]""", r.Pattern["source"]!.ToJsonString()));

    private static IReadOnlyList<RoutingRule> Of(params Watch[] watches) => EventPatterns.Of(new DetectionCatalog([new Watching(watches)]));

    private sealed class Watching(IReadOnlyList<Watch> watches) : IDetection
    {
        public DetectionInfo Info { get; } = new()
        {
            Id = "test.watching", Title = "Watching", Description = "Watches.", Severity = Severity.Low, Watches = watches, Techniques = [], Controls = [],
            Runbook = new Runbook([], [], []),
        };

        public IEnumerable<Finding> Detect(Events.CloudTrailEvent e) => [];
    }
}
