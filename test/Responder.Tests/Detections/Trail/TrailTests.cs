using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Trail;

public class TrailTests
{
    private const string Excluded = "trail.events-excluded";

    private const string Weakened = "trail.weakened";

    [Theory]
    [InlineData("StopLogging", "trail.logging-stopped")]
    [InlineData("DeleteTrail", "trail.deleted")]
    public void Trail_that_no_longer_logs_is_critical_even_without_parameters(string call, string id)
    {
        Assert.Equal(Severity.Critical, Detected.Single(EventBuilder.Of("cloudtrail.amazonaws.com", call), id).Severity);
        Assert.Null(Detected.Single(EventBuilder.Of("cloudtrail.amazonaws.com", call), id).UndoCommand);
    }

    [Fact]
    public void Logging_is_started_again_in_the_trails_home_region()
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", "StopLogging", """{"requestParameters":{"name":"arn:aws:cloudtrail:us-west-2:123456789012:trail/main"}}""");
        var finding = Detected.Single(e, "trail.logging-stopped");
        Assert.Equal("Logging of trail main stopped", finding.Title);
        Assert.Equal(
            "aws cloudtrail start-logging --name arn:aws:cloudtrail:us-west-2:123456789012:trail/main --region us-west-2",
            finding.UndoCommand?.Text);
    }

    [Theory]
    [InlineData("""{"name":"main","isMultiRegionTrail":"false"}""", "HIGH")]
    [InlineData("""{"name":"main","includeGlobalServiceEvents":false}""", "HIGH")]
    [InlineData("""{"name":"main","cloudWatchLogsLogGroupArn":""}""", "HIGH")]
    [InlineData("""{"name":"main","isOrganizationTrail":false}""", "HIGH")]
    [InlineData("""{"name":"main","kmsKeyId":"arn:aws:kms:eu-central-1:210987654321:key/1"}""", "HIGH")]
    [InlineData("""{"name":"main","s3KeyPrefix":"elsewhere"}""", "MEDIUM")]
    [InlineData("""{"omitted":true}""", "HIGH")]
    [InlineData("{}", "MEDIUM")]
    [InlineData("null", "MEDIUM")]
    [InlineData("\"null\"", "MEDIUM")]
    [InlineData("""{"name":"main","isMultiRegionTrail":true}""", "none")]
    [InlineData("""{"name":"main","snsTopicName":"new"}""", "none")]
    public void UpdateTrail_is_judged_by_what_it_takes_away(string request, string severity)
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", "UpdateTrail", $$"""{"requestParameters":{{request}} }""");
        Assert.Equal(severity, Detected.SeverityOf(e).Name());
        if (severity != "none") Assert.Equal(Weakened, Assert.Single(DetectionCatalog.Default.Detect(e)).Detection.Id);
    }

    [Fact]
    public void Undo_of_a_weakened_trail_names_every_switch()
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", "UpdateTrail",
            """{"requestParameters":{"name":"main","isMultiRegionTrail":false,"enableLogFileValidation":false}}""");
        Assert.Equal(
            "aws cloudtrail update-trail --name main --is-multi-region-trail --enable-log-file-validation --region eu-central-1",
            Detected.Single(e, Weakened).UndoCommand?.Text);
    }

    [Theory]
    [InlineData("""[{"includeManagementEvents":false}]""", "CRITICAL")]
    [InlineData("""[{"includeManagementEvents":"false","readWriteType":"All"}]""", "CRITICAL")]
    [InlineData("""[{"includeManagementEvents":true,"readWriteType":"ReadOnly"}]""", "CRITICAL")]
    [InlineData("""[{"includeManagementEvents":true,"readWriteType":"WriteOnly"}]""", "HIGH")]
    [InlineData("""[{"includeManagementEvents":true,"excludeManagementEventSources":["kms.amazonaws.com"]}]""", "HIGH")]
    [InlineData("""[{"includeManagementEvents":true,"readWriteType":"ReadOnly"},{"includeManagementEvents":true,"readWriteType":"WriteOnly"}]""", "none")]
    [InlineData("""[{"includeManagementEvents":false},{"includeManagementEvents":true}]""", "none")]
    [InlineData("""[{"readWriteType":"All"}]""", "none")]
    [InlineData("""{"includeManagementEvents":true,"readWriteType":"All"}""", "none")]
    [InlineData("[]", "CRITICAL")]
    public void Classic_selectors_are_judged_by_what_they_leave_together(string selectors, string severity) =>
        Assert.Equal(severity, Detected.SeverityOf(Selectors("eventSelectors", selectors)).Name());

    [Theory]
    [InlineData("""{"field":"eventCategory","equals":["Data"]}""", "CRITICAL")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]}""", "none")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","equals":["true"]}""", "CRITICAL")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","equals":["false"]}""", "HIGH")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","notEquals":["false"]}""", "CRITICAL")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","equals":["true","false"]}""", "none")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]},{"field":"eventSource","notEquals":["iam.amazonaws.com"]}""", "HIGH")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]},{"field":"eventSource","equals":["s3.amazonaws.com"]}""", "CRITICAL")]
    [InlineData("""{"field":"eventCategory","equals":["Management"]},{"field":"eventName","notStartsWith":["Attach"]}""", "HIGH")]
    [InlineData("""{"field":"eventCategory","equals":["NetworkActivity"]}""", "CRITICAL")]
    public void Advanced_selectors_are_judged_by_what_they_leave(string fields, string severity)
    {
        var one = "[{\"name\":\"x\",\"fieldSelectors\":[" + fields + "]}]";
        Assert.Equal(severity, Detected.SeverityOf(Selectors("advancedEventSelectors", one)).Name());
        var wrapped = "{\"items\":[{\"fieldSelectors\":{\"items\":[" + fields + "]}}]}";
        Assert.Equal(severity, Detected.SeverityOf(Selectors("advancedEventSelectors", wrapped)).Name());
    }

    [Fact]
    public void Advanced_selectors_add_up()
    {
        var both = """
            [{"fieldSelectors":[{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","equals":["true"]}]},
             {"fieldSelectors":[{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","equals":["false"]}]}]
            """;
        Assert.Equal(Severity.None, Detected.SeverityOf(Selectors("advancedEventSelectors", both)));
    }

    [Fact]
    public void Selectors_are_read_from_the_answer_when_the_request_is_missing()
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", "PutEventSelectors", """{"responseElements":{"trailARN":"arn:aws:cloudtrail:eu-central-1:123456789012:trail/main","eventSelectors":[{"includeManagementEvents":false}]}}""");
        var finding = Detected.Single(e, Excluded);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal("Trail main no longer records management events", finding.Title);
    }

    [Fact]
    public void Selectors_hidden_by_padding_are_critical_and_missing_ones_medium()
    {
        Assert.Equal(Severity.Critical, Detected.Single(EventBuilder.Of("cloudtrail.amazonaws.com", "PutEventSelectors", """{"requestParameters":{"omitted":true}}"""), Excluded).Severity);
        Assert.Equal(Severity.Medium, Detected.Single(EventBuilder.Of("cloudtrail.amazonaws.com", "PutEventSelectors"), Excluded).Severity);
    }

    [Fact]
    public void Tampering_with_the_trail_pages_even_when_the_actor_is_trusted()
    {
        var trail = DetectionCatalog.Default.Detections.Where(
            static detection => detection.Info.Id.StartsWith("trail.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(trail);
        Assert.All(trail, static detection => Assert.True(detection.Info.PagesTrustedActors));
    }

    private static CloudTrailEvent Selectors(string kind, string selectors)
    {
        var request = $$"""{"trailName":"main","{{kind}}":{{selectors}} }""";
        return EventBuilder.Of("cloudtrail.amazonaws.com", "PutEventSelectors", $$"""{"requestParameters":{{request}} }""");
    }
}
