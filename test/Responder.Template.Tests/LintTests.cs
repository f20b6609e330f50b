using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

public sealed class LintTests
{
    /// <summary>The templates of the checkout: template.yaml and every stack under infra/.</summary>
    public static TheoryData<string> Templates() => [.. Translated.Templates];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Cfn_lint_finds_nothing_in_a_template(string path) => Assert.Equal("", Translated.FindingsOf(path));

    [Fact]
    public void The_SAM_translator_accepts_the_template_and_cfn_lint_finds_nothing_in_what_it_makes()
    {
        var resources = Translated.Read()["Resources"]!.AsObject();
        foreach (var rule in RulesText.Rules)
        {
            var id = RulesText.LogicalId(rule);
            Assert.True(
                JsonNode.DeepEquals(rule.Pattern, resources[id]?["Properties"]?["EventPattern"]),
                $"{id} is not in the translated template as it was written");
            var target = Assert.Single(resources[id]!["Properties"]!["Targets"]!.AsArray())!;
            Assert.Equal(SamTemplate.FunctionOf(rule.Function), (string?)target["Arn"]!["Fn::GetAtt"]![0]);
            Assert.Equal("RuleDeadLetters", (string?)target["DeadLetterConfig"]!["Arn"]!["Fn::GetAtt"]![0]);
            Assert.Equal(185, (int?)target["RetryPolicy"]!["MaximumRetryAttempts"]);
        }

        // The translator itself adds only permissions, by which each rule may call its own function; it adds no role.
        var permissions = resources.Where(static r => (string?)r.Value!["Type"] == "AWS::Lambda::Permission")
            .Select(static r => r.Value!["Properties"]!).ToList();
        Assert.Equal(RulesText.Rules.Count + 1, permissions.Count); // and the retention's schedule
        Assert.All(permissions, permission =>
        {
            Assert.Equal(
                ("events.amazonaws.com", "lambda:InvokeFunction"), ((string?)permission["Principal"], (string?)permission["Action"]));
            var rule = resources[(string)permission["SourceArn"]!["Fn::GetAtt"]![0]!]!["Properties"]!;
            Assert.Equal((string?)rule["Targets"]![0]!["Arn"]!["Fn::GetAtt"]![0], (string?)permission["FunctionName"]!["Ref"]);
        });
        Assert.Subset(
            SamTemplate.OfType("AWS::IAM::Role").ToHashSet(), resources.Where(static r => (string?)r.Value!["Type"] == "AWS::IAM::Role")
            .Select(static r => r.Key).ToHashSet());

        Assert.Equal("", Translated.Findings);
    }
}
