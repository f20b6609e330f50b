using System.Text.Json.Nodes;
using Responder.Decisions.Guardrails;
using Responder.Detections;
using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Tests.Decisions;

/// <summary>A role that is trusted in every member account, and what happens to roles of its name.</summary>
public class TrustedMemberRoleTests
{
    private const string Member = "444455556666";
    private const string Role = "landing/Deploy";

    private static readonly ResponderOptions s_options = ResponderOptions.FromEnvironment(static name => name switch
    {
        "TRUSTED_PRINCIPAL_ARNS" => "arn:aws:iam::*:role/" + Role,
        "MEMBER_ACCOUNT_IDS" => Member,
        "TRUSTED_ACCOUNT_IDS" => "777788889999",
        _ => null,
    }, DetectionCatalog.Default, []);

    [Theory]
    [InlineData(Member, Role, Member, true)]
    [InlineData(Member, "Deploy", Member, false)]
    [InlineData(Member, "landing/Deploy2", Member, false)]
    [InlineData("777788889999", Role, "777788889999", false)] // merely trusted
    [InlineData(Member, Role, "123456789012", false)] // recorded in another account
    public void It_is_trusted_in_member_accounts_only_and_in_its_own(string account, string role, string recordedIn, bool trusted) =>
        Assert.Equal(trusted, TrustedActorGuardrail.IsTrusted(Call(account, role, recordedIn), s_options));

    [Theory]
    [InlineData("CreateRole", "Deploy", Severity.High)]
    [InlineData("UpdateAssumeRolePolicy", "Deploy", Severity.High)]
    [InlineData("AttachRolePolicy", "Deploy", Severity.High)]
    [InlineData("AttachRolePolicy", "Other", Severity.None)]
    public void Changing_a_role_of_that_name_is_high_by_whomever(string call, string role, Severity expected)
    {
        var e = Parse(EventBuilder.Call("iam.amazonaws.com", call, new JsonObject { ["roleName"] = role })
            .By(Actor(Member, Role)).With("recipientAccountId", Member));
        var found = DetectionCatalog.For(s_options.Estate).Detect(e).Where(static f => f.Detection.Id == "responder.role-changed").ToList();
        Assert.Equal(expected, found.Select(static f => f.Severity).DefaultIfEmpty(Severity.None).Max());
        Assert.All(found, f => Assert.True(TrustedActorGuardrail.IsPagedNevertheless(e, f, s_options)));
    }

    private static CloudTrailEvent Call(string account, string role, string recordedIn) => Parse(
        EventBuilder.Call("ec2.amazonaws.com", "RunInstances", new JsonObject()).By(Actor(account, role))
            .With("recipientAccountId", recordedIn));

    private static JsonObject Actor(string account, string role)
    {
        var session = EventBuilder.Session($"arn:aws:iam::{account}:role/{role}", "pipeline");
        session["accountId"] = account;
        return session;
    }

    private static CloudTrailEvent Parse(EventBuilder builder)
    {
        var parsed = EventParser.Parse(builder.Build());
        Assert.Null(parsed.Error);
        return parsed.Event!;
    }
}
