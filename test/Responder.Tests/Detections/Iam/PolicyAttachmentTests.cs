using Responder.Detections;
using Responder.Events;
using Responder.Tests.Evasions;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

public sealed class PolicyAttachmentTests
{
    private const string Id = "iam.admin-policy-attached";

    [Fact]
    public void AdministratorAccess_attached_to_a_user_is_critical_and_may_be_contained()
    {
        var finding = Attach(AwsPolicy("AdministratorAccess")).Finding(Id);

        Assert.NotNull(finding);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal("AdministratorAccess attached to user mallory", finding.Title);
        Assert.Equal(new Principal(PrincipalKind.User, Account, "mallory"), finding.Target);
        Assert.Equal(new AdministratorGrant(PolicyArn: AwsPolicy("AdministratorAccess")), finding.Grant);
        Assert.Equal(
            "aws iam detach-user-policy --user-name mallory --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
            finding.UndoCommand?.Text);
        Assert.Equal(Stage.Contain, finding.Detection.DefaultStage);
        Assert.NotEmpty(finding.Reasons);
    }

    [Theory]
    [InlineData(
        "AttachRolePolicy", "roleName", PrincipalKind.Role, "AdministratorAccess attached to role Deploy",
        "aws iam detach-role-policy --role-name Deploy")]
    [InlineData(
        "AttachGroupPolicy", "groupName", PrincipalKind.Group, "AdministratorAccess attached to group Deploy",
        "aws iam detach-group-policy --group-name Deploy")]
    public void Roles_and_groups_are_named_with_their_own_undo(string call, string field, PrincipalKind kind, string title, string undo)
    {
        var finding = Call(call, new Dictionary<string, string> { [field] = "Deploy", ["policyArn"] = AwsPolicy("AdministratorAccess") })
            .Finding(Id);

        Assert.NotNull(finding);
        Assert.Equal(title, finding.Title);
        Assert.Equal(kind, finding.Target?.Kind);
        Assert.StartsWith(undo, finding.UndoCommand?.Text, StringComparison.Ordinal);
        Assert.NotNull(finding.Grant);
    }

    [Fact]
    public void A_grant_to_nobody_named_is_critical_and_has_nobody_to_contain()
    {
        var finding = Call("AttachUserPolicy", new { policyArn = AwsPolicy("AdministratorAccess") }).Finding(Id);

        Assert.NotNull(finding);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Null(finding.Target);
        Assert.Null(finding.Grant);
        Assert.Null(finding.UndoCommand);
    }

    [Fact]
    public void A_user_who_helps_himself_is_said_so() =>
        Assert.Contains(
            "The caller gave it to himself.", Attach(AwsPolicy("IAMFullAccess"), "mallory", User("mallory", "ops/")).Finding(Id)!.Reasons);

    [Fact]
    public void Names_that_a_shell_would_read_are_quoted_in_the_undo_command() =>
        Assert.Contains(
            "--user-name 'm; rm -rf ~'", Attach(AwsPolicy("AdministratorAccess"), "m; rm -rf ~").Finding(Id)!.UndoCommand?.Text,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("AdministratorAccess-Amplify", Severity.High)]
    [InlineData("PowerUserAccess", Severity.High)]
    [InlineData("AWSOpsWorksRegisterCLI", Severity.High)]
    [InlineData("AdministratorAccess-AWSElasticBeanstalk", Severity.Medium)]
    [InlineData("ReadOnlyAccess", Severity.Low)]
    [InlineData("job-function/SystemAdministrator", Severity.High)]
    [InlineData("AWSDenyAll", Severity.None)]
    [InlineData("AWSCompromisedKeyQuarantine", Severity.High)]
    [InlineData("AWSCompromisedKeyQuarantineV2", Severity.High)]
    [InlineData("AWSCompromisedKeyQuarantineV3", Severity.High)]
    [InlineData("AWSCompromisedKeyQuarantineVault", Severity.Medium)]
    public void Policies_of_AWS_are_worth_what_they_allow(string policy, Severity expected)
    {
        var e = Attach(AwsPolicy(policy));

        Assert.Equal(expected, e.Worst());
        Assert.All(e.IamFindings(), static f => Assert.Null(f.Grant));
    }

    [Fact]
    public void A_customer_policy_stays_medium_while_nobody_has_read_it()
    {
        var finding = Attach(CustomerPolicy("team/worker")).Finding("iam.customer-policy-attached");

        Assert.NotNull(finding);
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.Null(finding.Grant);
        var question = Assert.IsType<Question.PolicyDocument>(finding.Question);
        Assert.Equal(CustomerPolicy("team/worker"), question.PolicyArn);
        Assert.Equal(Attach(CustomerPolicy("team/worker")).EventTime, question.At);
        Assert.Equal(Severity.Medium, finding.Answered(new Answer.Unanswered("throttled"))!.Severity);
    }

    [Fact]
    public void A_customer_policy_equal_to_administrator_is_critical_once_read()
    {
        var finding = Attach(CustomerPolicy("worker")).Finding("iam.customer-policy-attached")
            .Answered(new Answer.PolicyDocument(Allow("*")));

        Assert.NotNull(finding);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal(new AdministratorGrant(PolicyArn: CustomerPolicy("worker")), finding.Grant);
        Assert.Equal("mallory", finding.Target?.Name);
        Assert.Equal(Stage.Contain, finding.Detection.DefaultStage);
    }

    [Fact]
    public void A_customer_policy_that_leads_to_administrator_is_high_and_no_grant()
    {
        var finding = Attach(CustomerPolicy("worker")).Finding("iam.customer-policy-attached")
            .Answered(new Answer.PolicyDocument(Allow("iam:AttachUserPolicy")));

        Assert.NotNull(finding);
        Assert.Equal(Severity.High, finding.Severity);
        Assert.Null(finding.Grant);
    }

    [Fact]
    public void A_customer_policy_read_and_found_limited_leaves_only_the_note_of_the_change()
    {
        var e = Attach(CustomerPolicy("worker"));

        Assert.Null(e.Finding("iam.customer-policy-attached").Answered(new Answer.PolicyDocument(Allow("s3:GetObject"))));
        Assert.Equal(Severity.Low, e.Finding("iam.policy-attached")!.Severity);
    }

    /// <summary>IAM shows the policy of now; what counts is what it said when it was attached.</summary>
    [Trap("E31")]
    [Theory]
    [InlineData("s3:GetObject", VersionAge.Older, null, "", nameof(Severity.Low), null)]
    [InlineData("*", VersionAge.Older, "s3:GetObject", "", nameof(Severity.Critical), false)]
    [InlineData("s3:GetObject", VersionAge.Younger, "*", "", nameof(Severity.Critical), true)]
    [InlineData("s3:GetObject", VersionAge.SameSecond, "*", "", nameof(Severity.Critical), true)]
    [InlineData("*", VersionAge.SameSecond, "s3:GetObject", "", nameof(Severity.Critical), false)]
    [InlineData("*", VersionAge.Younger, "s3:GetObject", "", nameof(Severity.Low), null)]
    [InlineData("*", VersionAge.Younger, "*", "", nameof(Severity.Critical), false)]
    [InlineData("s3:GetObject", VersionAge.Younger, null, "", nameof(Severity.Medium), null)]
    [InlineData("s3:GetObject", VersionAge.Older, "*", "", nameof(Severity.Critical), null)]
    [InlineData("s3:GetObject", VersionAge.Older, "s3:GetObject", "*", nameof(Severity.Critical), null)]
    [InlineData("s3:GetObject", VersionAge.Younger, "s3:GetObject", "*", nameof(Severity.Critical), null)]
    [InlineData("s3:GetObject", VersionAge.Older, "s3:GetObject", "iam:AttachUserPolicy", nameof(Severity.Low), null)]
    public void What_a_customer_policy_said_at_the_call_counts(
        string now, VersionAge age, string? then, string other, string expected, bool? lapsed)
    {
        var e = Attach(CustomerPolicy("worker"));
        var finding = e.Finding("iam.customer-policy-attached").Answered(new Answer.PolicyDocument(Allow(now))
        {
            History = new PolicyHistory(
                "v3", age, then is null ? null : new PolicyVersionText("v2", Allow(then)),
                other.Length == 0 ? [] : [new PolicyVersionText("v1", Allow(other))]),
        });

        Assert.Equal(expected, (finding?.Severity ?? e.Finding("iam.policy-attached")!.Severity).ToString());
        Assert.Equal(lapsed, finding?.Grant?.IsLapsed);
    }

    [Fact]
    public void A_finding_says_when_the_versions_could_not_be_read() =>
        Assert.Contains(
            "Whether it said the same at the call was not read: ListPolicyVersions: AccessDenied.",
            Attach(CustomerPolicy("worker")).Finding("iam.customer-policy-attached").Answered(new Answer.PolicyDocument(Allow("*"))
            {
                History = new PolicyHistory("", VersionAge.Older, null, []) { Failure = "ListPolicyVersions: AccessDenied" },
            })!.Reasons);

    [Fact]
    public void An_answer_that_is_no_policy_document_leaves_the_finding_unread() =>
        Assert.Equal(
            Severity.Medium, Attach(CustomerPolicy("worker")).Finding("iam.customer-policy-attached")
            .Answered(new Answer.PolicyDocument("{"))!.Severity);

    [Fact]
    public void A_policy_ARN_that_is_none_is_unread_content()
    {
        var finding = Attach("AdministratorAccess").Finding("iam.customer-policy-attached");

        Assert.NotNull(finding);
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.Null(finding.Question);
    }

    [Fact]
    public void A_detached_quarantine_is_medium_and_an_ordinary_policy_low()
    {
        Assert.Equal(Severity.Medium, Detach(AwsPolicy("AWSCompromisedKeyQuarantineV3")).Worst());
        Assert.Equal(Severity.Medium, Detach(AwsPolicy("AWSDenyAll")).Worst());
        Assert.Equal(Severity.Medium, Detach(AwsPolicy("SecurityAudit")).Worst());
        Assert.Equal(Severity.Low, Detach(AwsPolicy("ReadOnlyAccess")).Worst());
    }

    [Fact]
    public void A_detached_customer_policy_is_medium_when_it_denied_something()
    {
        var named = Detach(CustomerPolicy("DenyOutsideOffice")).Finding("iam.policy-detached");
        Assert.Equal(Severity.Medium, named!.Severity);
        Assert.Equal(Severity.Low, named.Answered(new Answer.PolicyDocument(Allow("s3:GetObject")))!.Severity);

        var plain = Detach(CustomerPolicy("office")).Finding("iam.policy-detached");
        Assert.Equal(Severity.Low, plain!.Severity);
        Assert.Equal(Severity.Medium, plain.Answered(new Answer.PolicyDocument(Deny("*")))!.Severity);
    }

    private static CloudTrailEvent Detach(string policyArn) => Call("DetachUserPolicy", new { userName = "mallory", policyArn });
}
