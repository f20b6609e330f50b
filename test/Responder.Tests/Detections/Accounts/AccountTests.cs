using Responder.Vocabulary;

namespace Responder.Tests.Detections.Accounts;

public class AccountTests
{
    [Theory]
    [InlineData("guardduty", "UpdateDetector", """{"detectorId":"d","enable":false}""", "HIGH")]
    [InlineData("guardduty", "UpdateDetector", "null", "HIGH")]
    [InlineData("guardduty", "UpdateDetector", """{"detectorId":"d","enable":true}""", "none")]
    [InlineData("guardduty", "UpdateDetector", """{"detectorId":"d","findingPublishingFrequency":"SIX_HOURS"}""", "none")]
    [InlineData("guardduty", "CreateIPSet", """{"detectorId":"d","activate":false}""", "none")]
    [InlineData("guardduty", "DisassociateMembers", """{"detectorId":"d","accountIds":["210987654321"]}""", "HIGH")]
    [InlineData("macie2", "UpdateMacieSession", """{"status":"ENABLED"}""", "none")]
    [InlineData("config", "DeleteConfigurationRecorder", """{"configurationRecorderName":"default"}""", "HIGH")]
    [InlineData("securityhub", "EnableSecurityHub", "null", "none")]
    public void Detection_service_is_off_when_the_content_says_so(string service, string name, string request, string severity)
    {
        var e = EventBuilder.Of(service + ".amazonaws.com", name, $$"""{"requestParameters":{{request}} }""");
        Assert.Equal(severity, Detected.SeverityOf(e).Name());
    }

    [Fact]
    public void Account_that_left_is_the_callers()
    {
        var finding = Detected.Single(EventBuilder.Of("organizations.amazonaws.com", "LeaveOrganization"), "account.organization-left");
        Assert.Equal(Severity.High, finding.Severity);
        Assert.Equal("Account 123456789012 left its organization", finding.Title);
    }

    [Theory]
    [InlineData("\"210987654321\"", "210987654321")]
    [InlineData("\"arn:aws:iam::210987654321:root\"", "210987654321")]
    [InlineData("null", "(not named)")]
    public void Root_that_was_assumed_is_named_by_account(string target, string account)
    {
        var e = EventBuilder.Of("sts.amazonaws.com", "AssumeRoot", $$"""{"requestParameters":{"targetPrincipal":{{target}} } }""");
        var finding = Detected.Single(e, "account.root-assumed");
        Assert.Equal($"Root of account {account} assumed", finding.Title);
        Assert.Equal(PrincipalKind.Root, finding.Target!.Kind);
    }
}
