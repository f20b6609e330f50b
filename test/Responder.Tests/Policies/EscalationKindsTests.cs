using System.Globalization;
using Responder.Policies;

namespace Responder.Tests.Policies;

/// <summary>
/// Kinds of ways that a list by hand leaves out: resources of other services, roles passed to any call that takes one, a Deny of all but
/// something, other partitions, accounts and times.
/// </summary>
public class EscalationKindsTests
{
    private const string Account = "123456789012";

    private static readonly string s_completeness = Repository.PathOf("test", "Responder.Tests", "Detections", "Completeness");

    [Theory]
    [InlineData("ssm:StartSession", "arn:aws:ec2:*:123456789012:instance/*", PowerLevel.EscalationCapable)]
    [InlineData("ssm:StartSession", "arn:aws:ec2:eu-central-1:*:instance/i-*", PowerLevel.EscalationCapable)]
    [InlineData("ssm:StartSession", "arn:aws:ssm:*:*:managed-instance/*", PowerLevel.EscalationCapable)]
    [InlineData("ssm:StartSession", "arn:aws:ecs:*:*:task/*", PowerLevel.EscalationCapable)]
    [InlineData("ssm:StartSession", "arn:aws:ec2:eu-central-1:123456789012:instance/i-0a1b2c3d4e5f60718", PowerLevel.MayEscalate)]
    [InlineData("ssm:StartSession", "arn:aws:ssm:*:*:document/Our-Tunnel", PowerLevel.Limited)]
    [InlineData("ssm:StartSession", "arn:aws:s3:::sessions/*", PowerLevel.Limited)]
    [InlineData("ec2-instance-connect:SendSSHPublicKey", "arn:aws:ec2:*:*:instance/*", PowerLevel.EscalationCapable)]
    [InlineData("ec2-instance-connect:SendSerialConsoleSSHPublicKey", "arn:aws:ec2:*:*:instance/*", PowerLevel.EscalationCapable)]
    [InlineData("ec2-instance-connect:SendSSHPublicKey", "arn:aws:ec2:*:*:instance/i-0a1b2c3d4e5f60718", PowerLevel.MayEscalate)]
    [InlineData("sts:AssumeRoot", "arn:aws:iam::*:root", PowerLevel.EscalationCapable)]
    [InlineData("sts:AssumeRoot", "arn:aws:iam::210987654321:root", PowerLevel.MayEscalate)]
    [InlineData("ssm:UpdateAssociation", "arn:aws:ssm:*:*:association/*", PowerLevel.EscalationCapable)]
    [InlineData("ssm:SendCommand", "arn:aws:ssm:*:*:document/*", PowerLevel.Limited)]
    [InlineData("sts:AssumeRoot", "arn:aws:iam::*:user/*", PowerLevel.Limited)]
    [InlineData("iam:EnableOrganizationsRootSessions", "arn:aws:iam::*:user/*", PowerLevel.Limited)]
    [InlineData("organizations:UpdatePolicy", "arn:aws:organizations::*:policy/o-a1b2c3d4e5/service_control_policy/*",
        PowerLevel.EscalationCapable)]
    [InlineData("ecs:ExecuteCommand", "arn:aws:ecs:*:*:task/shop/*", PowerLevel.MayEscalate)]
    public void An_action_reaches_what_it_takes_whatever_service_that_belongs_to(string action, string resource, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""{"Effect":"Allow","Action":"{{action}}","Resource":"{{resource}}"}"""));

    [Theory]
    [InlineData("arn:aws:ssm:*::document/AWS-RunShellScript", PowerLevel.EscalationCapable)]
    [InlineData("arn:aws:ssm:*:*:document/AWS-Run*", PowerLevel.EscalationCapable)]
    [InlineData("arn:aws:ssm:eu-central-1:123456789012:document/*", PowerLevel.EscalationCapable)]
    [InlineData("arn:aws:ssm:*:123456789012:document/Restart-Shop", PowerLevel.MayEscalate)]
    [InlineData("arn:aws:ssm:*::document/AWS-UpdateSSMAgent", PowerLevel.MayEscalate)]
    public void A_command_on_every_instance_is_worth_what_its_document_runs(string document, PowerLevel expected) => Assert.Equal(
        expected, Judge($$"""
            {"Effect":"Allow","Action":"ssm:SendCommand","Resource":["arn:aws:ec2:*:123456789012:instance/*","{{document}}"]}
            """));

    [Theory]
    [InlineData("ssm:StartSession", "BoolIfExists", "ssm:SessionDocumentAccessCheck", "true", PowerLevel.EscalationCapable)]
    [InlineData("ssm:StartSession", "Bool", "ssm:SessionDocumentAccessCheck", "true", PowerLevel.EscalationCapable)]
    [InlineData("ec2-instance-connect:SendSSHPublicKey", "StringEquals", "ec2:osuser", "admin", PowerLevel.EscalationCapable)]
    [InlineData("ssm:StartSession", "StringEquals", "ssm:resourceTag/team", "shop", PowerLevel.MayEscalate)]
    [InlineData("ssm:StartSession", "StringEquals", "aws:ResourceTag/team", "shop", PowerLevel.MayEscalate)]
    public void What_the_caller_asks_for_confines_nobody(string action, string test, string key, string value, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""
            {"Effect":"Allow","Action":"{{action}}","Resource":"arn:aws:ec2:*:*:instance/*","Condition":
            {"{{test}}":{"{{key}}":"{{value}}"} } }
            """));

    [Theory]
    [InlineData("ssm:UpdateAssociation")]
    [InlineData("ssm:CreateAssociationBatch")]
    [InlineData("ssm:UpdateMaintenanceWindowTask")]
    [InlineData("batch:SubmitJob")]
    [InlineData("batch:*")]
    [InlineData("codedeploy:CreateDeployment")]
    [InlineData("codebuild:StartSandbox")]
    [InlineData("ec2:CreateReplaceRootVolumeTask")]
    [InlineData("elasticbeanstalk:*")]
    [InlineData("elasticbeanstalk:CreateApplicationVersion,elasticbeanstalk:UpdateEnvironment")]
    [InlineData("lambda:UpdateFunctionConfiguration")]
    [InlineData("sagemaker:CreateNotebookInstanceLifecycleConfig,sagemaker:UpdateNotebookInstance,sagemaker:StartNotebookInstance")]
    [InlineData("cloudformation:CreateStackSet,cloudformation:CreateStackInstances")]
    [InlineData("organizations:MoveAccount")]
    [InlineData("organizations:UpdatePolicy")]
    [InlineData("organizations:DeletePolicy")]
    [InlineData("organizations:DisablePolicyType")]
    [InlineData("organizations:RemoveAccountFromOrganization")]
    [InlineData("organizations:AcceptHandshake")]
    [InlineData("account:StartPrimaryEmailUpdate,account:AcceptPrimaryEmailUpdate")]
    [InlineData("account:*")]
    [InlineData("sso:PutPermissionsPolicy")]
    [InlineData("sso:DeletePermissionsBoundaryFromPermissionSet")]
    [InlineData("sso:CreateTrustedTokenIssuer")]
    [InlineData("sso:AssociateDirectory")]
    [InlineData("sso-directory:CreateBearerToken")]
    public void Power_over_what_runs_or_over_accounts_leads_to_administrator(string actions) => Assert.Equal(
        PowerLevel.EscalationCapable, Judge(Allow(actions)));

    [Theory]
    [InlineData("identitystore:UpdateUser")]
    [InlineData("iam:AcceptDelegationRequest")]
    [InlineData("iam:EnableOrganizationsRootSessions")]
    [InlineData("sso:UpdateInstanceAccessControlAttributeConfiguration")]
    [InlineData("sso:DetachManagedPolicyFromPermissionSet")]
    public void Power_that_depends_on_what_is_there_may_lead_further(string action) =>
        Assert.Equal(PowerLevel.MayEscalate, Judge(Allow(action)));

    [Theory]
    [InlineData("autoscaling:CreateLaunchConfiguration,autoscaling:UpdateAutoScalingGroup")]
    [InlineData("codebuild:CreateProject,codebuild:CreateWebhook")]
    [InlineData("sagemaker:CreateAutoMLJobV2")]
    [InlineData("ecs:CreateExpressGatewayService")]
    [InlineData("eks:CreateAddon")]
    [InlineData("ssm:CreateActivation")]
    [InlineData("apigateway:PATCH")]
    [InlineData("proton:CreateEnvironment")]
    [InlineData("cloudwatch:PutMetricStream")]
    [InlineData("cloudformation:CreateResource")]
    public void A_role_passed_to_any_call_that_takes_one_leads_to_administrator(string actions)
    {
        Assert.Equal(PowerLevel.EscalationCapable, Judge(Allow("iam:PassRole," + actions)));
        Assert.Equal(PowerLevel.MayEscalate, Judge(Allow(actions) + """
            ,{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/worker"}
            """));
    }

    [Fact]
    public void Every_call_that_takes_a_role_by_the_service_models_makes_passing_one_count()
    {
        // What is left out of the detections because no trail records it counts all the same. A trail and a recorder are watched for
        // other reasons; their roles only write records.
        string[] ofRecords = ["cloudtrail:UpdateTrail", "config:PutConfigurationRecorder"];
        var leftOut = Lines("left-out.txt").Where(static words => words[0] == "role"
                && (words[3] != "data" || !RolePassing.Described.Contains(RolePassing.ActionOf(words[1], words[2]))))
            .Select(static words => RolePassing.ActionOf(words[1], words[2])).Concat(ofRecords).Concat(RolePassing.RunNothing)
            .ToHashSet(StringComparer.Ordinal);
        var alone = EscalationPaths.PassRolePartners.Where(static set => set.Length == 1).Select(static set => set[0])
            .ToHashSet(StringComparer.Ordinal);
        var models = Lines("models.txt").Where(static words => words[0] == "role")
            .Select(static words => RolePassing.ActionOf(words[1], words[2])).ToList();

        Assert.True(models.Count > 700, models.Count.ToString(CultureInfo.InvariantCulture));
        Assert.Equal([], models.Where(action => !alone.Contains(action) && !leftOut.Contains(action)));
    }

    [Theory]
    [InlineData("iam:*", "arn:aws:iam::123456789012:user/svc", PowerLevel.MayEscalate)]
    [InlineData("iam:*", "arn:aws:iam::*:*", PowerLevel.Administrator)]
    [InlineData("iam:*", "arn:aws:s3:::shop", PowerLevel.Limited)]
    [InlineData("sts:AssumeRole", "arn:aws:iam::123456789012:role/app", PowerLevel.MayEscalate)]
    [InlineData("sts:AssumeRole", "arn:aws:iam::123456789012:role/*", PowerLevel.EscalationCapable)]
    [InlineData("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:shop", PowerLevel.MayEscalate)]
    [InlineData("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*", PowerLevel.EscalationCapable)]
    [InlineData("lambda:UpdateFunctionCode", "arn:aws:s3:::shop", PowerLevel.Limited)]
    [InlineData("*", "arn:aws:s3:::shop", PowerLevel.Limited)]
    public void A_deny_of_all_but_something_leaves_that(string action, string spared, PowerLevel expected) => Assert.Equal(
        expected,
        Judge(Allow(action) + $$""",{"Effect":"Deny","Action":"{{action}}","NotResource":["{{spared}}","arn:aws:s3:::shop/*"]}"""));

    [Fact]
    public void A_deny_of_all_roles_but_one_limits_what_may_be_passed()
    {
        var passes = Allow("iam:PassRole,ec2:RunInstances");
        Assert.Equal(PowerLevel.MayEscalate, Judge(passes + """
            ,{"Effect":"Deny","Action":"iam:PassRole","NotResource":"arn:aws:iam::123456789012:role/app"}
            """));
        Assert.Equal(PowerLevel.Limited, Judge("""
            {"Effect":"Allow","Action":["iam:PassRole","ec2:RunInstances"],"Resource":"arn:aws:iam::123456789012:role/other"},
            {"Effect":"Deny","Action":"iam:PassRole","NotResource":"arn:aws:iam::123456789012:role/app"}
            """));
    }

    [Theory]
    [InlineData("arn:aws:eks:eu-central-1:123456789012:cluster/shop", "arn:aws:eks:eu-central-1:123456789012:access-entry/shop/*",
        PowerLevel.MayEscalate)]
    [InlineData("arn:aws:eks:*:*:cluster/*", "arn:aws:eks:*:*:access-entry/*", PowerLevel.EscalationCapable)]
    public void One_cluster_is_one_thing(string cluster, string entries, PowerLevel expected) => Assert.Equal(expected, Judge($$"""
        {"Effect":"Allow","Action":["eks:CreateAccessEntry","eks:AssociateAccessPolicy"],"Resource":["{{cluster}}","{{entries}}"]}
        """));

    [Theory]
    [InlineData("iam:*", "arn:aws-us-gov:iam::*:*", "aws", PowerLevel.Limited)]
    [InlineData("iam:PutUserPolicy", "arn:aws-cn:iam::*:user/*", "aws", PowerLevel.Limited)]
    [InlineData("iam:*", "arn:aws-us-gov:iam::*:*", "aws-us-gov", PowerLevel.Administrator)]
    [InlineData("iam:*", "arn:aws-us-gov:iam::*:*", null, PowerLevel.Administrator)]
    [InlineData("iam:*", "arn:*:iam::*:*", "aws", PowerLevel.Administrator)]
    public void Another_partition_holds_nothing_of_ours(string action, string resource, string? partition, PowerLevel expected) =>
        Assert.Equal(expected, Judge($$"""{"Effect":"Allow","Action":"{{action}}","Resource":"{{resource}}"}""", partition));

    [Theory]
    [InlineData("""{"StringEquals":{"aws:ResourceAccount":"999988887777"}}""", PowerLevel.Limited)]
    [InlineData("""{"StringEquals":{"aws:ResourceAccount":["999988887777","123456789012"]}}""", PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}""", PowerLevel.Administrator)]
    [InlineData("""{"StringLike":{"aws:ResourceAccount":"12345*"}}""", PowerLevel.Administrator)]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":"999988887777"}}""", PowerLevel.Limited)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalAccount":"123456789012"}}""", PowerLevel.Limited)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalAccount":"999988887777"}}""", PowerLevel.Administrator)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""", PowerLevel.Limited)]
    [InlineData("""{"DateLessThan":{"aws:EpochTime":"1577836800"}}""", PowerLevel.Limited)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}""", PowerLevel.Administrator)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"yesterday"}}""", PowerLevel.Administrator)]
    [InlineData("""{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""", PowerLevel.Administrator)]
    [InlineData("""{"DateLessThanIfExists":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""", PowerLevel.Limited)]
    public void A_condition_that_never_holds_gives_nothing(string condition, PowerLevel expected) => Assert.Equal(
        expected, Judge($$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition}}}"""));

    [Fact]
    public void A_date_has_passed_only_where_the_time_is_known() => Assert.Equal(
        PowerLevel.Administrator,
        IdentityAccess.WhatIsGranted(
            PolicyDocument.Read("""
                {"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
                "Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}}
                """), new Circumstances(Account, "aws", null, [])).Level);

    private static PowerLevel Judge(string statements, string? partition = "aws") => IdentityAccess.WhatIsGranted(
        PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}"""),
        new Circumstances(Account, partition, new DateTimeOffset(2026, 3, 4, 10, 0, 0, TimeSpan.Zero), [])).Level;

    private static string Allow(string actions) =>
        $$"""{"Effect":"Allow","Action":[{{string.Join(',', actions.Split(',').Select(static a => $"\"{a}\""))}}],"Resource":"*"}""";

    private static IEnumerable<string[]> Lines(string file) => File.ReadLines(Path.Combine(s_completeness, file))
        .Where(static line => line.Length > 0 && !line.StartsWith('#')).Select(static line => line.Split(' '));
}
