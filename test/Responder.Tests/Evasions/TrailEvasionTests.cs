using Responder.Tests.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Evasions;

/// <summary>Ways to blind a trail that other rule sets are known to miss.</summary>
public class TrailEvasionTests
{
    private const string DataOnly = """{"trailName":"main","advancedEventSelectors":[{"fieldSelectors":[{"field":"eventCategory","equals":["Data"]}]}]}""";

    [Trap("E9")]
    [Fact]
    public void Advanced_selectors_carry_no_includeManagementEvents() => Assert.Equal(Severity.Critical, Severities(DataOnly));

    [Trap("E9")]
    [Fact]
    public void Advanced_selectors_beside_an_empty_classic_list() => Assert.Equal(Severity.Critical, Severities(
        """{"trailName":"main","eventSelectors":[],"advancedEventSelectors":[{"fieldSelectors":[{"field":"eventCategory","equals":["Data"]}]}]}"""));

    [Fact]
    public void Empty_selector_list_is_no_coverage() => Assert.Equal(Severity.Critical, Severities("""{"trailName":"main","eventSelectors":[]}"""));

    [Fact]
    public void Selectors_that_record_reads_only_are_blind_to_every_change() =>
        Assert.Equal(Severity.Critical, Severities("""{"trailName":"main","eventSelectors":[{"readWriteType":"ReadOnly","includeManagementEvents":true}]}"""));

    [Fact]
    public void Actor_hidden_by_an_advanced_selector() => Assert.Equal(Severity.High, Severities(
        """{"advancedEventSelectors":[{"fieldSelectors":[{"field":"eventCategory","equals":["Management"]},{"field":"userIdentity.arn","notEquals":["arn:aws:iam::123456789012:user/mallory"]}]}]}"""));

    [Fact]
    public void Request_padded_until_CloudTrail_omits_it() =>
        Assert.Equal(Severity.Critical, Severities("""{"reason":"requestParameters too large","omitted":"true","originalSize":131072}"""));

    [Fact]
    public void Trail_named_by_ARN_instead_of_name()
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", "StopLogging", """{"requestParameters":{"name":"arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:trail/main"}}""");
        Assert.Equal("Logging of trail main stopped", Detected.Single(e, "trail.logging-stopped").Title);
    }

    [Theory]
    [InlineData("StopLogging")]
    [InlineData("DeleteTrail")]
    [InlineData("UpdateTrail")]
    [InlineData("PutEventSelectors")]
    public void Refused_attempt_is_never_more_than_medium_whoever_it_names(string call)
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", call, """{"errorCode":"AccessDeniedException","requestParameters":{"name":"main","eventSelectors":[{"includeManagementEvents":false}]}}""");
        Assert.Equal(Severity.Medium, Detected.SeverityOf(e));
    }

    [Theory]
    [InlineData("TrailNotFoundException")]
    [InlineData("InvalidTrailNameException")]
    [InlineData("ThrottlingException")]
    public void Attempt_that_failed_by_itself_finds_nothing(string errorCode)
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", "StopLogging", $$"""{"errorCode":"{{errorCode}}","requestParameters":{"name":"main"} }""");
        Assert.Equal(Severity.None, Detected.SeverityOf(e));
    }

    [Theory]
    [InlineData("events.amazonaws.com", "StopLogging")]
    [InlineData("cloudtrail.amazonaws.com", "stopLogging")]
    [InlineData("cloudtrail.amazonaws.com", "LeaveOrganization")]
    [InlineData("cloudtrail.amazonaws.com", "AuthorizeSecurityGroupIngress")]
    public void Sensitive_name_under_a_source_that_does_not_own_it_finds_nothing(string source, string name) =>
        Assert.Equal(Severity.None, Detected.SeverityOf(EventBuilder.Of(source, name)));

    [Fact]
    public void User_agent_and_session_name_excuse_nothing()
    {
        var e = EventBuilder.Of("cloudtrail.amazonaws.com", "StopLogging",
            $$"""{"userIdentity":{{Identities.Role("Dev", "AWSReservedSSO_terraform")}},"userAgent":"HashiCorp Terraform/1.9","requestParameters":{"name":"main"} }""");
        Assert.Equal(Severity.Critical, Detected.SeverityOf(e));
    }

    private static Severity Severities(string request) => Detected.Single(
        EventBuilder.Of("cloudtrail.amazonaws.com", "PutEventSelectors", $$"""{"requestParameters":{{request}} }"""), "trail.events-excluded").Severity;
}
