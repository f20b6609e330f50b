using System.Collections.Immutable;

namespace Responder.LocalAws.State;

/// <summary>
/// The AWS managed policies that a world knows from the start. Short documents grant what AWS's do. Where AWS's document has thousands of
/// characters, ours keeps what decides how strong the policy is (which actions, on every resource, without a condition).
/// </summary>
internal static class AwsManagedPolicies
{
    /// <summary>Document of a policy of which only the name is known: grants nothing that anybody lacks.</summary>
    public const string UnknownContent =
        """{"Version":"2012-10-17","Statement":[{"Sid":"ContentNotKnownToThisEndpoint","Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}]}""";

    private static readonly DateTimeOffset Made = new(2015, 2, 6, 18, 39, 46, TimeSpan.Zero);

    public static ImmutableSortedDictionary<string, IamManagedPolicy> All(string arnPrefix)
    {
        var all = Ordinal.Map<IamManagedPolicy>().ToBuilder();

        void Add(string name, int version, string statements)
        {
            var arn = arnPrefix + name;
            var document = $$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""";
            all.Add(arn, new IamManagedPolicy(arn, Id(name), new IamPolicyVersion(version, document, Made), null)
            {
                NextVersion = version + 1,
            });
        }

        Add("AdministratorAccess", 1, Allow("*"));
        Add("AWSDenyAll", 2, """{"Sid":"DenyAll","Effect":"Deny","Action":["*"],"Resource":"*"}""");
        Add("PowerUserAccess", 12, """{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},""" + Allow(
            "account:GetAccountInformation", "account:GetPrimaryEmail", "account:ListRegions", "iam:CreateServiceLinkedRole",
            "iam:DeleteServiceLinkedRole", "iam:ListRoles", "organizations:DescribeOrganization"));
        Add("IAMFullAccess", 2,
            Allow("iam:*", "organizations:DescribeAccount", "organizations:DescribeOrganization", "organizations:ListPolicies",
                "organizations:ListRoots"));
        Add("AdministratorAccess-Amplify", 12, Allow(
            "amplify:*", "cloudformation:*", "s3:*", "lambda:*", "iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy",
            "iam:PassRole", "iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion", "sts:AssumeRole"));
        Add("AdministratorAccess-AWSElasticBeanstalk", 1, Allow("elasticbeanstalk:*", "cloudformation:*", "ec2:Describe*"));
        Add("AWSAuditManagerAdministratorAccess", 3, Allow("auditmanager:*"));
        Add("job-function/AWSManagementConsoleAdministratorAccess", 7, Allow("uxc:*", "account:ListRegions"));
        Add("AWSOpsWorksRegisterCLI", 1,
            Allow("iam:AddUserToGroup", "iam:CreateAccessKey", "iam:CreateGroup", "iam:CreateUser", "iam:ListInstanceProfiles",
                "iam:PassRole", "iam:PutUserPolicy"));
        Add("ReadOnlyAccess", 182,
            Allow("ec2:Describe*", "iam:Get*", "iam:List*", "s3:Get*", "s3:List*", "cloudtrail:Get*", "cloudtrail:LookupEvents",
                "kms:List*", "sns:List*", "ssm:Describe*", "ssm:Get*"));
        Add("job-function/ViewOnlyAccess", 45, Allow("ec2:Describe*", "iam:List*", "s3:ListAllMyBuckets", "cloudtrail:DescribeTrails"));
        Add("SecurityAudit", 86,
            Allow("ec2:Describe*", "iam:Get*", "iam:List*", "s3:GetBucket*", "cloudtrail:Describe*", "config:Describe*"));
        Add("job-function/Billing", 1, Allow("aws-portal:*Billing", "budgets:*", "ce:*"));
        Add("job-function/SupportUser", 1, Allow("support:*", "ec2:Describe*", "iam:List*"));
        Add("job-function/SystemAdministrator", 1, Allow("cloudtrail:*", "cloudwatch:*", "config:*", "ec2:*", "iam:Get*", "iam:List*"));
        Add("job-function/NetworkAdministrator", 1, Allow("ec2:*", "elasticloadbalancing:*", "route53:*"));
        Add("job-function/DatabaseAdministrator", 1, Allow("rds:*", "dynamodb:*", "redshift:*", "cloudwatch:*"));
        Add("IAMReadOnlyAccess", 4,
            Allow("iam:GenerateCredentialReport", "iam:GenerateServiceLastAccessedDetails", "iam:Get*", "iam:List*",
                "iam:SimulateCustomPolicy", "iam:SimulatePrincipalPolicy"));
        Add("IAMUserChangePassword", 5,
            """{"Effect":"Allow","Action":["iam:ChangePassword"],"Resource":["arn:aws:iam::*:user/${aws:username}","arn:aws:iam::*:user/*/${aws:username}"]},""" + Allow("iam:GetAccountPasswordPolicy"));
        Add("AmazonEC2FullAccess", 5, Allow("ec2:*", "elasticloadbalancing:*", "cloudwatch:*", "autoscaling:*"));
        Add("AmazonEC2ReadOnlyAccess", 2,
            Allow("ec2:Describe*", "elasticloadbalancing:Describe*", "cloudwatch:ListMetrics", "autoscaling:Describe*"));
        Add("AmazonS3FullAccess", 2, Allow("s3:*", "s3-object-lambda:*"));
        Add("AmazonS3ReadOnlyAccess", 3, Allow("s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"));
        Add("AmazonDynamoDBFullAccess", 15, Allow("dynamodb:*", "dax:*"));
        Add("AmazonRDSFullAccess", 14, Allow("rds:*", "cloudwatch:GetMetricStatistics"));
        Add("AmazonSNSFullAccess", 1, Allow("sns:*"));
        Add("AmazonSQSFullAccess", 1, Allow("sqs:*"));
        Add("AmazonSSMFullAccess", 4, Allow("ssm:*", "cloudwatch:PutMetricData"));
        Add("AmazonSSMReadOnlyAccess", 1, Allow("ssm:Describe*", "ssm:Get*", "ssm:List*"));
        Add("AmazonSSMManagedInstanceCore", 2, Allow("ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"));
        Add("AWSLambda_FullAccess", 1, Allow("lambda:*", "cloudwatch:ListMetrics", "logs:DescribeLogGroups"));
        Add("AWSLambda_ReadOnlyAccess", 1, Allow("lambda:Get*", "lambda:List*"));
        Add("AWSCloudTrail_FullAccess", 1, Allow("cloudtrail:*"));
        Add("AWSCloudTrail_ReadOnlyAccess", 1,
            Allow("cloudtrail:Get*", "cloudtrail:Describe*", "cloudtrail:List*", "cloudtrail:LookupEvents"));
        Add("AWSKeyManagementServicePowerUser", 2,
            Allow("kms:CreateAlias", "kms:CreateKey", "kms:DeleteAlias", "kms:Describe*", "kms:List*", "kms:TagResource"));
        Add("CloudWatchFullAccess", 4, Allow("cloudwatch:*", "logs:*"));
        Add("CloudWatchReadOnlyAccess", 1, Allow("cloudwatch:Get*", "cloudwatch:List*", "logs:Get*", "logs:Describe*"));
        Add("AWSSupportAccess", 4, Allow("support:*", "support-console:*"));
        Add("AWSCompromisedKeyQuarantineV2", 4,
            Deny("iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateUser", "iam:DetachUserPolicy", "iam:PutUserPermissionsBoundary",
                "iam:PutUserPolicy", "ec2:RunInstances"));
        Add("AWSCompromisedKeyQuarantineV3", 3,
            Deny("iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateUser", "iam:DetachUserPolicy", "iam:PutUserPermissionsBoundary",
                "iam:PutUserPolicy", "ec2:RunInstances", "bedrock:*"));
        Add("service-role/AWSLambdaBasicExecutionRole", 1, Allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"));
        Add("service-role/AWSLambdaVPCAccessExecutionRole", 3,
            Allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"));
        Add("aws-service-role/AWSSSOServiceRolePolicy", 1, Allow("iam:ListRoles", "organizations:DescribeAccount"));
        Add("aws-service-role/AmazonGuardDutyServiceRolePolicy", 1, Allow("ec2:DescribeInstances", "organizations:DescribeAccount"));
        Add("aws-service-role/AWSSupportServiceRolePolicy", 1, Allow("iam:Get*", "iam:List*"));
        return all.ToImmutable();
    }

    private static string Allow(params string[] actions) => Statement("Allow", actions);

    private static string Deny(params string[] actions) => Statement("Deny", actions);

    private static string Statement(string effect, string[] actions) =>
        $$"""{"Effect":"{{effect}}","Action":{{(actions is ["*"] ? "\"*\"" : $"[{string.Join(',', actions.Select(action => $"\"{action}\""))}]")}},"Resource":"*"}""";

    // AWS's ids for its policies mean nothing to anybody; they only have to be distinct and stable.
    private static string Id(string name)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));
        return "ANPA" + string.Concat(hash.Take(17).Select(b => Alphabet[b & 31]));
    }
}
