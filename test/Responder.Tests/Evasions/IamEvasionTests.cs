using Responder.Detections;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Evasions;


/// <summary>Traps that similar detections are known to fall into; each test is named after one.</summary>
public sealed class IamEvasionTests
{
    [Trap("E5")]
    [Trap("C10")]
    [Theory]
    [InlineData("aws")]
    [InlineData("aws-cn")]
    [InlineData("aws-us-gov")]
    [InlineData("aws-iso")]
    [InlineData("aws-iso-b")]
    [InlineData("aws-eusc")]
    public void AdministratorAccess_is_recognised_in_every_partition(string partition)
    {
        var finding = Attach(AwsPolicy("AdministratorAccess", partition)).Finding("iam.admin-policy-attached");

        Assert.Equal(Severity.Critical, finding!.Severity);
        Assert.NotNull(finding.Grant);
    }

    [Trap("E5")]
    [Trap("C9")]
    [Theory]
    [InlineData("arn:aws:iam::aws:policy/AdministratorAccess-Amplify")]
    [InlineData("arn:aws:iam::aws:policy/AdministratorAccess-AWSElasticBeanstalk")]
    [InlineData("arn:aws:iam::aws:policy/AWSAuditManagerAdministratorAccess")]
    [InlineData("arn:aws:iam::aws:policy/AWSManagementConsoleAdministratorAccess")]
    [InlineData("arn:aws:iam::aws:policy/job-function/AdministratorAccess")]
    [InlineData("arn:aws:iam::123456789012:policy/AdministratorAccess")]
    [InlineData("arn:aws:iam::123456789012:policy/arn:aws:iam::aws:policy/AdministratorAccess")]
    [InlineData("arn:aws:s3::aws:policy/AdministratorAccess")]
    public void Look_alikes_of_AdministratorAccess_are_not_taken_for_it(string policyArn)
    {
        var findings = Attach(policyArn).IamFindings();

        Assert.DoesNotContain(findings, static f => f.Detection.Id == "iam.admin-policy-attached");
        Assert.All(findings, static f => Assert.Null(f.Grant));
    }

    [Trap("E5")]
    [Trap("C9")]
    [Fact]
    public void Amplify_look_alike_is_not_ignored_either() =>
        Assert.Equal(Severity.High, Attach(AwsPolicy("AdministratorAccess-Amplify")).Worst());

    [Trap("E5")]
    [Trap("C10")]
    [Fact]
    public void A_customer_policy_named_AdministratorAccess_is_judged_by_its_content()
    {
        var finding = Attach(CustomerPolicy("AdministratorAccess")).Finding("iam.customer-policy-attached");

        Assert.Equal(Severity.Medium, finding!.Severity);
        Assert.Null(finding.Answered(new Answer.PolicyDocument(Allow("s3:GetObject"))));
        Assert.Equal(Severity.Critical, finding.Answered(new Answer.PolicyDocument(Allow("*")))!.Severity);
    }

    [Trap("E6")]
    [Trap("C9")]
    [Fact]
    public void A_customer_policy_with_a_harmless_name_is_judged_by_its_content() =>
        Assert.Equal(
            Severity.Critical, Attach(CustomerPolicy("ReadOnlyAccess")).Finding("iam.customer-policy-attached")
            .Answered(new Answer.PolicyDocument(Allow("*")))!.Severity);

    [Trap("E1")]
    [Theory]
    [InlineData("AWSReservedSSO_AdministratorAccess_0123456789abcdef")]
    [InlineData("terraform")]
    [InlineData("AWSServiceRoleForSSO")]
    [InlineData("aws-service-role")]
    public void A_session_with_a_trusted_name_is_trusted_for_nothing(string session)
    {
        Assert.Equal(Severity.Critical, Attach(AwsPolicy("AdministratorAccess"), by: Session("dev", session)).Worst());
        Assert.Equal(Severity.High, Call("CreateSAMLProvider", new { name = "Corp" }, by: Session("dev", session)).Worst());
    }

    [Fact]
    public void A_role_named_like_a_service_linked_role_outside_its_reserved_path_is_a_person() =>
        Assert.Equal(Severity.Critical, Attach(AwsPolicy("AdministratorAccess"), by: Session("AWSServiceRoleForSSO", "AWS-SSO")).Worst());

    [Fact]
    public void A_session_named_like_the_user_is_not_the_user()
    {
        Assert.Equal(Severity.High, Call("UpdateLoginProfile", new { userName = "alice" }, by: Session("helpdesk", "alice")).Worst());
        Assert.Equal(Severity.High, Call("CreateAccessKey", new { userName = "alice" }, by: Session("alice", "alice")).Worst());
    }

    [Fact]
    public void CloudFormation_has_a_person_behind_it() =>
        Assert.Equal(
            Severity.Critical, Attach(AwsPolicy("AdministratorAccess"), by: User("mallory", invokedBy: "cloudformation.amazonaws.com"))
            .Worst());

    [Trap("E3")]
    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("NoSuchEntityException")]
    [InlineData("Client.DryRunOperation")]
    public void Failed_calls_naming_a_victim_find_no_grant(string errorCode) =>
        Assert.Empty(
            Call("AttachUserPolicy", new { userName = "victim", policyArn = AwsPolicy("AdministratorAccess") }, errorCode: errorCode)
            .IamFindings());

    [Trap("E6")]
    [Fact]
    public void Other_routes_to_administrator_are_seen()
    {
        var admin = AwsPolicy("AdministratorAccess");
        (string Call, object Request)[] routes =
        [
            ("AttachGroupPolicy", new { groupName = "g", policyArn = admin }),
            ("AttachRolePolicy", new { roleName = "r", policyArn = admin }),
            ("AttachUserPolicy", new { userName = "u", policyArn = AwsPolicy("IAMFullAccess") }),
            ("PutUserPolicy", new { userName = "u", policyName = "p", policyDocument = Allow("*") }),
            ("PutRolePolicy", new { roleName = "r", policyName = "p", policyDocument = Allow("iam:*") }),
            ("PutGroupPolicy", new { groupName = "g", policyName = "p", policyDocument = Allow("*:*") }),
            ("CreatePolicyVersion", new { policyArn = CustomerPolicy("p"), policyDocument = Allow("*"), setAsDefault = true }),
        ];
        Assert.All(routes, static route => Assert.Equal(Severity.Critical, Call(route.Call, route.Request).Worst()));
    }

    [Trap("E6")]
    [Fact]
    public void Routes_to_administrator_that_the_event_cannot_show_ask_for_their_content()
    {
        (string Call, object Request)[] routes =
        [
            ("SetDefaultPolicyVersion", new { policyArn = CustomerPolicy("p"), versionId = "v1" }),
            ("AttachUserPolicy", new { userName = "u", policyArn = CustomerPolicy("p") }),
            ("AddUserToGroup", new { userName = "u", groupName = "g" }),
        ];
        Assert.All(routes, static route =>
        {
            var strongest = Call(route.Call, route.Request).IamFindings()[0];
            Assert.Equal(Severity.Medium, strongest.Severity);
            Assert.NotNull(strongest.Question);
        });
    }

    [Theory]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":"*"}}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"I?M:*","Resource":["arn:aws:s3:::x","*"]}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"},{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}""")]
    public void Administrator_content_is_seen_however_it_is_written(string document) =>
        Assert.Equal(Severity.Critical, Call("PutUserPolicy", new { userName = "u", policyName = "p", policyDocument = document }).Worst());

    [Fact]
    public void White_space_padding_that_hides_the_request_is_critical() =>
        Assert.Equal(
            Severity.Critical, Call("PutRolePolicy", new { reason = "requestParameters too large", omitted = true, originalSize = 131072 })
            .Worst());

    [Trap("E15")]
    [Theory]
    [InlineData("arn:aws:iam::123456789012:user/division/team/mallory", "mallory", "arn:aws:iam::123456789012:user/division/team/mallory")]
    [InlineData("/division/team/mallory", "mallory", null)]
    [InlineData("mallory", "mallory", null)]
    public void The_name_is_the_last_segment_whatever_the_path(string requested, string name, string? arn)
    {
        var target = Attach(AwsPolicy("AdministratorAccess"), requested).Finding("iam.admin-policy-attached")!.Target;

        Assert.Equal(new Principal(PrincipalKind.User, Account, name, arn), target);
    }

    [Fact]
    public void The_same_call_under_a_source_that_does_not_own_it_is_nothing() =>
        Assert.Empty(
            Call("AttachUserPolicy", new { userName = "u", policyArn = AwsPolicy("AdministratorAccess") }, source: "s3.amazonaws.com")
            .IamFindings());

    [Trap("E7")]
    [Trap("C7")]
    [Fact]
    public void Removing_the_boundary_of_a_contained_user_is_seen() =>
        Assert.Equal(Severity.High, Call("DeleteUserPermissionsBoundary", new { userName = "mallory" }, by: User("mallory")).Worst());

    [Fact]
    public void A_quarantine_name_does_not_cover_an_administrator_grant()
    {
        var e = Call(
            "PutUserPolicy", new { userName = "mallory", policyName = "AWSCompromisedKeyQuarantineV3", policyDocument = Allow("*") });

        Assert.Equal(Severity.Critical, e.Worst());
        Assert.NotNull(e.Finding("iam.admin-inline-policy-put")!.Grant);
    }

    [Theory]
    [InlineData("AddUserToGroup")]
    [InlineData("PutUserPermissionsBoundary")]
    [InlineData("PutRolePermissionsBoundary")]
    [InlineData("CreateRole")]
    [InlineData("PutUserPolicy")]
    public void A_call_padded_until_its_parameters_are_left_out_is_critical(string name)
    {
        Assert.Equal(
            Severity.Critical, Call(name, new { reason = "requestParameters too large", omitted = true, originalSize = 120_000 }).Worst());
        Assert.Equal(
            Severity.Critical, Call(name, new { reason = "requestParameters too large", omitted = "true", originalSize = 120_000 })
            .Worst());
    }

    [Fact]
    public void An_encoded_document_with_pluses_for_blanks_is_read() =>
        Assert.Equal(Severity.Critical, Call("PutUserPolicy", new
        {
            userName = "mallory",
            policyName = "p",
            policyDocument =
                "%7B+%22Statement%22%3A+%5B%7B+%22Effect%22%3A+%22Allow%22%2C+%22Action%22%3A+%22*%22%2C"
                + "+%22Resource%22%3A+%22*%22+%7D%5D+%7D",
        }).Worst());
}
