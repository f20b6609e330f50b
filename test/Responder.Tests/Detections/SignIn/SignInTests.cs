using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.SignIn;

public class SignInTests
{
    [Theory]
    [InlineData("\"No\"", "HIGH")]
    [InlineData("\"NO\"", "HIGH")]
    [InlineData("false", "HIGH")]
    [InlineData("\"Yes\"", "none")]
    [InlineData("\"YES\"", "none")]
    [InlineData("true", "none")]
    [InlineData("null", "MEDIUM")]
    [InlineData("\"perhaps\"", "MEDIUM")]
    [InlineData("{}", "MEDIUM")]
    public void Mfa_of_a_users_login_is_read_in_every_spelling_and_absence_is_not_safe(string mfaUsed, string severity) =>
        Assert.Equal(severity, Detected.SeverityOf(Login(Identities.User("alice"), mfaUsed)).Name());

    [Theory]
    [InlineData("\"No\"", "CRITICAL")]
    [InlineData("\"Yes\"", "HIGH")]
    [InlineData("null", "HIGH")]
    public void Every_login_of_root_pages(string mfaUsed, string severity) =>
        Assert.Equal(severity, Detected.SeverityOf(Login(Identities.Root(), mfaUsed)).Name());

    [Fact]
    public void Login_of_a_user_from_an_MFA_session_is_one_with_MFA()
    {
        var identity = """{"type":"IAMUser","userName":"alice","sessionContext":{"attributes":{"mfaAuthenticated":"true"} } }""";
        var e = EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin", $$"""{"userIdentity":{{identity}},"responseElements":{"ConsoleLogin":"Success"} }""");
        Assert.Equal(Severity.None, Detected.SeverityOf(e));
    }

    [Theory]
    [InlineData("FederatedUser")]
    [InlineData("SAMLUser")]
    [InlineData("WebIdentityUser")]
    [InlineData("IdentityCenterUser")]
    [InlineData("AssumedRole")]
    public void Federated_login_without_MFA_flag_is_quiet(string type) =>
        Assert.Equal(Severity.None, Detected.SeverityOf(Login($$"""{"type":"{{type}}","arn":"arn:aws:sts::123456789012:x/y/z"}""", "\"No\"")));

    [Theory]
    [InlineData("2026-06-08T00:00:01Z", true)]
    [InlineData("2026-06-08T05:59:59Z", true)]
    [InlineData("2026-06-08T07:30:00+02:00", true)]
    [InlineData("2026-06-08T06:00:00Z", false)]
    [InlineData("2026-06-08T23:59:59Z", false)]
    [InlineData("2026-06-08T00:00:00Z", false)] // a date whose time of day was lost
    [InlineData("nonsense", false)]
    public void Unusual_hour_is_after_midnight_and_before_six_UTC(string time, bool unusual)
    {
        var e = Login(Identities.User("alice"), "\"Yes\"", time);
        Assert.Equal(unusual ? Severity.Medium : Severity.None, Detected.SeverityOf(e));
        if (unusual) Assert.Equal("user alice", Detected.Single(e, "signin.unusual-hour").Target!.ToString());
    }

    [Fact]
    public void Refused_login_at_night_is_only_a_refused_login()
    {
        var e = EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin", $$"""
            {"userIdentity":{{Identities.User("alice")}},"eventTime":"2026-06-08T03:00:00Z","errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"} }
            """);
        Assert.Equal("signin.refused", Assert.Single(DetectionCatalog.Default.Detect(e)).Detection.Id);
        Assert.Equal(Severity.Low, Detected.SeverityOf(e));
    }

    [Theory]
    [InlineData("ConsoleLogin", "Failure", "MEDIUM")]
    [InlineData("PasswordUpdated", "Failure", "MEDIUM")]
    [InlineData("PasswordUpdated", "Success", "CRITICAL")]
    [InlineData("PasswordRecoveryCompleted", "Success", "CRITICAL")]
    [InlineData("PasswordRecoveryRequested", "Success", "MEDIUM")]
    [InlineData("EmailUpdated", "Success", "HIGH")]
    [InlineData("SwitchRole", "Success", "HIGH")]
    [InlineData("CheckMfa", "Success", "none")]
    public void What_root_does_at_the_door_is_judged_by_its_name_and_result(string name, string result, string severity)
    {
        var e = EventBuilder.Of("signin.amazonaws.com", name, $$"""{"userIdentity":{{Identities.Root()}},"responseElements":{"{{name}}":"{{result}}"} }""");
        Assert.Equal(severity, Detected.SeverityOf(e).Name());
    }

    [Theory]
    [InlineData("s3.amazonaws.com", "CreateBucket", "null", "HIGH")]
    [InlineData("s3.amazonaws.com", "ListBuckets", "null", "LOW")]
    [InlineData("s3.amazonaws.com", "ListBuckets", "\"false\"", "HIGH")]
    [InlineData("iam.amazonaws.com", "GenerateCredentialReport", "true", "LOW")]
    [InlineData("sts.amazonaws.com", "GetSessionToken", "true", "HIGH")]
    [InlineData("example.amazonaws.com", "Getaway", "null", "HIGH")]
    public void Root_that_reads_is_low_and_root_that_writes_is_high(string source, string name, string readOnly, string severity)
    {
        var e = EventBuilder.Of(source, name, $$"""{"userIdentity":{{Identities.Root()}},"readOnly":{{readOnly}} }""");
        Assert.Equal(severity, Detected.Single(e, "signin.root-used").Severity.Name());
    }

    [Fact]
    public void Root_that_was_refused_or_failed_is_not_root_in_use()
    {
        Detected.Nothing(EventBuilder.Of("s3.amazonaws.com", "CreateBucket", $$"""{"userIdentity":{{Identities.Root()}},"errorCode":"BucketAlreadyExists"}"""), "signin.root-used");
        Detected.Nothing(EventBuilder.Of("s3.amazonaws.com", "CreateBucket", $$"""{"userIdentity":{{Identities.Root()}},"errorCode":"AccessDenied"}"""), "signin.root-used");
    }

    private static CloudTrailEvent Login(string identity, string mfaUsed, string time = "2026-06-08T14:00:00Z") =>
        EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin",
        $$"""{"userIdentity":{{identity}},"eventTime":"{{time}}","responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":{{mfaUsed}} } }""");
}
