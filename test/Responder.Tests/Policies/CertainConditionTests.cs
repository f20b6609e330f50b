using Responder.Policies;

namespace Responder.Tests.Policies;

/// <summary>
/// Conditions of which it is certain whether the holder's calls meet them: a Deny that always holds is one without conditions, an Allow for
/// somebody else gives nothing, and a key that a call does not carry makes a positive test false.
/// </summary>
public class CertainConditionTests
{
    private const string Account = "123456789012";

    private const string Everything = """{"Effect":"Allow","Action":"*","Resource":"*"}""";

    private static readonly DateTimeOffset s_at = new(2026, 3, 4, 10, 0, 0, TimeSpan.Zero);

    private static readonly OwnThing s_user = new("user", "nina");

    private static readonly OwnThing s_role = new("role", "builder");

    [Theory]
    [InlineData("""{"DateGreaterThan":{"aws:CurrentTime":"2024-05-01T00:00:00Z"}}""")]
    [InlineData("""{"DateGreaterThanEquals":{"aws:CurrentTime":["2031-05-01T00:00:00Z","2024-05-01T00:00:00Z"]}}""")]
    [InlineData("""{"NumericGreaterThanIfExists":{"aws:EpochTime":"1714521600"}}""")]
    [InlineData("""{"DateNotEquals":{"aws:EpochTime":"1714521600"}}""")]
    [InlineData("""{"Bool":{"aws:PrincipalIsAWSService":["false"]}}""")]
    [InlineData("""{"StringLike":{"aws:PrincipalArn":"*"}}""")]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:*:*:*:*:*"}}""")]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":["999988887777","123456789012"]}}""")]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalAccount":"999988887777"}}""")]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalType":"Account"}}""")]
    [InlineData("""{"StringEquals":{"aws:ResourceAccount":"123456789012"}}""")]
    [InlineData("""{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}""")]
    [InlineData("""{"ArnNotEqualsIfExists":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/omar"}}""")]
    [InlineData("""{"Null":{"aws:PrincipalAccount":"false"}}""")]
    public void A_Deny_of_everything_that_always_holds_leaves_nothing(string condition) =>
        Assert.Equal(PowerLevel.Limited, Judge(Everything + "," + Deny(condition), s_user));

    [Theory]
    [InlineData("""{"DateGreaterThan":{"aws:CurrentTime":"2031-05-01T00:00:00Z"}}""")]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2031-05-01T00:00:00Z"}}""")]
    [InlineData("""{"NumericGreaterThan":{"aws:CurrentTime":"1714521600"}}""")]
    [InlineData("""{"ForAllValues:DateGreaterThan":{"aws:CurrentTime":"2024-05-01T00:00:00Z"}}""")]
    [InlineData("""{"Bool":{"aws:PrincipalIsAWSService":"true"}}""")]
    [InlineData("""{"StringEquals":{"aws:PrincipalArn":"*"}}""")]
    [InlineData("""{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/*"}}""")]
    [InlineData("""{"StringEquals":{"aws:username":"nina"}}""")]
    [InlineData("""{"StringLike":{"aws:username":"*"}}""")]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalAccount":"123456789012"}}""")]
    [InlineData("""{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/ni*"}}""")]
    [InlineData("""{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}""")]
    [InlineData("""{"Null":{"aws:TokenIssueTime":"true"}}""")]
    [InlineData("""{"StringLike":{"aws:SourceVpc":"*"}}""")]
    public void A_Deny_that_a_call_of_the_holder_may_escape_takes_nothing(string condition) =>
        Assert.Equal(PowerLevel.Administrator, Judge(Everything + "," + Deny(condition), s_user));

    [Fact]
    public void A_Deny_that_holds_for_IAM_only_leaves_the_rest() => Assert.Equal(
        PowerLevel.PowerUser, Judge(Everything + "," + Deny("""{"Bool":{"aws:SecureTransport":"true"}}"""), s_user));

    [Fact]
    public void A_Deny_has_begun_only_where_the_time_is_known() => Assert.Equal(
        PowerLevel.Administrator,
        IdentityAccess.WhatIsGranted(
            Document(Everything + "," + Deny("""{"DateGreaterThan":{"aws:CurrentTime":"2024-05-01T00:00:00Z"}}""")),
            new Circumstances(Account, "aws", null, [s_user])).Level);

    [Theory]
    [InlineData("""{"StringEquals":{"aws:username":"omar"}}""", PowerLevel.Limited, PowerLevel.Limited)]
    [InlineData("""{"StringEqualsIfExists":{"aws:username":"omar"}}""", PowerLevel.Administrator, PowerLevel.Administrator)]
    [InlineData("""{"StringLike":{"aws:username":"n*"}}""", PowerLevel.Administrator, PowerLevel.Limited)]
    [InlineData("""{"StringNotEquals":{"aws:username":"nina"}}""", PowerLevel.Administrator, PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:PrincipalType":["AssumedRole","Account"]}}""", PowerLevel.Limited, PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:PrincipalType":"User"}}""", PowerLevel.Administrator, PowerLevel.Limited)]
    [InlineData("""{"StringEquals":{"aws:PrincipalType":"FederatedUser"}}""", PowerLevel.Administrator, PowerLevel.Limited)]
    [InlineData("""{"StringEquals":{"aws:PrincipalType":"Account"}}""", PowerLevel.Limited, PowerLevel.Limited)]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}}""", PowerLevel.Limited, PowerLevel.Administrator)]
    [InlineData("""{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/ops/nina"}}""", PowerLevel.Administrator, PowerLevel.Limited)]
    [InlineData("""{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/karenina"}}""", PowerLevel.Limited, PowerLevel.Limited)]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::999988887777:*"}}""", PowerLevel.Limited, PowerLevel.Limited)]
    [InlineData("""{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::999988887777:*"}}""", PowerLevel.Administrator, PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"o-strangers00"}}""", PowerLevel.Limited, PowerLevel.Limited)]
    [InlineData("""{"StringEqualsIfExists":{"aws:ResourceOrgID":"o-strangers00"}}""", PowerLevel.Administrator, PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":["o-strangers00","o-ourselves0"]}}""", PowerLevel.Administrator, PowerLevel.Administrator)]
    [InlineData("""{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-strangers00/*"}}""", PowerLevel.Limited, PowerLevel.Limited)]
    public void What_is_meant_for_somebody_else_gives_the_holder_nothing(string condition, PowerLevel ofUser, PowerLevel ofRole)
    {
        var statement = Allow("*", condition);
        Assert.Equal(ofUser, Judge(statement, s_user));
        Assert.Equal(ofRole, Judge(statement, s_role));
    }

    [Theory]
    [InlineData("""{"StringEquals":{"aws:username":"omar"}}""")]
    [InlineData("""{"StringEquals":{"aws:PrincipalType":"AssumedRole"}}""")]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}}""")]
    [InlineData("""{"StringLike":{"sts:RoleSessionName":"omar"}}""")]
    public void What_others_may_hold_as_well_counts_for_them(string condition)
    {
        Assert.Equal(PowerLevel.Administrator, Judge(Allow("*", condition)));
        Assert.Equal(PowerLevel.Administrator, Judge(Allow("*", condition), s_user, new OwnThing("policy", "shared")));
        Assert.NotEqual(PowerLevel.Administrator, Judge(Allow("*", condition), s_user, new OwnThing("group", "night-shift")));
    }

    [Fact]
    public void Nobody_in_a_group_is_a_role()
    {
        var group = new OwnThing("group", "night-shift");
        Assert.Equal(PowerLevel.Limited, Judge(Allow("*", """{"StringEquals":{"aws:PrincipalType":"AssumedRole"}}"""), group));
        Assert.Equal(PowerLevel.Administrator, Judge(Allow("*", """{"StringEquals":{"aws:username":"omar"}}"""), group));
    }

    [Theory]
    [InlineData("iam:*", """{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}""", PowerLevel.Limited)]
    [InlineData("iam:*", """{"StringEqualsIfExists":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}""", PowerLevel.Administrator)]
    [InlineData("iam:*", """{"StringNotEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}""", PowerLevel.Administrator)]
    [InlineData("iam:PassRole\",\"iam:PutRolePolicy", """{"StringLike":{"iam:PassedToService":"*"}}""", PowerLevel.Limited)]
    [InlineData("iam:*", """{"StringEquals":{"sts:ExternalId":"7"}}""", PowerLevel.Limited)]
    [InlineData("sts:AssumeRole", """{"StringEquals":{"sts:ExternalId":"7"}}""", PowerLevel.EscalationCapable)]
    [InlineData("*", """{"StringEquals":{"sts:ExternalId":"7"}}""", PowerLevel.EscalationCapable)]
    [InlineData("*", """{"StringEquals":{"ec2:Region":"eu-north-1"}}""", PowerLevel.EscalationCapable)]
    [InlineData("iam:*", """{"StringEquals":{"ec2:Region":"eu-north-1"}}""", PowerLevel.Limited)]
    [InlineData("*", """{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}""", PowerLevel.EscalationCapable)]
    [InlineData("*", """{"StringEquals":{"saml:iss":"https://idp.example"}}""", PowerLevel.Limited)]
    [InlineData("iam:*", """{"ArnLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AdministratorAccess"}}""", PowerLevel.EscalationCapable)]
    public void A_key_that_a_call_does_not_carry_takes_that_call_out(string action, string condition, PowerLevel expected) =>
        Assert.Equal(expected, Judge(Allow(action, condition), s_user));

    [Fact]
    public void A_pass_is_not_confined_by_the_service_that_it_names() => Assert.Equal(
        PowerLevel.EscalationCapable,
        Judge(Allow("iam:*", """{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}""")
            + "," + Allow("ecs:RegisterTaskDefinition\",\"ecs:RunTask"), s_user));

    [Fact]
    public void A_session_of_a_role_may_have_what_a_user_never_has() =>
        Assert.Equal(PowerLevel.Administrator, Judge(Allow("*", """{"StringEquals":{"saml:iss":"https://idp.example"}}"""), s_role));

    [Theory]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::123456789012:user/${aws:username}")]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::123456789012:user/${aws:username}", "arn:aws:iam::*:user/${AWS:username}")]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::*:user/nina", "arn:aws:iam::*:user/nina")]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::*:user/nina", "arn:aws:iam::*:user/n*")]
    [InlineData("sts:AssumeRole", "arn:aws:iam::123456789012:role/shop-*", "arn:aws:iam::123456789012:role/shop-*")]
    [InlineData("lambda:UpdateFunctionCode", "*", "arn:aws:lambda:*:123456789012:function:*")]
    [InlineData("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*", "arn:aws:lambda:*:*:function:*")]
    [InlineData("codebuild:StartBuild", "arn:aws:codebuild:*:*:project/shop", "arn:aws:codebuild:*:*:project/*")]
    public void A_Deny_of_the_same_resource_takes_it(string action, string allowed, string denied)
    {
        var statement = $$"""{"Effect":"Allow","Action":"{{action}}","Resource":"{{allowed}}"}""";
        Assert.True(Judge(statement, s_user) >= PowerLevel.MayEscalate);
        Assert.Equal(
            PowerLevel.Limited,
            Judge(statement + $$""",{"Effect":"Deny","Action":"{{action}}","Resource":"{{denied}}"}""", s_user));
    }

    [Theory]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/ops/${aws:username}")]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/${aws:PrincipalTag/name}")]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::*:user/nina", "arn:aws:iam::999988887777:user/nina")]
    [InlineData("lambda:UpdateFunctionCode", "*", "arn:aws:lambda:*:123456789012:function:shop-*")]
    [InlineData("sts:AssumeRoot", "arn:aws:iam::*:root", "arn:aws:iam::123456789012:*")]
    [InlineData("ec2-instance-connect:SendSSHPublicKey", "*", "arn:aws:lambda:*:123456789012:function:*")]
    public void A_Deny_of_another_or_a_part_takes_nothing(string action, string allowed, string denied) => Assert.Equal(
        PowerLevel.EscalationCapable,
        Judge($$"""
            {"Effect":"Allow","Action":"{{action}}","Resource":"{{allowed}}"},
            {"Effect":"Deny","Action":"{{action}}","Resource":"{{denied}}"}
            """, s_user));

    [Theory]
    [InlineData("Role", """{"Effect":"Allow","Action":"iam:DeleteRolePermissionsBoundary","Resource":"*"}""", PowerLevel.EscalationCapable)]
    [InlineData("Role", """{"Effect":"Allow","Action":"iam:PutRole*","Resource":"arn:aws:iam::*:role/*"}""", PowerLevel.EscalationCapable)]
    [InlineData("User", """{"Effect":"Allow","Action":"iam:DeleteUserPermissionsBoundary","Resource":"*"}""", PowerLevel.EscalationCapable)]
    [InlineData("User", """{"Effect":"Allow","Action":"iam:DeleteRolePermissionsBoundary","Resource":"*"}""", PowerLevel.MayEscalate)]
    [InlineData("Role", """{"Effect":"Allow","Action":"iam:DeleteRolePermissionsBoundary","Resource":"arn:aws:iam::*:role/app/*"}""", PowerLevel.MayEscalate)]
    [InlineData("Role", """{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"arn:aws:iam::*:policy/fence"}""", PowerLevel.EscalationCapable)]
    [InlineData("Role", """{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"arn:aws:iam::*:policy/notes"}""", PowerLevel.MayEscalate)]
    [InlineData("Role", """
        {"Effect":"Allow","Action":"iam:PutRolePermissionsBoundary","Resource":"*","Condition":
        {"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/fence"}}}
        """, PowerLevel.Limited)]
    [InlineData("Role", """
        {"Effect":"Allow","Action":"iam:DeleteRolePermissionsBoundary","Resource":"*","Condition":
        {"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/fence"}}}
        """, PowerLevel.EscalationCapable)]
    [InlineData("Role", """
        {"Effect":"Allow","Action":"iam:DeleteRolePermissionsBoundary","Resource":"*"},
        {"Effect":"Deny","Action":"iam:Delete*PermissionsBoundary","Resource":"*"}
        """, PowerLevel.Limited)]
    public void A_boundary_that_can_be_taken_off_or_changed_limits_nobody(string kind, string besides, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""
            {"Effect":"Allow","Action":["iam:Create{{kind}}","iam:Attach{{kind}}Policy"],"Resource":"*",
            "Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/fence"} } },
            {{besides}}
            """, s_user));

    [Theory]
    [InlineData("\"Version\":\"2012-10-17\",", PowerLevel.EscalationCapable)]
    [InlineData("\"Version\":\"2008-10-17\",", PowerLevel.Limited)]
    [InlineData("", PowerLevel.Limited)]
    public void Only_the_newer_version_has_variables(string version, PowerLevel expected) => Assert.Equal(
        expected,
        IdentityAccess.WhatIsGranted(PolicyDocument.Read($$"""
            { {{version}}"Statement":{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"arn:aws:iam::*:user/${aws:username}"} }
            """), Circumstances(s_user)).Level);

    [Fact]
    public void A_variable_that_is_none_does_not_confine_either()
    {
        const string Statement = """
            "Statement":{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"StringNotEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}}}
            """;
        PowerLevel Level(string text) => IdentityAccess.WhatIsGranted(PolicyDocument.Read(text), Circumstances(s_user)).Level;
        Assert.Equal(PowerLevel.Administrator, Level("{" + Statement));
        Assert.Equal(PowerLevel.Limited, Level("""{"Version":"2012-10-17",""" + Statement));
    }

    [Fact]
    public void A_resource_that_is_closed_by_now_lets_nobody_in() => Assert.Equal(
        Audience.Nobody,
        ResourceAccess.WhoIsLetIn(Document("""
            {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::leaflets/*"},
            {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":
            {"DateGreaterThan":{"aws:CurrentTime":"2025-11-30T00:00:00Z"}}}
            """), new ResourceOwner(Account, s_at)).Widest);

    private static string Allow(string action, string condition = "{}") =>
        $$"""{"Effect":"Allow","Action":["{{action}}"],"Resource":"*","Condition":{{condition}}}""";

    private static string Deny(string condition) => $$"""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{condition}}}""";

    private static PolicyDocument Document(string statements) =>
        PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""");

    private static Circumstances Circumstances(params OwnThing[] own) =>
        new(Account, "aws", s_at, own) { OrganizationIds = ["o-ourselves0"] };

    private static PowerLevel Judge(string statements, params OwnThing[] own) =>
        IdentityAccess.WhatIsGranted(Document(statements), Circumstances(own)).Level;
}
