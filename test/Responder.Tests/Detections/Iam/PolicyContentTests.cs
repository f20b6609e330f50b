using Responder.Detections;
using Responder.Events;
using Responder.Tests.Evasions;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

public sealed class PolicyContentTests
{
    private const string Inline = "iam.admin-inline-policy-put";
    private const string Version = "iam.admin-policy-version";

    [Theory]
    [InlineData("PutUserPolicy", "userName", PrincipalKind.User)]
    [InlineData("PutRolePolicy", "roleName", PrincipalKind.Role)]
    [InlineData("PutGroupPolicy", "groupName", PrincipalKind.Group)]
    public void An_inline_policy_equal_to_administrator_is_critical(string call, string field, PrincipalKind kind)
    {
        var finding = Call(call, new Dictionary<string, string>
        {
            [field] = "mallory",
            ["policyName"] = "p1",
            ["policyDocument"] = Allow("*"),
        }).Finding(Inline);

        Assert.NotNull(finding);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal(kind, finding.Target?.Kind);
        Assert.Equal(new AdministratorGrant(InlinePolicyName: "p1"), finding.Grant);
        Assert.Equal($"aws iam delete-{field[..^4]}-policy --{field[..^4]}-name mallory --policy-name p1", finding.UndoCommand?.Text);
        Assert.Equal(Stage.Contain, finding.Detection.DefaultStage);
    }

    [Fact]
    public void Inline_content_decides_the_severity()
    {
        Assert.Equal(Severity.Critical, Put(Allow("iam:*")).Worst());
        Assert.Equal(Severity.High, Put(Allow("iam:PutUserPolicy")).Worst());
        Assert.Equal(Severity.Low, Put(Allow("s3:GetObject")).Worst());
        Assert.Equal(Severity.None, Put(Deny("*")).Worst());
        Assert.Equal(Severity.Medium, Put("{\"Statement\":").Worst());
        Assert.Equal(Severity.Medium, Put(42).Worst());
    }

    [Fact]
    public void Only_administrator_content_is_a_grant_that_containment_considers() =>
        Assert.All(
            [Put(Allow("iam:PutUserPolicy")), Put("{"), Put(Allow("s3:GetObject"))], static e =>
                Assert.All(e.IamFindings(), static f => Assert.Null(f.Grant)));

    [Fact]
    public void A_document_is_read_as_text_as_an_object_and_URL_encoded()
    {
        Assert.Equal(Severity.Critical, Put(Uri.EscapeDataString(Allow("*"))).Worst());
        Assert.Equal(Severity.Critical, Put(new { Statement = new { Effect = "Allow", Action = "*", Resource = "*" } }).Worst());
        Assert.Equal(Severity.Critical, Put("\n\t  " + Allow("*")).Worst());
    }

    [Fact]
    public void A_new_default_version_equal_to_administrator_is_critical_without_any_attach_call()
    {
        var finding = Call("CreatePolicyVersion", new
        {
            policyArn = CustomerPolicy("reader"),
            policyDocument = Allow("*"),
            setAsDefault = true,
        }).Finding(Version);

        Assert.NotNull(finding);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal(CustomerPolicy("reader"), finding.Resource);
        Assert.Null(finding.Target);
    }

    [Fact]
    public void The_caller_who_has_the_policy_or_its_only_user_was_given_administrator()
    {
        Finding Held(params Principal[] holders) => NewVersion(true).Finding(Version).Answered(new Answer.PolicyHolders(null, holders))!;

        Assert.Equal(("mallory", new AdministratorGrant()), (Held(User("mallory")).Target!.Name, Held(User("mallory")).Grant));
        Assert.Equal("operator", Held(User("alice"), User("operator"), User("zoe")).Target!.Name);
        Assert.Contains("The caller gave it to himself.", Held(User("alice"), User("operator")).Reasons);
        Assert.All([Held(), Held(User("alice"), User("zoe")), Held(new Principal(PrincipalKind.Role, Account, "deploy"))], static f =>
        {
            Assert.Equal(Severity.Critical, f.Severity);
            Assert.Null(f.Target);
            Assert.Null(f.Grant);
        });
        Assert.Contains(
            "It is attached to user alice, role deploy.",
            Held(User("alice"), new Principal(PrincipalKind.Role, Account, "deploy")).Reasons);
    }

    [Fact]
    public void A_version_that_only_leads_to_administrator_contains_nobody() => Assert.Null(
        Call("CreatePolicyVersion", new
        {
            policyArn = CustomerPolicy("reader"),
            policyDocument = Allow("iam:CreateAccessKey"),
            setAsDefault = true,
        })
            .Finding(Version).Answered(new Answer.PolicyHolders(null, [User("mallory")]))!.Grant);

    [Fact]
    public void A_version_not_in_force_is_a_preparation()
    {
        Assert.Equal(Severity.Medium, NewVersion(false).Worst());
        Assert.Equal(
            Severity.Medium, Call("CreatePolicyVersion", new { policyArn = CustomerPolicy("reader"), policyDocument = Allow("*") })
            .Worst());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("yes")]
    public void A_default_flag_that_is_not_clearly_false_counts_as_in_force(string flag) =>
        Assert.Equal(Severity.Critical, NewVersion(flag).Worst());

    [Fact]
    public void A_default_version_is_judged_by_what_it_says()
    {
        var e = Call("SetDefaultPolicyVersion", new { policyArn = CustomerPolicy("reader"), versionId = "v1" });
        var finding = e.Finding(Version);

        Assert.Equal(Severity.Medium, finding!.Severity);
        Assert.Equal(new Question.PolicyHolders(CustomerPolicy("reader"), "v1"), finding.Question);
        Assert.Equal(Severity.Critical, finding.Answered(new Answer.PolicyHolders(Allow("*"), []))!.Severity);
        Assert.Equal(Severity.Critical, finding.Answered(new Answer.PolicyHolders(Allow("*"), null))!.Severity);
        Assert.Equal(Severity.High, finding.Answered(new Answer.PolicyHolders(Allow("iam:CreateAccessKey"), []))!.Severity);
        Assert.Equal(Severity.Medium, finding.Answered(new Answer.PolicyHolders(null, [User("mallory")]))!.Severity);
        Assert.Equal(Severity.Medium, finding.Answered(new Answer.Unanswered("no such policy"))!.Severity);
        Assert.Null(finding.Answered(new Answer.PolicyHolders(Allow("s3:GetObject"), [User("mallory")])));
        Assert.Equal(Severity.Low, e.Finding("iam.policy-changed")!.Severity);
    }

    [Fact]
    public void A_policy_that_nobody_has_yet_is_low_or_a_preparation()
    {
        Assert.Equal(Severity.Low, Call("CreatePolicy", new { policyName = "p", policyDocument = Allow("s3:GetObject") }).Worst());
        Assert.Equal(Severity.Medium, Call("CreatePolicy", new { policyName = "p", policyDocument = Allow("*") }).Worst());
        Assert.Equal(Severity.None, Call("CreatePolicy", new { policyName = "p", policyDocument = Deny("*") }).Worst());
    }

    [Fact]
    public void A_deleted_inline_policy_is_medium_when_its_name_says_that_it_denied()
    {
        Assert.Equal(
            Severity.Medium, Call("DeleteUserPolicy", new { userName = "mallory", policyName = "AWSRevokeOlderSessions" }).Worst());
        Assert.Equal(Severity.Low, Call("DeleteUserPolicy", new { userName = "mallory", policyName = "queues" }).Worst());
        Assert.Equal(Severity.Low, Call("DeletePolicy", new { policyArn = CustomerPolicy("queues") }).Worst());
        Assert.Equal(Severity.Low, Call("DeletePolicyVersion", new { policyArn = CustomerPolicy("queues"), versionId = "v1" }).Worst());
    }

    [Theory]
    [InlineData("AWSExposedCredentialPolicy_DO_NOT_REMOVE")]
    [InlineData("AWSCompromisedKeyQuarantineV2")]
    public void AWS_quarantine_put_inline_is_recognised_by_its_name(string name)
    {
        var finding = Call("PutUserPolicy", new { userName = "mallory", policyName = name, policyDocument = Deny("ec2:RunInstances") })
            .Finding("iam.key-quarantine-attached");

        Assert.NotNull(finding);
        Assert.Equal(Severity.High, finding.Severity);
        Assert.Equal("mallory", finding.Target?.Name);
    }

    [Trap("C8")]
    [Fact]
    public void AWS_itself_attaching_the_quarantine_is_heard()
    {
        var aws = new { type = "AWSService", invokedBy = "internal.amazonaws.com" };
        Assert.NotNull(
            Call("AttachUserPolicy", new { userName = "mallory", policyArn = AwsPolicy("AWSCompromisedKeyQuarantineV3") }, by: aws)
            .Finding("iam.key-quarantine-attached"));
    }

    private static CloudTrailEvent Put(object document) =>
        Call("PutUserPolicy", new { userName = "mallory", policyName = "p1", policyDocument = document });

    private static CloudTrailEvent NewVersion(object setAsDefault) =>
        Call("CreatePolicyVersion", new { policyArn = CustomerPolicy("reader"), policyDocument = Allow("*"), setAsDefault });

    private static Principal User(string name) => new(PrincipalKind.User, Account, name);
}
