using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

public sealed class GroupTrustAndBoundaryTests
{
    private const string Group = "iam.user-added-to-group";
    private const string Boundary = "iam.permissions-boundary-weakened";

    [Fact]
    public void A_group_with_AdministratorAccess_makes_an_administrator_of_whoever_joins()
    {
        var finding = Join("editors")
            .Answered(new Answer.GroupPolicies([AwsPolicy("ReadOnlyAccess"), AwsPolicy("AdministratorAccess")], []));

        Assert.Equal(Severity.Critical, finding!.Severity);
        Assert.Equal("User mallory added to administrators' group editors", finding.Title);
        Assert.Equal(new AdministratorGrant(GroupName: "editors"), finding.Grant);
        Assert.Equal("mallory", finding.Target?.Name);
        Assert.Equal("aws iam remove-user-from-group --group-name editors --user-name mallory", finding.UndoCommand?.Text);
        Assert.Equal(Stage.Contain, finding.Detection.DefaultStage);
    }

    [Fact]
    public void Two_halves_of_administrator_in_one_group_make_a_whole_one()
    {
        string[] halves = [Allow("iam:A*", "iam:C*", "iam:P*"), Allow("iam:S*", "iam:U*")];
        Assert.Equal(Severity.Critical, Join("editors").Answered(new Answer.GroupPolicies([], halves))!.Severity);
        Assert.All(
            halves, half => Assert.NotEqual(Severity.Critical, Join("editors").Answered(new Answer.GroupPolicies([], [half]))!.Severity));
    }

    [Fact]
    public void What_a_group_denies_beats_what_it_gives()
    {
        Severity Worth(string policy, params string[] documents) =>
            Join("editors").Answered(new Answer.GroupPolicies([AwsPolicy(policy)], documents))!.Severity;

        Assert.Equal(Severity.Medium, Worth("AdministratorAccess", Deny("*")));
        Assert.Equal(Severity.Medium, Worth("PowerUserAccess", Deny("*")));
        Assert.Equal(Severity.High, Worth("AdministratorAccess", Deny("iam:*", "sts:*")));
        Assert.Equal(Severity.Critical, Worth("AdministratorAccess", Deny("s3:*")));
        Assert.Equal(Severity.Critical, Worth("IAMFullAccess", Deny("s3:*")));
        Assert.Equal(Severity.High, Worth("PowerUserAccess", Deny("s3:*")));

        var both = Join("editors").Answered(new Answer.GroupPolicies([AwsPolicy("AdministratorAccess"), AwsPolicy("AWSDenyAll")], []))!;
        Assert.Equal((Severity.Medium, null), (both.Severity, both.Grant));
    }

    [Fact]
    public void A_group_that_has_rights_for_one_of_its_members_gives_them_to_no_other()
    {
        static string For(string user) => Allow("*").Replace(
            "\"Resource\":\"*\"", $$"""
            "Resource":"*","Condition":{"StringEquals":{"aws:username":"{{user}}"} }
            """, StringComparison.Ordinal);

        Assert.Equal(Severity.Medium, Join("editors").Answered(new Answer.GroupPolicies([], [For("nina")]))!.Severity);
        Assert.Equal(Severity.Critical, Join("editors").Answered(new Answer.GroupPolicies([], [For("mallory")]))!.Severity);
    }

    [Fact]
    public void What_a_group_gives_beats_what_it_is_called()
    {
        var named = Join("CloudAdmins");

        Assert.Equal(Severity.High, named!.Severity);
        Assert.Equal(Severity.High, named.Answered(new Answer.Unanswered("throttled"))!.Severity);
        Assert.Equal(
            Severity.Medium, named.Answered(new Answer.GroupPolicies([AwsPolicy("ReadOnlyAccess")], [Allow("s3:GetObject")]))!.Severity);
        Assert.Equal(Severity.High, Join("editors").Answered(new Answer.GroupPolicies([AwsPolicy("PowerUserAccess")], []))!.Severity);
        Assert.Equal(Severity.Medium, Join("editors")!.Severity);
    }

    [Fact]
    public void A_group_document_that_cannot_be_read_leaves_the_finding_unread()
    {
        Assert.Equal(Severity.High, Join("admins").Answered(new Answer.GroupPolicies([], ["{"]))!.Severity);
        Assert.Equal(Severity.Medium, Join("editors").Answered(new Answer.GroupPolicies([], ["{"]))!.Severity);
    }

    [Fact]
    public void Trust_is_worth_whom_it_lets_in()
    {
        Assert.Equal(Severity.High, Trusting(new { AWS = "*" }).Worst());
        Assert.Equal(
            Severity.High, Trusting("*", condition: new { StringEquals = new Dictionary<string, string> { ["sts:ExternalId"] = "x" } })
            .Worst());
        Assert.Equal(Severity.High, Trusting(new { AWS = Foreign }).Worst());
        Assert.Equal(
            Severity.High, Trusting(new { Federated = $"arn:aws:iam::{Account}:saml-provider/Corp" }, "sts:AssumeRoleWithSAML").Worst());
        Assert.Equal(Severity.Low, Trusting(new { Service = "ec2.amazonaws.com" }).Worst());
        Assert.Equal(Severity.Low, Trusting(new { AWS = $"arn:aws:iam::{Account}:root" }).Worst());
        Assert.Equal(Severity.Medium, Call("UpdateAssumeRolePolicy", new { roleName = "Deploy", policyDocument = "no JSON" }).Worst());
    }

    [Fact]
    public void The_foreign_account_and_the_role_stand_in_the_title()
    {
        var finding = Trusting(new { AWS = $"arn:aws:iam::{Foreign}:root" }).Finding("iam.role-trust-opened");

        Assert.Equal($"Trust of role Deploy opened to foreign account {Foreign}", finding!.Title);
        Assert.Equal(new Principal(PrincipalKind.Role, Account, "Deploy"), finding.Target);
        Assert.Null(finding.Grant);
    }

    [Fact]
    public void A_new_role_is_read_from_the_answer_when_the_request_lacks_its_trust()
    {
        var arn = $"arn:aws:iam::{Account}:role/ops/Deploy";
        var answer = new
        {
            role = new { roleName = "Deploy", arn, assumeRolePolicyDocument = Uri.EscapeDataString(Trust(new { AWS = Foreign })) },
        };
        var finding = Call("CreateRole", new { roleName = "Deploy" }, answer).IamFindings();

        var opened = Assert.Single(finding);
        Assert.Equal(Severity.High, opened.Severity);
        Assert.Equal(arn, opened.Target?.Arn);
        Assert.Equal("aws iam delete-role --role-name Deploy", opened.UndoCommand?.Text);
    }

    [Fact]
    public void A_boundary_removed_or_replaced_by_administrator_is_high()
    {
        Assert.Equal(Severity.High, Call("DeleteUserPermissionsBoundary", new { userName = "mallory" }).Worst());
        Assert.Equal(Severity.High, Call("DeleteRolePermissionsBoundary", null).Worst());
        Assert.Equal(Severity.High, Bounded(AwsPolicy("AdministratorAccess"))!.Severity);
        Assert.Null(Bounded(AwsPolicy("AWSDenyAll")));
        Assert.Null(Bounded(AwsPolicy("ReadOnlyAccess")));
    }

    [Fact]
    public void A_customer_policy_as_boundary_is_judged_by_what_it_says()
    {
        var unread = Bounded(CustomerPolicy("limits"));

        Assert.Equal(Severity.Medium, unread!.Severity);
        Assert.Equal(Severity.Medium, unread.Answered(new Answer.Unanswered("refused"))!.Severity);
        Assert.Equal(Severity.High, unread.Answered(new Answer.PolicyDocument(Allow("*")))!.Severity);
        Assert.Null(unread.Answered(new Answer.PolicyDocument(Allow("s3:*"))));
    }

    [Fact]
    public void Providers_made_by_a_person_are_high_and_by_Identity_Center_quiet()
    {
        var request = new { name = "Corp", sAMLMetadataDocument = "<x/>" };
        Assert.Equal(Severity.High, Call("CreateSAMLProvider", request).Worst());
        Assert.Equal(
            Severity.High, Call("CreateSAMLProvider", null, by: Session("deploy", "x", invokedBy: "cloudformation.amazonaws.com")).Worst());
        Assert.Empty(
            Call("CreateSAMLProvider", request,
                by: Session("AWSServiceRoleForSSO", "AWS-SSO", "aws-service-role/sso.amazonaws.com/", "sso.amazonaws.com")).IamFindings());
        Assert.Equal(Severity.Medium, Call("DeleteOpenIDConnectProvider", new { openIDConnectProviderArn = "x" }).Worst());
    }

    [Fact]
    public void A_trust_anchor_is_high_and_only_under_its_own_source()
    {
        Assert.Equal(Severity.High, Call("CreateTrustAnchor", new { name = "ca" }, source: "rolesanywhere.amazonaws.com").Worst());
        Assert.Empty(Call("CreateTrustAnchor", new { name = "ca" }).IamFindings());
    }

    private static Finding? Join(string group) => Call("AddUserToGroup", new { userName = "mallory", groupName = group }).Finding(Group);

    private static Finding? Bounded(string boundary) =>
        Call("PutUserPermissionsBoundary", new { userName = "mallory", permissionsBoundary = boundary }).Finding(Boundary);

    private static CloudTrailEvent Trusting(object principal, string action = "sts:AssumeRole", object? condition = null) =>
        Call("UpdateAssumeRolePolicy", new { roleName = "Deploy", policyDocument = Trust(principal, action, condition) });
}
