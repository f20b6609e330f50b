using Responder.Policies;

namespace Responder.Tests.Policies;

/// <summary>
/// Documents that ordinary work needs every day: nobody would sign a page about them. Together with AWS's managed policies, of which
/// reviewed.txt lists those that do page, they are the counterpart of the ways to administrator.
/// </summary>
public class OrdinaryPolicyTests
{
    private const string Account = "123456789012";

    /// <summary>What it is for, the statements, and how much it may be worth.</summary>
    public static TheoryData<string, string, PowerLevel> Roles => new()
    {
        { "function that writes its log", Allow("logs:CreateLogGroup,logs:CreateLogStream,logs:PutLogEvents"), PowerLevel.Limited },
        {
            "function in a network",
            Allow("ec2:CreateNetworkInterface,ec2:DescribeNetworkInterfaces,ec2:DeleteNetworkInterface"), PowerLevel.Limited
        },
        {
            "function with a table",
            Allow("dynamodb:GetItem,dynamodb:PutItem,dynamodb:Query", "arn:aws:dynamodb:*:123456789012:table/orders"), PowerLevel.Limited
        },
        { "function with a bucket", Allow("s3:GetObject,s3:PutObject,s3:DeleteObject", "arn:aws:s3:::uploads/*"), PowerLevel.Limited },
        {
            "function that calls others",
            Allow("lambda:InvokeFunction", "arn:aws:lambda:*:123456789012:function:orders-*"), PowerLevel.Limited
        },
        {
            "function with a secret",
            Allow("secretsmanager:GetSecretValue,kms:Decrypt", "arn:aws:secretsmanager:*:123456789012:secret:db-*"), PowerLevel.Limited
        },
        { "function that reads a queue", Allow("sqs:ReceiveMessage,sqs:DeleteMessage,sqs:GetQueueAttributes"), PowerLevel.Limited },
        { "tracing", Allow("xray:PutTraceSegments,xray:PutTelemetryRecords"), PowerLevel.Limited },
        { "container agent", Allow("ecr:GetAuthorizationToken,ecr:BatchGetImage,logs:PutLogEvents,ssm:GetParameters"), PowerLevel.Limited },
        { "container with a bucket", Allow("s3:*", "arn:aws:s3:::media,arn:aws:s3:::media/*"), PowerLevel.Limited },
        {
            "instance under Systems Manager",
            Allow("ssm:UpdateInstanceInformation,ssmmessages:CreateControlChannel,ec2messages:GetMessages"), PowerLevel.Limited
        },
        {
            "nodes of a cluster",
            Allow("ec2:DescribeInstances,ec2:AssignPrivateIpAddresses,ec2:CreateTags,ecr:BatchGetImage"), PowerLevel.Limited
        },
        {
            "controller of a cluster's load balancers",
            Allow("elasticloadbalancing:*,ec2:AuthorizeSecurityGroupIngress,iam:CreateServiceLinkedRole"), PowerLevel.Limited
        },
        {
            "autoscaler of a cluster",
            Allow("autoscaling:SetDesiredCapacity,autoscaling:TerminateInstanceInAutoScalingGroup"), PowerLevel.Limited
        },
        { "name server of a cluster", Allow("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/*"), PowerLevel.Limited },
        { "state machine", Allow("lambda:InvokeFunction,sns:Publish,states:StartExecution"), PowerLevel.Limited },
        { "schedule", Allow("sqs:SendMessage", "arn:aws:sqs:*:123456789012:jobs"), PowerLevel.Limited },
        { "delivery stream", Allow("s3:PutObject,glue:GetTableVersions,kinesis:GetRecords,logs:PutLogEvents"), PowerLevel.Limited },
        { "crawler", Allow("glue:GetDatabase,glue:CreateTable,glue:UpdateTable,s3:GetObject"), PowerLevel.Limited },
        { "query service", Allow("athena:StartQueryExecution,athena:GetQueryResults,glue:GetTable,s3:GetObject"), PowerLevel.Limited },
        {
            "build that pushes images",
            Allow("ecr:PutImage,ecr:UploadLayerPart,codebuild:CreateReport,logs:PutLogEvents"), PowerLevel.Limited
        },
        {
            "pipeline that passes one role",
            Allow("codebuild:BatchGetBuilds,s3:GetObject")
            + "," + Allow("iam:PassRole", "arn:aws:iam::123456789012:role/service/orders-task")
            + "," + Allow("ecs:RegisterTaskDefinition,ecs:UpdateService"),
            PowerLevel.MayEscalate
        },
        {
            "pipeline that updates one function",
            Allow(
                "lambda:UpdateFunctionCode,lambda:PublishVersion",
                "arn:aws:lambda:*:123456789012:function:orders"),
            PowerLevel.MayEscalate
        },
        {
            "deployment that assumes its own roles",
            Allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/cdk-hnb659fds-deploy-role-*"), PowerLevel.MayEscalate
        },
        { "backup", Allow("ec2:CreateSnapshot,ec2:DeleteSnapshot,rds:CreateDBSnapshot,backup:StartBackupJob"), PowerLevel.Limited },
        {
            "monitoring by another company",
            Allow("cloudwatch:Get*,cloudwatch:List*,ec2:Describe*,tag:GetResources,logs:Describe*"), PowerLevel.Limited
        },
        { "audit", Allow("iam:Get*,iam:List*,iam:GenerateCredentialReport,config:*,access-analyzer:List*"), PowerLevel.Limited },
        { "everything but IAM that only reads", Allow("*:Get*,*:List*,*:Describe*"), PowerLevel.Limited },
        {
            "own password and MFA",
            Allow(
                "iam:ChangePassword,iam:CreateAccessKey,iam:CreateVirtualMFADevice,iam:EnableMFADevice",
                "arn:aws:iam::*:user/${aws:username},arn:aws:iam::*:mfa/*"),
            PowerLevel.Limited
        },
        { "cost reports", Allow("ce:*,cur:*,budgets:ViewBudget"), PowerLevel.Limited },
        { "mail", Allow("ses:SendEmail,ses:SendRawEmail"), PowerLevel.Limited },
        {
            "guardrail",
            """{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}""",
            PowerLevel.Nothing
        },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public void An_ordinary_role_pages_nobody(string what, string statements, PowerLevel most)
    {
        var document = PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""");
        var verdict = IdentityAccess.WhatIsGranted(document, new Circumstances(Account, null, null, []));
        Assert.True(verdict.Level <= most, $"{what}: {verdict.Level}, {string.Join("; ", verdict.Reasons)}");
    }

    private static string Allow(string actions, string resources = "*") =>
        $$"""{"Effect":"Allow","Action":{{List(actions)}},"Resource":{{List(resources)}}}""";

    private static string List(string items) => "[" + string.Join(',', items.Split(',').Select(static item => $"\"{item}\"")) + "]";
}
