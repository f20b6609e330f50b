using System.Text.Json.Nodes;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Paging;
using Responder.Settings;

namespace Responder.Tests.Notifications;

/// <summary>The page says who acts as far as the record shows it, and no more.</summary>
public class WhoActsTests
{
    private static readonly DateTimeOffset s_calledAt = new(2026, 6, 8, 14, 32, 15, TimeSpan.Zero);

    [Fact]
    public void A_delegate_is_named_by_his_account()
    {
        var session = EventBuilder.Session("arn:aws:iam::123456789012:role/Deploy", "temp");
        session["invokedByDelegate"] = new JsonObject { ["accountId"] = "444455556666" };
        Assert.Contains("account 444455556666 acts, with rights delegated to it", Page(session), StringComparison.Ordinal);
    }

    [Fact]
    public void Whether_a_person_of_Identity_Center_used_MFA_cannot_be_told()
    {
        var session = EventBuilder.Session(
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef", "ann@example.com");
        session["sessionContext"]!["attributes"] = new JsonObject { ["mfaAuthenticated"] = "false" };
        Assert.Matches("MFA: +unknown", Page(session));
    }

    [Fact]
    public void A_user_without_MFA_is_said_to_be_without()
    {
        var user = EventBuilder.User("alice");
        user["sessionContext"] = new JsonObject { ["attributes"] = new JsonObject { ["mfaAuthenticated"] = "false" } };
        Assert.Matches("MFA: +no", Page(user));
    }

    [Fact]
    public void An_AssumeRoot_session_is_nobody_signed_in_as_root()
    {
        var page = Page(AssumedRoot());
        Assert.Contains("AssumeRoot session of central root management: nobody signed in as root", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("MFA: +no", page);
    }

    [Fact]
    public void A_delegate_is_asked_in_his_own_account()
    {
        var session = EventBuilder.Session("arn:aws:iam::123456789012:role/Deploy", "temp");
        session["invokedByDelegate"] = new JsonObject { ["accountId"] = "444455556666" };
        var page = Page(session);
        Assert.Contains("Ask the person behind the delegate, account 444455556666,", page, StringComparison.Ordinal);
        Assert.DoesNotContain("the person behind arn:aws:iam::123456789012:role/Deploy", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "94482488-3041-7001-b4a1-000000000000", "Identity Center user 94482488-3041-7001-b4a1-000000000000 (session ann@example.com)")]
    [InlineData(null, "Identity Center user ann@example.com")]
    public void A_person_of_Identity_Center_is_asked_and_not_the_role_that_all_share(string? id, string who)
    {
        var session = PersonOfIdentityCenter();
        if (id is not null) session["onBehalfOf"] = new JsonObject { ["userId"] = id };
        var page = Page(session);
        Assert.Contains($"Ask the person behind {who},", page, StringComparison.Ordinal);
        Assert.Contains($"disable {who} in Identity Center", page, StringComparison.Ordinal);
        Assert.DoesNotContain("behind arn:aws:iam", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_of_Identity_Center_is_never_to_be_contained()
    {
        var role = EventBuilder.Call(
            "iam.amazonaws.com", "AttachRolePolicy",
            new JsonObject
            {
                ["roleName"] = "AWSReservedSSO_Ops_0123456789abcdef",
                ["policyArn"] = "arn:aws:iam::aws:policy/AdministratorAccess",
            });
        var page = Page(role, PersonOfIdentityCenter());
        Assert.DoesNotContain("responder contain", page, StringComparison.Ordinal);
        Assert.DoesNotContain("put-role-permissions-boundary", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Revoke the open sessions of role", page, StringComparison.Ordinal);
        Assert.Contains("The role is Identity Center's and cannot be contained", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_after_AssumeRoot_lead_to_its_caller_and_not_to_the_holder_of_root()
    {
        var page = Page(
            EventBuilder.Call("s3.amazonaws.com", "DeleteBucketPolicy", new JsonObject { ["bucketName"] = "b" }), AssumedRoot());
        Assert.DoesNotContain("telephone", page, StringComparison.Ordinal);
        Assert.DoesNotContain("change root's password", page, StringComparison.Ordinal);
        Assert.Contains("names whoever assumed root of account 123456789012", page, StringComparison.Ordinal);
        Assert.Contains("disable-organizations-root-sessions", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Signing_in_as_root_is_a_step_for_a_key_of_root_only(bool ofRoot)
    {
        var key = EventBuilder.Call(
            "iam.amazonaws.com", "CreateAccessKey", ofRoot ? null : new JsonObject { ["userName"] = "bob" });
        Assert.Equal(ofRoot, Page(key, ofRoot ? Root() : EventBuilder.User("alice")).Contains("sign in as root", StringComparison.Ordinal));
    }

    private static JsonObject PersonOfIdentityCenter() => EventBuilder.Session(
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef", "ann@example.com");

    private static JsonObject Root() => new()
    {
        ["type"] = "Root",
        ["principalId"] = EventBuilder.Account,
        ["arn"] = $"arn:aws:iam::{EventBuilder.Account}:root",
        ["accountId"] = EventBuilder.Account,
        ["accessKeyId"] = "ASIAIOSFODNN7EXAMPLE",
    };

    private static JsonObject AssumedRoot()
    {
        var session = Root();
        session["sessionContext"] = new JsonObject
        {
            ["assumedRoot"] = "true",
            ["attributes"] = new JsonObject { ["mfaAuthenticated"] = "false", ["creationDate"] = "2026-06-08T14:30:00Z" },
        };
        return session;
    }

    private static string Page(JsonObject caller) => Page(EventBuilder.AdminAttachedTo("mallory"), caller);

    private static string Page(EventBuilder call, JsonObject caller)
    {
        var e = EventParser.Parse(call.By(caller).Build()).Event!;
        var decision = new Decider(new ResponderOptions(), ContainmentActions.All)
            .Decide(e, KnownFacts.None(DetectionCatalog.Default.Detect(e), s_calledAt), EventBuilder.Account);
        return AlertText.Render(new Alert(ContainmentResult.Nothing(decision), s_calledAt, null, null) { HomeRegion = "us-east-1" });
    }
}
