using Responder.Policies;

namespace Responder.Tests.Policies;

/// <summary>What a document is worth depends on when, where and for whom it counts, and on what only AWS services can meet.</summary>
public class CircumstancesTests
{
    private const string Account = "123456789012";

    private static readonly DateTimeOffset s_at = new(2026, 3, 4, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"Bool":{"aws:PrincipalIsAWSService":"true"}}""", PowerLevel.Limited)]
    [InlineData("""{"BoolIfExists":{"aws:PrincipalIsAWSService":"true"}}""", PowerLevel.Limited)]
    [InlineData("""{"Bool":{"aws:PrincipalIsAWSService":"false"}}""", PowerLevel.Administrator)]
    [InlineData("""{"Bool":{"aws:PrincipalIsAWSService":["true","false"]}}""", PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:PrincipalServiceName":"ec2.amazonaws.com"}}""", PowerLevel.Limited)]
    [InlineData("""{"StringNotEquals":{"aws:ResourceAccount":"123456789012"}}""", PowerLevel.Limited)]
    [InlineData("""{"StringNotEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}""", PowerLevel.Limited)]
    [InlineData("""{"StringNotEquals":{"aws:ResourceAccount":"999988887777"}}""", PowerLevel.Administrator)]
    [InlineData("""{"Null":{"aws:PrincipalArn":"true"}}""", PowerLevel.Limited)]
    [InlineData("""{"Null":{"aws:PrincipalArn":"false"}}""", PowerLevel.Administrator)]
    [InlineData("""{"ArnNotLike":{"aws:PrincipalArn":"*"}}""", PowerLevel.Limited)]
    [InlineData("""{"NumericLessThan":{"aws:EpochTime":"1500000000"}}""", PowerLevel.Limited)]
    public void What_no_person_can_meet_gives_nothing(string condition, PowerLevel expected) => Assert.Equal(
        expected, Judge($$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition}}}"""));

    [Theory]
    [InlineData("sts:AssumeRole", "role/${aws:PrincipalTag/squad}")]
    [InlineData("sts:AssumeRole", "role/${aws:username}")]
    [InlineData("sts:AssumeRole", "role/${aws:userid}")]
    [InlineData("iam:AttachGroupPolicy", "group/${aws:PrincipalTag/squad}")]
    [InlineData("iam:PassRole,lambda:CreateFunction,lambda:InvokeFunction", "role/${aws:PrincipalTag/squad}")]
    public void A_name_that_is_a_variable_is_something_whose_power_is_not_known(string actions, string resource)
    {
        var statement = $$"""
            {"Effect":"Allow","Action":["{{actions.Replace(",", "\",\"", StringComparison.Ordinal)}}"],
            "Resource":["arn:aws:iam::123456789012:{{resource}}","arn:aws:lambda:*:*:function:*"]}
            """;
        Assert.Equal(PowerLevel.MayEscalate, Judge(statement));
        if (resource.Contains("Tag/", StringComparison.Ordinal))
            Assert.Equal(
                PowerLevel.EscalationCapable,
                Judge(statement + """,{"Effect":"Allow","Action":"iam:TagUser","Resource":"arn:aws:iam::*:user/*"}"""));
    }

    [Theory]
    [InlineData("iam:CreateAccessKey", "user/${aws:username}")]
    [InlineData("iam:UpdateSSHPublicKey", "user/*/${aws:username}")]
    public void Power_over_ones_own_user_is_no_power_over_others(string action, string resource) => Assert.Equal(
        PowerLevel.Limited,
        Judge($$"""{"Effect":"Allow","Action":"{{action}}","Resource":"arn:aws:iam::123456789012:{{resource}}"}"""));

    [Theory]
    [InlineData("arn:aws:iam::123456789012:policy/*", PowerLevel.MayEscalate)]
    [InlineData("arn:aws:iam::*:policy/limits/*", PowerLevel.MayEscalate)]
    [InlineData("arn:aws:iam::*:policy/DeveloperLimit", PowerLevel.Limited)]
    [InlineData("arn:aws:iam::aws:policy/AdministratorAccess", PowerLevel.EscalationCapable)]
    public void A_boundary_limits_where_it_is_one_policy(string boundary, PowerLevel expected) => Assert.Equal(expected, Judge($$"""
        {"Effect":"Allow","Action":["iam:CreateUser","iam:PutUserPolicy"],"Resource":"*",
        "Condition":{"ArnLike":{"iam:PermissionsBoundary":"{{boundary}}"} } }
        """));

    [Theory]
    [InlineData("iam:UpdateSSHPublicKey")]
    [InlineData("iam:UpdateSigningCertificate")]
    [InlineData("iam:UpdateServiceSpecificCredential")]
    public void A_credential_that_was_switched_off_can_work_again(string action) => Assert.Equal(
        PowerLevel.MayEscalate, Judge($$"""{"Effect":"Allow","Action":"{{action}}","Resource":"*"}"""));

    [Theory]
    [InlineData("""{"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}""", Audience.Organization)]
    [InlineData("""{"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}""", Audience.OwnAccount)]
    [InlineData("""{"StringEquals":{"AWS:resourceaccount":"${AWS:principalaccount}"}}""", Audience.OwnAccount)]
    [InlineData("""{"StringNotEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}""", Audience.Everyone)]
    [InlineData("""{"StringEquals":{"aws:ResourceAccount":"123456789012"}}""", Audience.Everyone)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2024-06-30T00:00:00Z"}}""", Audience.Nobody)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2031-06-30T00:00:00Z"}}""", Audience.Everyone)]
    public void The_resource_against_its_caller_confines_as_the_caller_against_the_resource(string condition, Audience expected) =>
        Assert.Equal(expected, ResourceAccess.WhoIsLetIn(PolicyDocument.Read($$"""
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{{condition}}}]}
            """), new ResourceOwner(Account, s_at)).Widest);

    [Theory]
    [InlineData("cognito-identity.amazonaws.com", "StringLike", "aud", "eu-west-1:*", Audience.OpenFederation)]
    [InlineData("cognito-identity.amazonaws.com", "StringLike", "aud", "eu-west-1:0f3c*", Audience.OpenFederation)]
    [InlineData("cognito-identity.amazonaws.com", "StringEquals", "aud", "eu-west-1:0f3c2f0e-1111-4222", Audience.Federated)]
    [InlineData("accounts.google.com", "StringLike", "aud", "1*", Audience.OpenFederation)]
    [InlineData("accounts.google.com", "StringEquals", "aud", "1234.apps.googleusercontent.com", Audience.Federated)]
    [InlineData("graph.facebook.com", "StringLike", "app_id", "12*", Audience.OpenFederation)]
    public void Where_anybody_registers_an_application_only_the_whole_id_confines(
        string provider, string test, string claim, string value, Audience expected) =>
        Assert.Equal(expected, ResourceAccess.WhoMayAssume(PolicyDocument.Read($$"""
            {"Statement":[{"Effect":"Allow","Principal":{"Federated":"{{provider}}"},"Action":"sts:AssumeRoleWithWebIdentity",
            "Condition":{"{{test}}":{"{{provider}}:{{claim}}":"{{value}}"} } }]}
            """), new ResourceOwner(Account, s_at)).Widest);

    private static PowerLevel Judge(string statements) => IdentityAccess.WhatIsGranted(
        PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}"""),
        new Circumstances(Account, "aws", s_at, [])).Level;
}
