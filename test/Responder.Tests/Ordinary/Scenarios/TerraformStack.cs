using Responder.Tests.Ordinary.Steps;

namespace Responder.Tests.Ordinary.Scenarios;

/// <summary>
/// Terraform in a CI system: it signs in with OIDC, creates, tags and reads back, and weeks later destroys the stack again.
/// </summary>
internal sealed class TerraformStack(Site site)
{
    private readonly string _role = site.App + "-instance";
    private readonly string _bucket = $"{site.App}-exports-{site.Random.Hex(8)}";
    private readonly string _logs = $"/app/{site.App}/server";
    private readonly string _database = site.App + "-db";
    private readonly string _alarm = site.App + "-cpu-high";
    private string _policyArn = "", _group = "", _databaseGroup = "", _instance = "", _topicArn = "";
    private (string Vpc, string Subnet, string RouteTable, string Gateway) _network;

    public void Apply(Journal log)
    {
        SignIn(log);
        log.By = site.Terraform();
        log.Call("sts", "GetCallerIdentity");
        _network = NetworkSteps.CreateVpc(log, site);
        log.Call(
            "ec2", "CreateTags", new
            {
                resourcesSet = Journal.Items(new { resourceId = _network.Vpc }),
                tagSet = Journal.Items(new { key = "Name", value = site.App }, new { key = "admin", value = "platform-team" }),
            }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call("ec2", "DescribeVpcs", new { vpcSet = Journal.Items(new { vpcId = _network.Vpc }), filterSet = new { } });
        log.Call("ec2", "DescribeVpcAttribute", new { vpcId = _network.Vpc, attribute = "enableDnsSupport" });
        log.AtTheSameTime(() => Groups(log), () => Role(log), () => Bucket(log), () => Alarm(log));
        StorageSteps.CreateDatabase(log, site, _database, _databaseGroup);
        log.Call("rds", "DescribeDBInstances", new { dBInstanceIdentifier = _database });
        log.Call("rds", "AddTagsToResource", new
        {
            resourceName = site.Arn("rds", "db:" + _database),
            tags = new[] { new { key = "app", value = site.App } },
        });
        _instance = ComputeSteps.RunInstances(log, site, _network.Subnet, _group, _role, "terraform-" + site.Random.Hex(26));
        log.Call("ec2", "DescribeInstances", new { instancesSet = Journal.Items(new { instanceId = _instance }), filterSet = new { } });
        log.Call("ec2", "DescribeInstanceAttribute", new { instanceId = _instance, attribute = "disableApiTermination" });
        log.Call(
            "elasticfilesystem", "CreateFileSystem", new
            {
                creationToken = "terraform-" + site.Random.Hex(26),
                encrypted = true,
                performanceMode = "generalPurpose",
            }, new { fileSystemId = "fs-0" + site.Random.Hex(16) });
        log.Call(
            "ecr", "CreateRepository", new
            {
                repositoryName = site.App,
                imageTagMutability = "IMMUTABLE",
                imageScanningConfiguration = new { scanOnPush = true },
            }, new { repository = new { repositoryName = site.App } });
        log.Call("ecr", "PutLifecyclePolicy", new { repositoryName = site.App, lifecyclePolicyText = "{\"rules\":[]}" }, new
        {
            repositoryName = site.App,
        });
        log.Call(
            "ecr", "SetRepositoryPolicy", new
            {
                repositoryName = site.App,
                policyText = PolicyText.Document(
                    new
                    {
                        Effect = "Allow",
                        Principal = new
                        {
                            AWS = $"arn:aws:iam::{site.Account}:root",
                        },
                        Action = new[] { "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage" }
                    }),
                force = false,
            }, new { });
        log.Call("acm", "RequestCertificate", new { domainName = site.App + ".example.com", validationMethod = "DNS" }, new
        {
            certificateArn = site.Arn("acm", "certificate/" + site.Random.Uuid()),
        });
        log.Call(
            "route53", "ChangeResourceRecordSets", new
            {
                hostedZoneId = "Z" + site.Random.Upper(13),
                changeBatch = new
                {
                    changes = new[] { new
                    {
                        action = "UPSERT", resourceRecordSet = new { name = site.App + ".example.com.", type = "CNAME" },
                    } },
                },
            }, new { changeInfo = new { status = "PENDING" } });
        log.Fails(
            "s3", "GetBucketCors", StorageSteps.Request(_bucket, site, "cors", ""), "NoSuchCORSConfiguration",
            "The CORS configuration does not exist");
    }

    /// <summary>
    /// Leaves out DeletePublicAccessBlock, DeleteBucketEncryption and ScheduleKeyDeletion: severity.md wants them reported, so they do not
    /// belong to what must stay silent.
    /// </summary>
    public void Destroy(Journal log)
    {
        SignIn(log);
        log.By = site.Terraform();
        Refresh(log);
        log.Call("ec2", "ModifyInstanceAttribute", new { instanceId = _instance, disableApiTermination = new { value = false } }, new
        {
            requestId = site.Random.Uuid(),
            _return = true,
        });
        ComputeSteps.ChangeInstance(log, site, "TerminateInstances", _instance, "running", "shutting-down");
        log.Call(
            "rds", "ModifyDBInstance", new { dBInstanceIdentifier = _database, deletionProtection = false, applyImmediately = true }, new
            {
                dBInstanceIdentifier = _database,
                publiclyAccessible = false,
            });
        log.Call(
            "rds", "DeleteDBInstance", new
            {
                dBInstanceIdentifier = _database,
                skipFinalSnapshot = false,
                finalDBSnapshotIdentifier = _database + "-final",
                deleteAutomatedBackups = true,
            }, new { dBInstanceStatus = "deleting" });
        log.Call("monitoring", "DeleteAlarms", new { alarmNames = new[] { _alarm } });
        log.Call("sns", "Unsubscribe", new { subscriptionArn = _topicArn + ":" + site.Random.Uuid() });
        log.Call("sns", "DeleteTopic", new { topicArn = _topicArn });
        log.Call("logs", "DeleteLogGroup", new { logGroupName = _logs });
        log.Call("s3", "DeleteBucketPolicy", StorageSteps.Request(_bucket, site, "policy", ""));
        StorageSteps.DeleteBucket(log, site, _bucket);
        log.Call("iam", "RemoveRoleFromInstanceProfile", new { instanceProfileName = _role, roleName = _role });
        log.Call("iam", "DeleteInstanceProfile", new { instanceProfileName = _role });
        IamSteps.DetachRolePolicy(log, _role, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
        IamSteps.DetachRolePolicy(log, _role, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore");
        IamSteps.DetachRolePolicy(log, _role, _policyArn);
        log.Call("iam", "ListPolicyVersions", new { policyArn = _policyArn });
        log.Call("iam", "DeletePolicy", new { policyArn = _policyArn });
        log.Call("iam", "ListInstanceProfilesForRole", new { roleName = _role });
        IamSteps.DeleteRole(log, _role, "read-parameters");
        NetworkSteps.Revoke(log, site, "RevokeSecurityGroupIngress", _databaseGroup, new NetworkSteps.Rule("tcp", 5432, 5432, _group));
        NetworkSteps.Revoke(log, site, "RevokeSecurityGroupEgress", _group, NetworkSteps.EverythingOut);
        log.Fails("ec2", "DeleteSecurityGroup", new
        {
            groupId = _group,
        }, "Client.DependencyViolation", $"resource {_group} has a dependent object");
        NetworkSteps.DeleteSecurityGroup(log, site, _databaseGroup);
        NetworkSteps.DeleteSecurityGroup(log, site, _group);
        log.Call("ec2", "DeleteRoute", new { routeTableId = _network.RouteTable, destinationCidrBlock = "0.0.0.0/0" }, new
        {
            requestId = site.Random.Uuid(),
            _return = true,
        });
        log.Call(
            "ec2", "DeleteRouteTable", new { routeTableId = _network.RouteTable }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call("ec2", "DetachInternetGateway", new { internetGatewayId = _network.Gateway, vpcId = _network.Vpc }, new
        {
            requestId = site.Random.Uuid(),
            _return = true,
        });
        log.Call("ec2", "DeleteInternetGateway", new { internetGatewayId = _network.Gateway }, new
        {
            requestId = site.Random.Uuid(),
            _return = true,
        });
        log.Call("ec2", "DeleteSubnet", new { subnetId = _network.Subnet }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call("ec2", "DeleteVpc", new { vpcId = _network.Vpc }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call("ecr", "DeleteRepository", new { repositoryName = site.App, force = true }, new
        {
            repository = new { repositoryName = site.App },
        });
        log.Call("dynamodb", "DescribeTable", new { tableName = "terraform-locks" });
    }

    private void SignIn(Journal log)
    {
        var subject = $"repo:example/{site.App}:ref:refs/heads/main";
        log.By = new Caller(
            new System.Text.Json.Nodes.JsonObject
            {
                ["type"] = "WebIdentityUser",
                ["principalId"] =
                $"arn:aws:iam::{site.Account}:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:{subject}",
                ["userName"] = subject,
                ["identityProvider"] = $"arn:aws:iam::{site.Account}:oidc-provider/token.actions.githubusercontent.com",
            },
            site.Random.Address(), "aws-sdk-js/3.654.0 configure-aws-credentials-for-github-actions");
        log.Call(
            "sts", "AssumeRoleWithWebIdentity", new
            {
                roleArn = site.RoleArn("github-deploy"),
                roleSessionName = "GitHubActions",
                durationSeconds = 3600,
            }, new { subjectFromWebIdentityToken = subject, audience = "sts.amazonaws.com" });
    }

    private void Groups(Journal log)
    {
        _group = NetworkSteps.CreateSecurityGroup(log, site, site.App + "-web", _network.Vpc);
        // The provider removes the default rule that AWS adds to every group, and adds its own.
        NetworkSteps.Revoke(log, site, "RevokeSecurityGroupEgress", _group, NetworkSteps.EverythingOut);
        NetworkSteps.Ingress(log, site, _group, new NetworkSteps.Rule("tcp", 443, 443, "0.0.0.0/0"));
        NetworkSteps.Ingress(log, site, _group, new NetworkSteps.Rule("tcp", 22, 22, "10.0.0.0/8"));
        NetworkSteps.Egress(log, site, _group, NetworkSteps.EverythingOut);
        log.Call("ec2", "DescribeSecurityGroups", new
        {
            securityGroupSet = new { },
            securityGroupIdSet = Journal.Items(new { groupId = _group }),
            filterSet = new { },
        });
        _databaseGroup = NetworkSteps.CreateSecurityGroup(log, site, site.App + "-db", _network.Vpc);
        NetworkSteps.Revoke(log, site, "RevokeSecurityGroupEgress", _databaseGroup, NetworkSteps.EverythingOut);
        NetworkSteps.Ingress(log, site, _databaseGroup, new NetworkSteps.Rule("tcp", 5432, 5432, _group));
        log.Call("ec2", "DescribeSecurityGroupRules", new
        {
            DescribeSecurityGroupRulesRequest = new { Filter = new { Name = "group-id", Value = new { content = _group } } },
        });
        NetworkSteps.CreateNetworkAcl(log, site, _network.Vpc);
    }

    private void Role(Journal log)
    {
        IamSteps.CreateRole(log, site, _role, PolicyText.TrustIn("ec2.amazonaws.com"));
        IamSteps.ReadRole(log, _role);
        IamSteps.AttachRolePolicy(log, _role, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
        IamSteps.AttachRolePolicy(log, _role, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore");
        _policyArn = IamSteps.CreatePolicy(
            log, site, site.App + "-exports", PolicyText.Allow(["s3:PutObject", "s3:GetObject"], $"arn:aws:s3:::{_bucket}/*"));
        log.Call("iam", "GetPolicyVersion", new { policyArn = _policyArn, versionId = "v1" });
        IamSteps.AttachRolePolicy(log, _role, _policyArn);
        IamSteps.PutRolePolicy(
            log, _role, "read-parameters",
            PolicyText.Allow(["ssm:GetParameter", "ssm:GetParametersByPath"], site.Arn("ssm", $"parameter/{site.App}/*")));
        IamSteps.CreateInstanceProfile(log, site, _role);
        log.Call("iam", "TagRole", new { roleName = _role, tags = new[] { new { key = "terraform", value = "true" } } });
        // The next apply extends the policy a little.
        log.Call(
            "iam", "CreatePolicyVersion", new
            {
                policyArn = _policyArn,
                policyDocument = PolicyText.Allow(["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], $"arn:aws:s3:::{_bucket}/*"),
                setAsDefault = true,
            },
            new { policyVersion = new { versionId = "v2", isDefaultVersion = true, createDate = "Mar 4, 2026, 9:01:07 AM" } });
        log.Call("iam", "DeletePolicyVersion", new { policyArn = _policyArn, versionId = "v1" });
    }

    private void Bucket(Journal log)
    {
        StorageSteps.CreateBucket(log, site, _bucket, versioned: false);
        StorageSteps.PutLifecycle(log, site, _bucket, 30);
        log.Call("s3", "PutBucketLogging", StorageSteps.Request(_bucket, site, "logging", "", "BucketLoggingStatus",
            new { LoggingEnabled = new { TargetBucket = "access-logs-" + site.Account, TargetPrefix = _bucket + "/" } }));
        StorageSteps.ReadBucket(log, site, _bucket);
    }

    private void Alarm(Journal log)
    {
        _topicArn = ComputeSteps.CreateTopic(log, site, site.App + "-alarms");
        ComputeSteps.CreateLogGroup(log, _logs, 14);
        log.Call("logs", "TagLogGroup", new { logGroupName = _logs, tags = new { app = site.App } });
        ComputeSteps.PutAlarm(log, site, _alarm, _topicArn);
        log.Call("monitoring", "DescribeAlarms", new { alarmNames = new[] { _alarm } });
    }

    private void Refresh(Journal log)
    {
        IamSteps.ReadRole(log, _role);
        StorageSteps.ReadBucket(log, site, _bucket);
        log.Call("ec2", "DescribeRouteTables", new
        {
            routeTableIdSet = Journal.Items(new { routeTableId = _network.RouteTable }),
            filterSet = new { },
        });
        log.Call("ec2", "DescribeSubnets", new { subnetSet = Journal.Items(new { subnetId = _network.Subnet }), filterSet = new { } });
        log.Call("logs", "DescribeLogGroups", new { logGroupNamePrefix = _logs });
        log.Call("secretsmanager", "GetSecretValue", new { secretId = site.App + "/database" });
    }
}
