using Responder.Policies;

namespace Responder.Tests.Policies;

/// <summary>Ways to more power, and the conditions, names and variables that do or do not stand in them.</summary>
public class EscalationTests
{
    private const string Account = "123456789012";

    [Theory]
    [InlineData("states:CreateStateMachine")]
    [InlineData("scheduler:CreateSchedule")]
    [InlineData("braket:CreateJob")]
    [InlineData("emr-serverless:StartJobRun")]
    [InlineData("codepipeline:CreatePipeline")]
    [InlineData("airflow:CreateEnvironment")]
    [InlineData("bedrock-agentcore:CreateAgentRuntime")]
    public void Passing_any_role_to_what_runs_code_or_workflows_leads_to_administrator(string action)
    {
        var statement = $$"""{"Effect":"Allow","Action":["iam:PassRole","{{action}}"],"Resource":"*"}""";
        Assert.Equal(PowerLevel.EscalationCapable, Judge(statement));
        Assert.Equal(PowerLevel.MayEscalate, Judge($$"""
            {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/batch-worker"},
            {"Effect":"Allow","Action":"{{action}}","Resource":"*"}
            """));
    }

    [Theory]
    [InlineData("lambda:UpdateFunctionCode")]
    [InlineData("ssm:SendCommand")]
    [InlineData("ecs:ExecuteCommand")]
    [InlineData("codebuild:StartBuild")]
    [InlineData("glue:UpdateDevEndpoint")]
    [InlineData("sts:AssumeRole")]
    [InlineData("iam:CreateServiceSpecificCredential")]
    [InlineData("sso:CreateAccountAssignment")]
    [InlineData("organizations:DetachPolicy")]
    [InlineData("iam:UpdateSAMLProvider")]
    public void Power_over_whatever_is_there_leads_to_administrator(string action) =>
        Assert.Equal(PowerLevel.EscalationCapable, Judge($$"""{"Effect":"Allow","Action":"{{action}}","Resource":"*"}"""));

    [Theory]
    [InlineData("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:shop", PowerLevel.MayEscalate)]
    [InlineData("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*", PowerLevel.EscalationCapable)]
    [InlineData("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:shop-*", PowerLevel.MayEscalate)]
    [InlineData("iam:PutUserPolicy", "arn:aws:iam::123456789012:user/me", PowerLevel.MayEscalate)]
    [InlineData("iam:CreateAccessKey", "arn:aws:iam::123456789012:user/ops/*", PowerLevel.MayEscalate)]
    [InlineData("iam:CreatePolicyVersion", "arn:aws:iam::210987654321:policy/theirs", PowerLevel.Limited)]
    [InlineData("iam:AttachRolePolicy", "arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*", PowerLevel.Limited)]
    [InlineData("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}", PowerLevel.Limited)]
    [InlineData("iam:DeleteUserPermissionsBoundary", "*", PowerLevel.MayEscalate)]
    [InlineData("iam:TagRole", "*", PowerLevel.MayEscalate)]
    [InlineData("iam:UpdateUser", "*", PowerLevel.Limited)]
    public void What_it_reaches_decides(string action, string resource, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""{"Effect":"Allow","Action":"{{action}}","Resource":"{{resource}}"}"""));

    [Theory]
    [InlineData("arn:aws:iam::${aws:PrincipalAccount}:*", PowerLevel.Administrator)]
    [InlineData("arn:aws:iam::${AWS:PrincipalAccount}:*", PowerLevel.Administrator)]
    [InlineData("arn:aws:iam::${aws:NeverHeardOf}:*", PowerLevel.Administrator)]
    [InlineData("${aws:NeverHeardOf${aws:PrincipalAccount}}", PowerLevel.MayEscalate)]
    [InlineData("arn:aws:iam::*:user/${aws:userid}", PowerLevel.Limited)]
    public void Variables_are_resolved_and_an_unknown_one_may_be_anything(string resource, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""{"Effect":"Allow","Action":"*","Resource":"{{resource}}"}"""));

    [Theory]
    [InlineData("""{"Bool":{"aws:ViaAWSService":"true"}}""", PowerLevel.Administrator)]
    [InlineData("""{"ForAnyValue:StringEquals":{"aws:CalledVia":["athena.amazonaws.com"]}}""", PowerLevel.Administrator)]
    [InlineData("""{"Bool":{"aws:IsMcpServiceAction":"true"}}""", PowerLevel.Administrator)]
    [InlineData("""{"SomeNewOperator":{"aws:ResourceTag/team":"blue"}}""", PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:ResourceTag/team":"blue"}}""", PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"ecs:cluster":"blue"}}""", PowerLevel.MayEscalate)]
    [InlineData("""{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}""", PowerLevel.Limited)]
    public void Conditions_that_the_holder_meets_or_brings_about_confine_nothing(string condition, PowerLevel expected) => Assert.Equal(
        expected, Judge($$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition}}}"""));

    [Theory]
    [InlineData("iam:AttachUserPolicy", "arn:aws:iam::123456789012:user/me", PowerLevel.EscalationCapable)]
    [InlineData("iam:PutUserPolicy", "arn:aws:iam::*:user/team/me", PowerLevel.EscalationCapable)]
    [InlineData("iam:PutUserPolicy", "arn:aws:iam::123456789012:user/m?", PowerLevel.EscalationCapable)]
    [InlineData("iam:PutUserPolicy", "arn:aws:iam::123456789012:user/notme", PowerLevel.MayEscalate)]
    [InlineData("iam:PutUserPolicy", "arn:aws:iam::210987654321:user/me", PowerLevel.Limited)]
    [InlineData("iam:CreateAccessKey", "arn:aws:iam::123456789012:user/me", PowerLevel.MayEscalate)]
    [InlineData("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/me", PowerLevel.MayEscalate)]
    [InlineData("iam:CreatePolicyVersion", "arn:aws:iam::123456789012:policy/mine", PowerLevel.EscalationCapable)]
    [InlineData("iam:CreatePolicyVersion", "arn:aws:iam::123456789012:policy/other", PowerLevel.MayEscalate)]
    public void Whoever_holds_it_may_be_named(string action, string resource, PowerLevel expected) => Assert.Equal(
        expected,
        IdentityAccess.WhatIsGranted(
            PolicyDocument.Read($$"""{"Statement":[{"Effect":"Allow","Action":"{{action}}","Resource":"{{resource}}"}]}"""),
            new Circumstances(Account, "aws", null, [new OwnThing("user", "me"), new OwnThing("policy", "mine")])).Level);

    [Fact]
    public void A_tag_confines_whoever_may_not_set_it()
    {
        const string Tagged = """
            {"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"StringEquals":{"iam:ResourceTag/env":"dev"}}}
            """;
        Assert.Equal(PowerLevel.MayEscalate, Judge(Tagged));
        Assert.Equal(PowerLevel.EscalationCapable, Judge(Tagged + """,{"Effect":"Allow","Action":"iam:TagUser","Resource":"*"}"""));
    }

    [Theory]
    [InlineData("arn:aws:iam::aws:policy/AdministratorAccess-Amplify", PowerLevel.EscalationCapable)]
    [InlineData("arn:aws:iam::aws:policy/Power*", PowerLevel.EscalationCapable)]
    [InlineData("arn:aws:iam::aws:policy/ReadOnlyAccess", PowerLevel.Limited)]
    [InlineData("arn:aws:iam::123456789012:policy/Ours", PowerLevel.MayEscalate)]
    public void A_policy_that_may_be_attached_counts_by_its_content(string policy, PowerLevel expected) => Assert.Equal(
        expected, Judge("""{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnLike":{"iam:PolicyARN":"POLICY"}}}"""
            .Replace("POLICY", policy, StringComparison.Ordinal)));

    [Fact]
    public void Long_documents_are_read_to_their_end()
    {
        var filler = string.Join(',', Enumerable.Range(0, 1_000)
            .Select(static i => $$"""{"Effect":"Allow","Action":"s3:Get{{i}}","Resource":"arn:aws:s3:::bucket{{i}}"}"""));
        Assert.Equal(PowerLevel.Administrator, Judge(filler + """,{"Effect":"Allow","Action":"*","Resource":"*"}"""));
        Assert.Equal(PowerLevel.Administrator, Judge(new string(' ', 6_144) + """{"Effect":"Allow","Action":"*","Resource":"*"}"""));
    }

    [Fact]
    public void The_page_lists_every_way() => Approval.Check(Repository.PathOf("docs", "escalation.md"), Page(), "docs/escalation.md is");

    private static PowerLevel Judge(string statements) => IdentityAccess.WhatIsGranted(
        PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}"""),
        new Circumstances(Account, "aws", null, [])).Level;

    private static string Page()
    {
        static string Sets(IEnumerable<string[]> sets) => string.Concat(sets.Select(static set => $"- `{string.Join("` and `", set)}`\n"));
        static string Paths(IEnumerable<IamPath> paths) => string.Concat(paths.Select(static path =>
            $"- `{path.Action}` on a {path.Type}{(path.Why.Length > 0 ? ": " + path.Why : "")}\n"));
        return $"""
            # Ways to more power

            Generated from EscalationPaths. A policy that gives one of these on everything, or on an unlimited part of it, is HIGH; on
            something named, on a part by name or tag, or where it depends on something that may not exist, it is MEDIUM. All of the first
            list is administrator (CRITICAL). In AWS's own managed policies, roles passed to the services that the policy names, and changes
            of what runs already, are MEDIUM (managed-policies.md).

            These conditions do not stand in the way: `iam:PassedToService` (of the pass), `aws:CalledVia`, `aws:ViaAWSService`, MFA, time,
            region, the holder's own name or tags, and tags of resources where the holder may set tags. A condition on a key that a call
            does not carry, and one that only somebody else can meet, takes that call away: `iam:*` where `iam:PassedToService` has to be
            there is a pass and nothing else. A Deny counts with its conditions where they hold for every call of the holder. A permissions
            boundary that has to be there limits nobody where the same documents allow to take it off, to set another or to edit it.

            ## Writes of IAM

            {Paths(EscalationPaths.Writes)}{Paths(EscalationPaths.Others)}
            ## On oneself

            {Sets(EscalationPaths.OnOneself.Select(static action => new[] { action }))}
            ## On what holds the policy, or on the policy itself

            {Paths(EscalationPaths.OnOwn)}
            ## iam:PassRole together with

            {Sets(EscalationPaths.PassRoleSets)}
            or with any other call that takes a role to run as, by the service models:

            {Sets(EscalationPaths.PassRoleCalls.GroupBy(static action => action.Split(':')[0]).Select(static of => of.ToArray())).Replace(
                " and ", ", ", StringComparison.Ordinal)}
            ## Code and data of what runs already

            {Sets(EscalationPaths.Running)}
            ## Power over accounts

            {Sets(EscalationPaths.Powers)}
            ## What needs something besides (MEDIUM)

            {Paths(EscalationPaths.Depending)}{Paths(EscalationPaths.PowersDepending)}
            """.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }
}
