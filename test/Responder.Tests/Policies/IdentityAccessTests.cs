using Responder.Policies;

namespace Responder.Tests.Policies;

public class IdentityAccessTests
{
    private const string Account = "123456789012";

    [Theory]
    [InlineData("\"*\"", "\"*\"")]
    [InlineData("\"**\"", "\"*\"")]
    [InlineData("\"*:*\"", "\"*\"")]
    [InlineData("\"i*\"", "\"*\"")]
    [InlineData("\"iam:*\"", "\"*\"")]
    [InlineData("\"IAM:*\"", "\"*\"")]
    [InlineData("\"I?M:*\"", "\"*\"")]
    [InlineData("\"iam:?*\"", "\"*\"")]
    [InlineData("\"iam:*\"", "\"**\"")]
    [InlineData("\"iam:*\"", "\"*:*\"")]
    [InlineData("\"iam:*\"", "\"arn:*\"")]
    [InlineData("\"iam:*\"", "\"arn:aws:iam::*\"")]
    [InlineData("\"iam:*\"", "\"arn:aws:iam::*:*\"")]
    [InlineData("\"iam:*\"", "\"arn:aws:iam::123456789012:*\"")]
    [InlineData("\"iam:*\"", "\"arn:aws-us-gov:iam::123456789012:*\"")]
    [InlineData(
        "\"iam:*\"", "[\"arn:aws:iam::*:user/*\",\"arn:aws:iam::*:role/*\",\"arn:aws:iam::*:group/*\",\"arn:aws:iam::*:policy/*\"]")]
    [InlineData("[\"iam:A*\",\"iam:C*\",\"iam:P*\",\"iam:S*\",\"iam:U*\"]", "\"*\"")]
    public void All_of_IAM_on_everything_is_administrator(string action, string resource)
    {
        var verdict = Judge($$"""{"Effect":"Allow","Action":{{action}},"Resource":{{resource}}}""");

        Assert.Equal(PowerLevel.Administrator, verdict.Level);
        Assert.NotEmpty(verdict.Reasons);
    }

    [Theory]
    [InlineData("\"s3:*\"")]
    [InlineData("[\"s3:*\",\"ec2:*\"]")]
    [InlineData("\"iam:DeleteUser\"")]
    [InlineData("\"iam:CreateAccessKey\"")]
    public void NotAction_that_leaves_IAM_in_is_administrator(string notAction) =>
        Assert.Equal(PowerLevel.Administrator, Judge($$"""{"Effect":"Allow","NotAction":{{notAction}},"Resource":"*"}""").Level);

    [Theory]
    [InlineData("arn:aws:s3:::bucket/*")]
    [InlineData("arn:aws:iam::123456789012:user/bob")]
    public void NotResource_that_leaves_IAM_in_is_administrator(string notResource) =>
        Assert.Equal(PowerLevel.Administrator, Judge($$"""{"Effect":"Allow","Action":"*","NotResource":"{{notResource}}"}""").Level);

    [Fact]
    public void NotAction_like_PowerUserAccess_is_power_user() =>
        Assert.Equal(PowerLevel.PowerUser, Judge("""{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}""").Level);

    [Theory]
    [InlineData("""{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::210987654321:*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:s3:::bucket"}""")]
    [InlineData("""{"Effect":"Allow","Action":"iam:*","NotResource":"*"}""")]
    [InlineData("""{"Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"*"}""")]
    [InlineData("""{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}""")]
    public void Less_than_that_is_limited(string statement) => Assert.Equal(PowerLevel.Limited, Judge(statement).Level);

    [Fact]
    public void Every_raw_IAM_write_on_everything_is_escalation_capable()
    {
        foreach (var action in (string[])[
            "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy",
            "CreatePolicyVersion", "SetDefaultPolicyVersion", "AddUserToGroup", "CreateAccessKey", "CreateLoginProfile",
            "UpdateLoginProfile", "UpdateAssumeRolePolicy"])
        {
            var verdict = Judge($$"""{"Effect":"Allow","Action":"iam:{{action}}","Resource":"*"}""");
            Assert.Equal(PowerLevel.EscalationCapable, verdict.Level);
            Assert.Contains("iam:" + action, verdict.Reasons[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void PassRole_needs_something_to_pass_the_role_to()
    {
        Assert.Equal(PowerLevel.EscalationCapable, Judge("""{"Effect":"Allow","Action":["iam:PassRole","ec2:RunInstances"],"Resource":"*"}""").Level);
        Assert.Equal(PowerLevel.EscalationCapable, Judge(
            """{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"},{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:Invoke*"],"Resource":"arn:aws:lambda:*:*:function:x"}""").Level);
        Assert.Equal(PowerLevel.Limited, Judge("""{"Effect":"Allow","Action":["iam:PassRole","lambda:PublishVersion"],"Resource":"*"}""").Level);
        Assert.Equal(PowerLevel.EscalationCapable, Judge(
            """{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}},{"Effect":"Allow","Action":"ec2:RunInstances","Resource":"*"}""").Level);
        // In one statement the condition takes RunInstances out: that call has no such key.
        Assert.Equal(PowerLevel.Limited, Judge(
            """{"Effect":"Allow","Action":["iam:PassRole","ec2:RunInstances"],"Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}""").Level);
    }

    [Theory]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":"*"}""", PowerLevel.Limited)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","Resource":"*"}""", PowerLevel.PowerUser)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::*:*"}""", PowerLevel.PowerUser)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","NotResource":"arn:aws:s3:::x"}""", PowerLevel.PowerUser)]
    [InlineData("""{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}""", PowerLevel.Limited)]
    [InlineData("""{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*"}""", PowerLevel.Administrator)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::123456789012:user/bob"}""", PowerLevel.Administrator)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::*:user/????????"}""", PowerLevel.Administrator)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","Resource":"arn:aws-cn:iam::*:*"}""", PowerLevel.Administrator)]
    [InlineData("""{"Effect":"Deny","Action":"iam:*","NotResource":"arn:aws:iam::*:user/bob"}""", PowerLevel.PowerUser)]
    [InlineData("""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}""", PowerLevel.Administrator)]
    public void A_Deny_of_the_same_document_takes_back_only_what_it_wholly_and_always_denies(string deny, PowerLevel expected) =>
        Assert.Equal(expected, Judge("""{"Effect":"Allow","Action":"*","Resource":"*"},""" + deny).Level);

    [Theory]
    [InlineData("""{"Bool":{"aws:SecureTransport":"true"}}""")]
    [InlineData("""{"Bool":{"aws:MultiFactorAuthPresent":"true"}}""")]
    [InlineData("""{"StringLike":{"aws:UserAgent":"aws-cli*"}}""")]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}""")]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"203.0.113.9/32"}}""")]
    [InlineData("""{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}""")]
    [InlineData("""{"StringEquals":{"aws:username":"mallory"}}""")]
    [InlineData("""{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""")]
    [InlineData("""{"StringNotEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AdministratorAccess"}}""")]
    [InlineData("""{"StringEqualsIfExists":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}""")]
    [InlineData("""{"ForAllValues:StringEquals":{"aws:TagKeys":["x"]}}""")]
    [InlineData("""{"Null":{"aws:TokenIssueTime":"true"}}""")]
    [InlineData("{}")]
    public void Conditions_that_do_not_confine_what_may_be_done_still_count(string condition) => Assert.Equal(
        PowerLevel.Administrator, Judge($$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition}}}""").Level);

    [Theory]
    [InlineData("""{"StringEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}""")]
    [InlineData("""{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}""")]
    [InlineData("""{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.1.1"]}}""")]
    public void Conditions_that_confine_what_may_be_done_make_it_limited(string condition) => Assert.Equal(
        PowerLevel.Limited, Judge($$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition}}}""").Level);

    [Fact]
    public void Two_half_administrators_are_one_together()
    {
        var first = Read("""{"Effect":"Allow","Action":["iam:A*","iam:C*","iam:P*"],"Resource":"*"}""");
        var second = Read("""{"Effect":"Allow","Action":["iam:S*","iam:U*"],"Resource":"*"}""");

        Assert.Equal(PowerLevel.EscalationCapable, IdentityAccess.WhatIsGranted(first, new Circumstances(Account, null, null, [])).Level);
        Assert.Equal(PowerLevel.EscalationCapable, IdentityAccess.WhatIsGranted(second, new Circumstances(Account, null, null, [])).Level);
        Assert.Equal(
            PowerLevel.Administrator, IdentityAccess.WhatIsGranted([first, second], new Circumstances(Account, null, null, [])).Level);
    }

    [Fact]
    public void A_list_of_names_by_every_first_letter_reaches_everything()
    {
        var patterns = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_".SelectMany(
            c => (string[])["user", "role", "group", "policy"], (c, type) => $"\"arn:aws:iam::*:{type}/{c}*\"");

        Assert.Equal(PowerLevel.Administrator, Judge($$"""{"Effect":"Allow","Action":"iam:*","Resource":[{{string.Join(',', patterns)}}]}""").Level);
    }

    [Fact]
    public void Attaching_policies_to_oneself_is_escalation_but_rotating_own_keys_is_not()
    {
        const string Self = "arn:aws:iam::*:user/${aws:username}";
        Assert.Equal(PowerLevel.EscalationCapable, Judge($$"""{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"{{Self}}"}""").Level);
        Assert.Equal(PowerLevel.Limited, Judge($$"""{"Effect":"Allow","Action":["iam:*AccessKey*","iam:ChangePassword"],"Resource":"{{Self}}"}""").Level);
    }

    [Fact]
    public void Unread_content_is_unreadable_and_a_pure_Deny_grants_nothing()
    {
        Assert.Equal(
            PowerLevel.Unreadable,
            IdentityAccess.WhatIsGranted(PolicyDocument.Read("no policy"), new Circumstances(null, null, null, [])).Level);
        Assert.Equal(PowerLevel.Nothing, Judge("""{"Effect":"Deny","Action":"*","Resource":"*"}""").Level);
    }

    private static IdentityVerdict Judge(string statements) =>
        IdentityAccess.WhatIsGranted(Read(statements), new Circumstances(Account, null, null, []));

    private static PolicyDocument Read(string statements)
    {
        var document = PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""");
        Assert.True(document.IsReadable, document.Error);
        return document;
    }

    [Fact]
    public void Names_divided_among_statements_are_all_names()
    {
        static string Part(string first) => $$"""{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":[{{string.Join(',', first.Select(static c => $"\"arn:aws:iam::*:user/{c}*\""))}}]}""";
        var lower = Part("abcdefghijklmnopqrstuvwxyz_0123456789");
        var upper = Part("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

        Assert.Equal(PowerLevel.EscalationCapable, Judge(lower + "," + upper).Level);
        Assert.Equal(PowerLevel.MayEscalate, Judge(lower).Level);
    }

    [Theory]
    [InlineData("user/${aws:PrincipalTag/none, ''}*", PowerLevel.EscalationCapable)]
    [InlineData("user/${aws:PrincipalTag/none}*", PowerLevel.EscalationCapable)]
    [InlineData("${aws:PrincipalTag/none,'user/'}*", PowerLevel.EscalationCapable)]
    [InlineData("user/${aws:username}*", PowerLevel.EscalationCapable)]
    [InlineData("user/${aws:username, 'nobody'}", PowerLevel.EscalationCapable)]
    [InlineData("user/dev/${AWS:UserName}", PowerLevel.EscalationCapable)]
    [InlineData("user/${aws:PrincipalTag/team}", PowerLevel.MayEscalate)]
    [InlineData("role/${aws:username}", PowerLevel.Limited)]
    [InlineData("user/${aws:userna", PowerLevel.Limited)]
    public void Variables_count_at_the_value_that_reaches_furthest(string resource, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"arn:aws:iam::123456789012:{{resource}}"}""").Level);

    [Theory]
    [InlineData("""{"StringLike":{"aws:SourceVpc":"vpc-*"}}""", PowerLevel.Administrator)]
    [InlineData("""{"StringLike":{"aws:SourceVpce":"?*"}}""", PowerLevel.Administrator)]
    [InlineData("""{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}""", PowerLevel.Administrator)]
    [InlineData("""{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AdministratorAccess"}}""", PowerLevel.EscalationCapable)]
    [InlineData("""{"ArnLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/IAM*"}}""", PowerLevel.EscalationCapable)]
    [InlineData("""{"StringLike":{"iam:PolicyARN":"*"}}""", PowerLevel.EscalationCapable)]
    [InlineData("""{"ArnEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/Boundary"}}""", PowerLevel.EscalationCapable)]
    [InlineData("""{"StringEquals":{"aws:SourceVpc":"vpc-1a2b"}}""", PowerLevel.Limited)]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}""", PowerLevel.Limited)]
    public void A_condition_that_a_stranger_can_meet_confines_nothing(string condition, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{{condition}}}""").Level);

    [Fact]
    public void A_queue_runs_no_role() => Assert.Equal(PowerLevel.Limited, Judge(
        """{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:123456789012:jobs"}""").Level);
}
