using Responder.Events;

namespace Responder.Tests.Events;

public class CloudTrailEventTests
{
    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("AccessDeniedException")]
    [InlineData("Client.UnauthorizedOperation")]
    [InlineData("UnauthorizedOperation")]
    [InlineData("com.amazon.coral.service#AccessDeniedException")]
    [InlineData("KMS.AccessDeniedException")]
    public void Call_without_permission_was_refused(string errorCode) => Assert.Equal(CallOutcome.Refused, WithError(errorCode).Outcome);

    [Theory]
    [InlineData("Client.DryRunOperation")]
    [InlineData("TrailNotFoundException")]
    [InlineData("NoSuchEntityException")]
    [InlineData("ThrottlingException")]
    [InlineData("ValidationException")]
    [InlineData("AccessDeniedButNotReally")]
    public void Call_that_failed_for_another_reason_was_not_refused(string errorCode) =>
        Assert.Equal(CallOutcome.Failed, WithError(errorCode).Outcome);

    [Fact]
    public void Refusal_is_also_told_by_the_message_alone()
    {
        var e = EventBuilder.Of("iam.amazonaws.com", "CreateUser", """{"errorMessage":"User: x is not authorized to perform: iam:CreateUser"}""");
        Assert.Equal(CallOutcome.Refused, e.Outcome);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void Empty_error_is_no_error(string errorCode) =>
        Assert.Equal(CallOutcome.Succeeded, EventBuilder.Of("iam.amazonaws.com", "CreateUser", $$"""{"errorCode":{{errorCode}},"errorMessage":{{errorCode}}}""").Outcome);

    [Fact]
    public void Failed_sign_in_has_no_error_code_and_was_refused()
    {
        var e = EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin", """{"errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"}}""");
        Assert.Null(e.ErrorCode);
        Assert.Equal(CallOutcome.Refused, e.Outcome);
    }

    [Theory]
    [InlineData("""{"responseElements":{"PasswordUpdated":"Failure"}}""", "PasswordUpdated", CallOutcome.Refused)]
    [InlineData("""{"serviceEventDetails":{"SwitchRole":"Failure"}}""", "SwitchRole", CallOutcome.Refused)]
    [InlineData("""{"responseElements":{"ConsoleLogin":"Success"}}""", "ConsoleLogin", CallOutcome.Succeeded)]
    [InlineData("""{"responseElements":"{\"ConsoleLogin\":\"Failure\"}"}""", "ConsoleLogin", CallOutcome.Refused)]
    public void Outcome_of_a_sign_in_stands_under_the_events_own_name(string changes, string name, CallOutcome outcome) =>
        Assert.Equal(outcome, EventBuilder.Of("signin.amazonaws.com", name, changes).Outcome);

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"true\"", true)]
    [InlineData("\"True\"", true)]
    [InlineData("false", false)]
    [InlineData("\"false\"", false)]
    [InlineData("1", false)]
    public void Omitted_request_is_seen_as_boolean_and_as_string(string omitted, bool expected)
    {
        var request = $$"""{"reason":"requestParameters too large","omitted":{{omitted}},"originalSize":111222}""";
        var e = EventBuilder.Of("iam.amazonaws.com", "PutUserPolicy", $$"""{"requestParameters":{{request}}}""");
        Assert.Equal(expected, e.RequestOmitted);
    }

    [Fact]
    public void Request_written_as_a_string_is_an_object()
    {
        var e = EventBuilder.Of("iam.amazonaws.com", "CreateUser", """{"requestParameters":"{\"userName\":\"alice\"}"}""");
        Assert.Equal("alice", e.Request["userName"].Text);
    }

    [Theory]
    [InlineData("\"null\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void Request_that_is_nothing_has_no_members(string request) =>
        Assert.Null(EventBuilder.Of("iam.amazonaws.com", "CreateUser", $$"""{"requestParameters":{{request}}}""").Request["userName"].Text);

    [Theory]
    [InlineData("\"true\"", true)]
    [InlineData("false", false)]
    [InlineData("null", null)]
    public void ReadOnly_is_read_as_boolean_and_as_string(string value, bool? expected) =>
        Assert.Equal(expected, EventBuilder.Of("iam.amazonaws.com", "GetUser", $$"""{"readOnly":{{value}}}""").ReadOnly);

    [Theory]
    [InlineData("\"2026-06-08T14:32:15Z\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"2026-06-08 14:32:15.000000000\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"2026-06-08T16:32:15+02:00\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("1780929135", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"1780929135\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("1780929135.25", "2026-06-08T14:32:15.25+00:00")]
    [InlineData("1.780929135E9", "2026-06-08T14:32:15+00:00")]
    [InlineData("1780929135000", "2026-06-08T14:32:15+00:00")]
    [InlineData("1780929135000000", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"1780929135000000000\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"2026-06-08 14:32:15 UTC\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"2026-06-08 14:32:15.123 UTC\"", "2026-06-08T14:32:15.123+00:00")]
    [InlineData("\"2026-06-08T14:32:15\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"2026-06-08T14:32Z\"", "2026-06-08T14:32:00+00:00")]
    [InlineData("\"2026-06-08T14:32:15.123456789Z\"", "2026-06-08T14:32:15.1234567+00:00")]
    [InlineData("\"2026-06-08T16:32:15.5+0200\"", "2026-06-08T14:32:15.5+00:00")]
    [InlineData("\"20260608T143215Z\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"2026-06-08T14:31:60Z\"", "2026-06-08T14:32:00+00:00")]
    [InlineData("\"Jun 8, 2026 2:32:15 PM\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"Jun 8, 2026 @ 14:32:15.000\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"08/Jun/2026:14:32:15 +0000\"", "2026-06-08T14:32:15+00:00")]
    [InlineData("\"Mon, 08 Jun 2026 14:32:15 GMT\"", "2026-06-08T14:32:15+00:00")]
    public void Time_is_UTC_in_every_spelling(string value, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), EventBuilder.Of("a.amazonaws.com", "B", $$"""{"eventTime":{{value}}}""").EventTime);

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("{}")]
    [InlineData("-5")]
    [InlineData("1e300")]
    [InlineData("\"\"")]
    [InlineData("\"14:32\"")]
    [InlineData("\"14:32:15Z\"")]
    [InlineData("\"20260608\"")]
    [InlineData("\"03/04/2026 10:00:00\"")]
    [InlineData("\"2026-02-30T10:00:00Z\"")]
    [InlineData("\"2026-06-08T25:00:00Z\"")]
    [InlineData("99999999999999999999999999")]
    public void Time_that_is_none_is_absent(string value) => Assert.Null(EventBuilder.Of("a.amazonaws.com", "B", $$"""{"eventTime":{{value}}}""").EventTime);

    [Fact]
    public void Insight_takes_source_and_name_from_its_details()
    {
        var e = EventBuilder.Parse("""{"eventCategory":"Insight","insightDetails":{"state":"Start","eventSource":"ec2.amazonaws.com","eventName":"RunInstances"}}""");
        Assert.True(e.IsInsight);
        Assert.True(e.Is("ec2.amazonaws.com", "RunInstances"));
        Assert.Null(e.EventId);
        Assert.Equal(CallOutcome.Succeeded, e.Outcome);
    }

    [Fact]
    public void Incident_of_an_event_without_id_is_the_hash_of_its_record()
    {
        var json = """{"eventSource":"iam.amazonaws.com","eventName":"CreateUser"}""";
        var e = EventBuilder.Parse(json);
        Assert.Matches("^[0-9a-f]{64}$", e.IncidentId);
        Assert.Equal(e.IncidentId, EventBuilder.Parse(json).IncidentId);
        Assert.NotEqual(e.IncidentId, EventBuilder.Parse(json.Replace("CreateUser", "DeleteUser", StringComparison.Ordinal)).IncidentId);
    }

    [Theory]
    [InlineData("""{"eventCategory":"Data"}""", true)]
    [InlineData("""{"eventCategory":"NetworkActivity"}""", true)]
    [InlineData("""{"eventCategory":"Management"}""", false)]
    [InlineData("""{"eventCategory":null}""", false)]
    public void Copies_in_the_data_and_network_categories_are_told_apart(string changes, bool expected) =>
        Assert.Equal(expected, EventBuilder.Of("s3.amazonaws.com", "PutObject", changes).IsDataOrNetworkCopy);

    [Theory]
    [InlineData("us-gov-west-1", "aws-us-gov")]
    [InlineData("cn-north-1", "aws-cn")]
    [InlineData("eu-central-1", "aws")]
    public void Partition_follows_the_region_when_no_ARN_tells_it(string region, string partition) =>
        Assert.Equal(partition, EventBuilder.Of("ec2.amazonaws.com", "X", $$"""{"userIdentity":null,"awsRegion":"{{region}}"}""").Partition);

    [Fact]
    public void Account_of_the_recipient_may_differ_from_the_callers()
    {
        var e = EventBuilder.Of("s3.amazonaws.com", "PutBucketPolicy", $$"""{"recipientAccountId":"{{EventBuilder.Foreign}}"}""");
        Assert.Equal(EventBuilder.Foreign, e.AccountId);
        Assert.Equal(EventBuilder.Account, e.Actor.AccountId);
    }

    private static CloudTrailEvent WithError(string errorCode) =>
        EventBuilder.Of("iam.amazonaws.com", "CreateUser", $$"""{"errorCode":"{{errorCode}}","errorMessage":"no"}""");
}
