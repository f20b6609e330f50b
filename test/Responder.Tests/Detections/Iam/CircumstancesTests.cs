using System.Text.Json;
using Responder.Detections;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

/// <summary>What IAM answers counts at the time of the call, in its partition and for its holder, like a document in the event.</summary>
public sealed class CircumstancesTests
{
    private const string Joined = "iam.user-added-to-group";

    /// <summary>Break-glass rights that ran out before the call.</summary>
    private static readonly string s_lapsed = Document(
        "*", "*", new { DateLessThan = new Dictionary<string, string> { ["aws:CurrentTime"] = "2025-07-01T00:00:00Z" } });

    [Fact]
    public void Rights_that_have_run_out_make_nobody_an_administrator()
    {
        var joined = Call("AddUserToGroup", new { userName = "mallory", groupName = "night-shift" }).Finding(Joined);
        var after = joined.Answered(new Answer.GroupPolicies([], [s_lapsed]))!;
        Assert.Equal((Severity.Medium, null), (after.Severity, after.Grant));

        var passed = Passed("old");
        Assert.Null(passed.Answered(new Answer.RolePolicies("old", [], [s_lapsed])));

        var attached = Attach(CustomerPolicy("night-shift")).Finding("iam.customer-policy-attached");
        var read = attached.Answered(new Answer.PolicyDocument(s_lapsed));
        Assert.True(read is null or { Severity: Severity.Low, Grant: null });

        var put = Call("PutUserPolicy", new { userName = "mallory", policyName = "old", policyDocument = s_lapsed });
        Assert.All(put.IamFindings(), static finding => Assert.Equal(Severity.Low, finding.Severity));
        Assert.All(put.IamFindings().Where(static f => f.Question is not null), static finding =>
        {
            var again = finding.Answered(new Answer.HeldPolicies([new HeldPolicy(null, "old", s_lapsed)]));
            Assert.True(again is null or { Severity: Severity.Low, Grant: null });
        });
        Assert.Equal(
            Severity.None,
            Detected.SeverityOf(Call("GetFederationToken", new { name = "x", policy = s_lapsed }, source: "sts.amazonaws.com")));
    }

    [Fact]
    public void Rights_of_somebody_else_are_no_part_of_a_way_of_whoever_has_them_in_vain()
    {
        var document = Document(
            "*", "*", new { StringEquals = new Dictionary<string, string> { ["aws:username"] = "omar" } });
        var put = Call("PutUserPolicy", new { userName = "mallory", policyName = "p", policyDocument = document });
        HeldPolicy[] held = [new(null, "p", document), new(CustomerPolicy("notes"), null, Allow("s3:GetObject"))];
        Assert.All(put.IamFindings(), finding =>
        {
            var again = finding.Question is null ? finding : finding.Answered(new Answer.HeldPolicies(held));
            Assert.True(again is null or { Severity: Severity.Low, Grant: null });
        });
    }

    [Fact]
    public void Rights_that_have_run_out_do_not_hide_what_is_given_anew()
    {
        var put = Call("PutUserPolicy", new { userName = "mallory", policyName = "pass", policyDocument = Allow("iam:PassRole") })
            .Finding("iam.admin-inline-policy-put");
        HeldPolicy[] held = [new(null, "old", s_lapsed), new(null, "code", Allow("lambda:CreateFunction", "lambda:InvokeFunction"))];

        Assert.Equal(Severity.High, put.Answered(new Answer.HeldPolicies(held))!.Severity);
    }

    [Fact]
    public void A_group_is_judged_in_its_own_partition_and_for_itself()
    {
        var joined = Call("AddUserToGroup", new { userName = "mallory", groupName = "helpers" }).Finding(Joined);
        Severity Worth(string document) => joined.Answered(new Answer.GroupPolicies([], [document]))!.Severity;

        Assert.Equal(Severity.Medium, Worth(Document("iam:*", "arn:aws-us-gov:iam::*:*")));
        Assert.Equal(Severity.High, Worth(Document("iam:AttachGroupPolicy", $"arn:aws:iam::{Account}:group/helpers")));
        Assert.Equal(Severity.High, Worth(Document("iam:PutUserPolicy", $"arn:aws:iam::{Account}:user/mallory")));
        Assert.Equal(Severity.Medium, Worth(Document("iam:AttachGroupPolicy", $"arn:aws:iam::{Account}:group/others")));
        Assert.Equal(
            Severity.High,
            joined.Answered(new Answer.GroupPolicies(
                [CustomerPolicy("tools")], [Document("iam:CreatePolicyVersion", $"arn:aws:iam::{Account}:policy/tools")]))!.Severity);
    }

    [Fact]
    public void A_group_may_be_the_half_that_a_user_lacked()
    {
        var joined = Call("AddUserToGroup", new { userName = "mallory", groupName = "passers" }).Finding(Joined);
        var asked = joined.Answered(new Answer.GroupPolicies([], [Allow("iam:PassRole")]));
        Assert.Equal((Severity.Medium, new Question.HeldPolicies(PrincipalKind.User, "mallory")), (asked!.Severity, asked.Question));

        var code = new HeldPolicy(null, "code", Allow("lambda:CreateFunction", "lambda:InvokeFunction"));
        var inGroup = new HeldPolicy(null, "pass", Allow("iam:PassRole")) { Group = "passers" };
        var whole = asked.Answered(new Answer.HeldPolicies([code, inGroup]))!;
        Assert.Equal((Severity.High, "mallory"), (whole.Severity, whole.Target!.Name));
        Assert.Contains("with his other policies that leads to administrator", whole.Title, StringComparison.Ordinal);
        Assert.Equal(Severity.Medium, asked.Answered(new Answer.HeldPolicies([inGroup]))!.Severity);
        Assert.Equal(Severity.Medium, asked.Answered(new Answer.Unanswered("throttled"))!.Severity);
    }

    [Fact]
    public void A_role_that_may_widen_itself_is_one_that_leads_to_administrator()
    {
        var passed = Passed("app");

        Assert.Equal(
            Severity.High,
            passed.Answered(
                new Answer.RolePolicies("app", [], [Document("iam:PutRolePolicy", $"arn:aws:iam::{Account}:role/app")]))!.Severity);
        Assert.Null(passed.Answered(new Answer.RolePolicies("app", [], [Document("iam:*", "arn:aws-us-gov:iam::*:*")])));
    }

    private static Finding? Passed(string role) => Call(
        "CreateFunction20150331", new { functionName = "f", role = $"arn:aws:iam::{Account}:role/{role}" }, source: "lambda.amazonaws.com")
        .Finding("iam.privileged-role-passed");

    private static string Document(string action, string resource, object? condition = null) => JsonSerializer.Serialize(new
    {
        Version = "2012-10-17",
        Statement = new[]
        {
            new Dictionary<string, object?>
            {
                ["Effect"] = "Allow", ["Action"] = action, ["Resource"] = resource, ["Condition"] = condition ?? new { },
            },
        },
    });
}
