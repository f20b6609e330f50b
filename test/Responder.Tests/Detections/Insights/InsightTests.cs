using Responder.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Insights;

public class InsightTests
{
    private const string Id = "insight.started";

    [Fact]
    public void Title_names_type_service_call_and_both_averages()
    {
        var e = EventBuilder.Parse("""
            {"eventCategory":"Insight","insightDetails":{"state":"Start","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","insightType":"ApiCallRateInsight",
             "insightContext":{"statistics":{"baseline":{"average":1.4},"insight":{"average":247.3}},
               "attributions":[{"attribute":"userIdentityArn","insight":[{"value":"arn:aws:iam::123456789012:user/batch","average":240}]},{"attribute":"errorCode","insight":[{"value":"null","average":240}]}]}}}
            """);
        var finding = Detected.Single(e, Id);
        Assert.Equal("ApiCallRateInsight: ec2 DescribeInstances at 247.3 a minute, baseline 1.4", finding.Title);
        Assert.Equal(["userIdentityArn arn:aws:iam::123456789012:user/batch (240 a minute)"], finding.Reasons);
        Assert.Equal(Severity.Medium, finding.Severity);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"insightContext":null}""")]
    [InlineData("""{"insightContext":{"statistics":{"insight":"x","baseline":[]},"attributions":[null,{"attribute":7},{"attribute":"a","insight":{}}]}}""")]
    public void Insight_with_missing_parts_is_still_one(string details)
    {
        var finding = Detected.Single(EventBuilder.Parse($$"""{"insightDetails":{{details}} }"""), Id);
        Assert.Contains("an unnamed call at an unknown rate a minute", finding.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("End")]
    [InlineData("end")]
    public void End_of_an_Insight_is_not_reported_again(string state) =>
        Assert.Empty(DetectionCatalog.Default.Detect(EventBuilder.Parse($$"""{"insightDetails":{"state":"{{state}}","eventSource":"ec2.amazonaws.com","eventName":"RunInstances"} }""")));

    [Fact]
    public void Insight_about_a_watched_call_is_not_that_call()
    {
        var e = EventBuilder.Parse("""{"insightDetails":{"state":"Start","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging"}}""");
        Assert.Equal(Id, Assert.Single(DetectionCatalog.Default.Detect(e)).Detection.Id);
    }
}
