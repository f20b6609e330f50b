using Responder.Events;
using Responder.Tests.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Evasions;

/// <summary>Ways to sign in that other rule sets are known to miss, and harmless sign-ins that they report.</summary>
public class SignInEvasionTests
{
    [Trap("E1")]
    [Fact]
    public void User_named_like_an_Identity_Center_role_is_still_a_user()
    {
        var e = Login(Identities.User("AWSReservedSSO_alice"));
        Assert.Equal(Severity.High, Detected.Single(e, "signin.user-without-mfa").Severity);
    }

    [Theory]
    [InlineData("AWS Console Sign In via CloudTrail")]
    [InlineData("AWS Console Signin via CloudTrail")]
    public void Both_spellings_of_the_detail_type_are_one_event(string detailType)
    {
        var record = Login(Identities.Root()).Record.ToString();
        var e = EventBuilder.Parse($$"""{"detail-type":"{{detailType}}","source":"aws.signin","detail":{{record}} }""");
        Assert.Equal(Severity.Critical, Detected.SeverityOf(e));
    }

    [Theory]
    [InlineData("us-east-1")]
    [InlineData("us-east-2")]
    [InlineData("eu-north-1")]
    [InlineData("ap-southeast-2")]
    public void Login_lands_in_any_region(string region)
    {
        var e = Login(Identities.User("alice"), $",\"awsRegion\":\"{region}\"");
        Assert.Equal(Severity.High, Detected.SeverityOf(e));
    }

    [Trap("E12")]
    [Theory]
    [InlineData("No")]
    [InlineData("NO")]
    [InlineData("no")]
    public void Mfa_flag_is_not_compared_by_case(string mfaUsed) =>
        Assert.Equal(Severity.High, Detected.SeverityOf(Login(Identities.User("alice"), "", mfaUsed)));

    [Fact]
    public void Failure_without_error_code_is_not_a_login()
    {
        var e = EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin", $$"""
            {"userIdentity":{{Identities.Root()}},"errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"MFAUsed":"No"} }
            """);
        Detected.Nothing(e, "signin.root-without-mfa");
        Detected.Nothing(e, "signin.root-used");
        Assert.Equal(Severity.Medium, Detected.Single(e, "signin.refused").Severity);
    }

    [Fact]
    public void Login_with_a_hidden_user_name_is_still_reported()
    {
        var e = EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin",
            """{"userIdentity":{"type":"IAMUser","accountId":"123456789012","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"},"errorMessage":"No username found in supplied account","responseElements":{"ConsoleLogin":"Failure"}}""");
        Assert.Equal("ConsoleLogin refused to user HIDDEN_DUE_TO_SECURITY_REASONS", Detected.Single(e, "signin.refused").Title);
    }

    [Theory]
    [InlineData("autoscaling.amazonaws.com", Severity.None)]
    [InlineData("cloudformation.amazonaws.com", Severity.High)]
    [InlineData("signin.amazonaws.com", Severity.High)]
    public void Root_behind_another_service_is_a_person_only_where_there_is_one(string invokedBy, Severity severity)
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", "RunInstances", $$"""{"userIdentity":{{Identities.Root(invokedBy)}} }""");
        Assert.Equal(severity, Detected.SeverityOf(e));
    }

    [Fact]
    public void Role_session_named_root_is_not_root()
    {
        var e = EventBuilder.Of("sqs.amazonaws.com", "CreateQueue", $$"""{"userIdentity":{{Identities.Role("Dev", "root")}} }""");
        Assert.Equal(Severity.None, Detected.SeverityOf(e));
    }

    [Fact]
    public void Console_login_under_another_source_is_no_login() =>
        Assert.Equal(Severity.None, Detected.SeverityOf(EventBuilder.Of("cloudtrail.amazonaws.com", "ConsoleLogin", $$"""{"userIdentity":{{Identities.User("alice")}} }""")));

    private static CloudTrailEvent Login(string identity, string more = "", string mfaUsed = "No") =>
        EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin",
        $$"""{"userIdentity":{{identity}},"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"{{mfaUsed}}"}{{more}} }""");
}
