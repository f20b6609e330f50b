using System.Text.Json.Nodes;
using Responder.Tests.Ordinary.Steps;

namespace Responder.Tests.Ordinary.Scenarios;

/// <summary>
/// AWS services and their service-linked roles that act by themselves. Shapes: facts.md "userIdentity"; KMS guide, "CreateGrant"; guides of
/// the services.
/// </summary>
internal sealed class ServicesAtWork(Site site)
{
    public void AutoScaling(Journal log)
    {
        // Older groups call in root's name, newer ones use their service-linked role.
        foreach (var by in (Caller[])[
            Caller.RootForService(site, "autoscaling"), site.Linked("autoscaling", "AWSServiceRoleForAutoScaling")])
        {
            log.By = by;
            log.Call("ec2", "DescribeInstanceStatus", new { instancesSet = new { }, includeAllInstances = true });
            var instance = ComputeSteps.RunInstances(
                log, site, site.Random.Id("subnet"), site.Random.Id("sg"), "admin-dashboard-nodes", site.Random.Uuid());
            log.Call(
                "ec2", "CreateTags", new
                {
                    resourcesSet = Journal.Items(new { resourceId = instance }),
                    tagSet = Journal.Items(new { key = "aws:autoscaling:groupName", value = site.App }),
                }, new { requestId = site.Random.Uuid(), _return = true });
            log.Call(
                "elasticloadbalancing", "RegisterTargets", new
                {
                    targetGroupArn = site.Arn("elasticloadbalancing", $"targetgroup/{site.App}/{site.Random.Hex(16)}"),
                    targets = new[] { new { id = instance } },
                });
            log.Call(
                "elasticloadbalancing", "DeregisterTargets", new
                {
                    targetGroupArn = site.Arn("elasticloadbalancing", $"targetgroup/{site.App}/{site.Random.Hex(16)}"),
                    targets = new[] { new { id = instance } },
                });
            ComputeSteps.ChangeInstance(log, site, "TerminateInstances", instance, "running", "shutting-down");
        }

        log.By = site.Linked("autoscaling", "AWSServiceRoleForAutoScaling");
        log.Call("kms", "CreateGrant", new
        {
            keyId = site.KeyArn(),
            granteePrincipal = site.RoleArn("aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
            operations =
                new[] { "Decrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo", "CreateGrant", "DescribeKey" },
            constraints = new { encryptionContextSubset = new Dictionary<string, string> { ["aws:ebs:id"] = site.Random.Id("vol") } },
        }, new { grantId = site.Random.Hex(64), keyId = site.KeyArn() });
        log.By = site.Linked("application-autoscaling", "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable");
        log.Call(
            "dynamodb", "UpdateTable", new
            {
                tableName = site.App,
                provisionedThroughput = new { readCapacityUnits = 20, writeCapacityUnits = 5 },
            }, new { tableDescription = new { tableStatus = "UPDATING" } });
        log.Call(
            "monitoring", "PutMetricAlarm", new
            {
                alarmName = $"TargetTracking-table/{site.App}-AlarmHigh-{site.Random.Uuid()}",
                actionsEnabled = true,
                metricName = "ConsumedReadCapacityUnits",
            });
        log.Call(
            "monitoring", "DeleteAlarms", new { alarmNames = new[] { $"TargetTracking-table/{site.App}-AlarmLow-{site.Random.Uuid()}" } });
        log.By = Caller.RootForService(site, "spot");
        log.Call("ec2", "TerminateInstances", new { instancesSet = Journal.Items(new { instanceId = site.Random.Id("i") }) }, new
        {
            requestId = site.Random.Uuid(),
        });
    }

    /// <summary>A person uses an encrypted volume or database; EC2 and RDS create grants for themselves in the person's name.</summary>
    public void GrantsForStorage(Journal log)
    {
        log.By = site.Person("PowerUser", "ana.maria@example.com");
        foreach (var (service, context) in ((string, string)[])[
            ("ec2-instance", "aws:ebs:id"), ("rds", "aws:rds:db-id"), ("dynamodb", "aws:dynamodb:tableName"),
            ("secretsmanager", "SecretARN")])
        {
            var key = site.KeyArn();
            var grantee = service == "ec2-instance"
                ? $"arn:aws:sts::{site.Account}:assumed-role/aws:ec2-infrastructure/{site.Random.Id("i")}"
                : service + ".amazonaws.com";
            var record = log.Call("kms", "CreateGrant", new
            {
                keyId = key,
                granteePrincipal = grantee,
                retiringPrincipal = service == "ec2-instance" ? "ec2.amazonaws.com" : service
                    + ".amazonaws.com",
                operations = new[] { "Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "RetireGrant" },
                constraints = new { encryptionContextSubset = new Dictionary<string, string> { [context] = site.Random.Id("vol") } },
            }, new { grantId = site.Random.Hex(64), keyId = key });
            record["userIdentity"]!["invokedBy"] = "AWS Internal";
            record["sourceIPAddress"] = "AWS Internal";
            record["userAgent"] = "AWS Internal";
        }

        log.By = Caller.Service("ec2-frontend-api");
        log.Call(
            "kms", "Decrypt", new
            {
                encryptionAlgorithm = "SYMMETRIC_DEFAULT",
                encryptionContext = new Dictionary<string, string>
                {
                    ["aws:ebs:id"] = site.Random.Id("vol"),
                },
            });
        log.By = Caller.Service("rds");
        log.Call("kms", "RetireGrant", new { }, new { keyId = site.KeyArn() });
        log.By = Caller.Service("dynamodb");
        log.Call("kms", "GenerateDataKey", new { keyId = site.KeyArn(), keySpec = "AES_256" });
        log.By = Caller.Service("kms");
        var rotation = log.Call("kms", "RotateKey");
        rotation["eventType"] = "AwsServiceEvent";
        rotation["serviceEventDetails"] = new JsonObject { ["keyId"] = site.Random.Uuid() };
    }

    public void RolesAssumed(Journal log)
    {
        foreach (var (service, role) in ((string, string)[])
            [("lambda", site.App + "-api"), ("ec2", site.App + "-instance"), ("ecs-tasks", site.App + "-task"),
                ("states", site.App + "-workflow"), ("config", "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"),
             ("cloudformation", "cdk-hnb659fds-cfn-exec-role"), ("codebuild", site.App + "-build"), ("events", site.App + "-invoke"),
             ("backup", "service-role/AWSBackupDefaultServiceRole"), ("vpc-flow-logs", site.App + "-flow-logs"),
             ("cloudtrail", "CloudTrail_CloudWatchLogs_Role"), ("scheduler", site.App + "-schedule"), ("eks", site.App + "-cluster")])
        {
            log.By = Caller.Service(service);
            var record = log.Call("sts", "AssumeRole", new
            {
                roleArn = site.RoleArn(role),
                roleSessionName = $"{service}-{site.Random.Hex(12)}",
                durationSeconds = 3600,
            },
                new
                {
                    credentials = new
                    {
                        accessKeyId = "ASIA" + site.Random.Upper(9) + "EXAMPLE",
                        sessionToken = "HIDDEN",
                        expiration = "Mar 4, 2026, 10:01:07 AM",
                    },
                    assumedRoleUser = new
                    {
                        arn = $"arn:aws:sts::{site.Account}:assumed-role/{role[(role.LastIndexOf('/') + 1)..]}/{service}",
                    }
                });
            record["resources"] = new JsonArray(
                new JsonObject { ["accountId"] = site.Account, ["type"] = "AWS::IAM::Role", ["ARN"] = site.RoleArn(role) });
            record["sharedEventID"] = site.Random.Uuid();
        }
    }

    public void Watchers(Journal log)
    {
        log.By = site.Linked("config", "AWSServiceRoleForConfig");
        foreach (var (service, call) in ((string, string)[])
            [("s3", "GetBucketPolicy"), ("s3", "GetBucketAcl"), ("ec2", "DescribeSecurityGroups"),
                ("iam", "GetAccountAuthorizationDetails"), ("kms", "ListKeys"), ("kms", "GetKeyPolicy"), ("rds", "DescribeDBSnapshots"),
                ("lambda", "GetPolicy20150331v2")])
            log.Call(service, call, new { maxResults = 100 });
        log.By = site.Linked("guardduty", "AWSServiceRoleForAmazonGuardDuty");
        foreach (var call in (string[])["DescribeInstances", "DescribeVpcs", "DescribeSubnets"])
            log.Call("ec2", call, new { filterSet = new { } });
        log.Call("organizations", "DescribeAccount", new { accountId = site.Account });
        log.By = site.Linked("malware-protection.guardduty", "AWSServiceRoleForAmazonGuardDutyMalwareProtection");
        log.Call("ec2", "CreateSnapshot", new { volumeId = site.Random.Id("vol") }, new { snapshotId = site.Random.Id("snap") });
        log.Call(
            "ec2", "ModifySnapshotAttribute", new
            {
                snapshotId = site.Random.Id("snap"),
                createVolumePermission = new
                {
                    add = Journal.Items(new { userId = "609718205319" }),
                },
                attributeType = "CREATE_VOLUME_PERMISSION",
            }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call(
            "ec2", "DeleteSnapshot", new { snapshotId = site.Random.Id("snap") }, new { requestId = site.Random.Uuid(), _return = true });
        log.By = site.Linked("securityhub", "AWSServiceRoleForSecurityHub");
        log.Call("config", "PutConfigRule", new
        {
            configRule = new { configRuleName = "securityhub-iam-root-access-key-check-" + site.Random.Hex(6) },
        });
        log.Call("config", "DescribeConfigurationRecorders");
        log.Call("config", "DeleteConfigRule", new { configRuleName = "securityhub-cloud-trail-enabled-" + site.Random.Hex(6) });
        log.By = site.Linked("access-analyzer", "AWSServiceRoleForAccessAnalyzer");
        foreach (var call in (string[])["GetBucketPolicy", "GetBucketPublicAccessBlock", "GetAccountPublicAccessBlock"])
            log.Call("s3", call, new { });
        log.Fails("s3", "GetBucketPolicy", new { bucketName = "legal-archive" }, "AccessDenied", "Access Denied");
        log.By = site.Linked("trustedadvisor", "AWSServiceRoleForTrustedAdvisor");
        foreach (var (service, call) in ((string, string)[])[
            ("iam", "GetAccountPasswordPolicy"), ("iam", "GetAccountSummary"), ("cloudtrail", "DescribeTrails"),
            ("rds", "DescribeDBInstances")]) log.Call(service, call);
        log.By = site.Linked("inspector2", "AWSServiceRoleForAmazonInspector2");
        log.Call("ssm", "CreateAssociation", new
        {
            name = "AmazonInspector2-InvokeInspectorSsmPlugin",
            associationName = "InvokeInspectorSsmPlugin-do-not-delete",
        }, new { });
        log.By = Caller.Service("cloudtrail");
        log.Call("s3", "GetBucketAcl", StorageSteps.Request("aws-cloudtrail-logs-" + site.Account, site, "acl", ""));
        log.Call("kms", "GenerateDataKey", new { keyId = site.KeyArn(), keySpec = "AES_256" });
        log.By = Caller.Service("delivery.logs");
        log.Call("s3", "GetBucketAcl", StorageSteps.Request(site.App + "-access-logs", site, "acl", ""));
    }

    /// <summary>Load balancers, EKS and ECS manage their own groups and interfaces with service-linked roles.</summary>
    public void Networks(Journal log)
    {
        foreach (var (service, role) in ((string, string)[])[
            ("elasticloadbalancing", "AWSServiceRoleForElasticLoadBalancing"), ("eks", "AWSServiceRoleForAmazonEKS"),
            ("ecs", "AWSServiceRoleForECS"), ("rds", "AWSServiceRoleForRDS")])
        {
            log.By = site.Linked(service, role);
            log.Call("ec2", "DescribeNetworkInterfaces", new { filterSet = new { } });
            log.Call("ec2", "CreateNetworkInterface", new { subnetId = site.Random.Id("subnet"), description = service }, new
            {
                requestId = site.Random.Uuid(),
                networkInterface = new { networkInterfaceId = site.Random.Id("eni") },
            });
            var group = NetworkSteps.CreateSecurityGroup(log, site, $"{service}-{site.App}-{site.Random.Hex(8)}", site.Random.Id("vpc"));
            NetworkSteps.Ingress(log, site, group, new NetworkSteps.Rule("tcp", 443, 443, "0.0.0.0/0"));
            NetworkSteps.Egress(log, site, group, NetworkSteps.EverythingOut);
            NetworkSteps.Revoke(log, site, "RevokeSecurityGroupIngress", group, new NetworkSteps.Rule("tcp", 443, 443, "0.0.0.0/0"));
            NetworkSteps.DeleteSecurityGroup(log, site, group);
            log.Call("ec2", "DeleteNetworkInterface", new { networkInterfaceId = site.Random.Id("eni") }, new
            {
                requestId = site.Random.Uuid(),
                _return = true,
            });
        }
    }

    public void Backups(Journal log)
    {
        log.By = Caller.Session(
            site, "AWSBackupDefaultServiceRole", "AWSBackup-AWSBackupDefaultServiceRole", "backup.amazonaws.com", "service-role/");
        log.Call(
            "ec2", "CreateSnapshot", new
            {
                volumeId = site.Random.Id("vol"),
                description = "This snapshot is created by the AWS Backup service.",
            }, new { snapshotId = site.Random.Id("snap") });
        log.Call(
            "ec2", "CreateTags", new
            {
                resourcesSet = Journal.Items(new { resourceId = site.Random.Id("snap") }),
                tagSet = Journal.Items(new { key = "aws:backup:source-resource", value = site.App }),
            }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call(
            "rds", "CreateDBSnapshot", new
            {
                dBInstanceIdentifier = site.App + "-db",
                dBSnapshotIdentifier = "awsbackup:job-" + site.Random.Uuid(),
            }, new { status = "creating" });
        log.Call(
            "rds", "CopyDBSnapshot", new
            {
                sourceDBSnapshotIdentifier = "awsbackup:job-" + site.Random.Uuid(),
                targetDBSnapshotIdentifier = "awsbackup:copyjob-"
                + site.Random.Uuid(),
                kmsKeyId = site.KeyArn(),
            }, new { status = "creating" });
        log.Call("ec2", "CopySnapshot", new { sourceRegion = "us-east-1", sourceSnapshotId = site.Random.Id("snap") }, new
        {
            snapshotId = site.Random.Id("snap"),
        });
        log.Call(
            "ec2", "DeleteSnapshot", new { snapshotId = site.Random.Id("snap") }, new { requestId = site.Random.Uuid(), _return = true });
        log.By = Caller.Service("backup");
        foreach (var name in (string[])["BackupJobStarted", "BackupJobCompleted", "CopyJobCompleted", "BackupDeleted"])
        {
            var record = log.Call("backup", name);
            record["eventType"] = "AwsServiceEvent";
            record["serviceEventDetails"] = new JsonObject { ["state"] = "COMPLETED", ["backupVaultName"] = "Default" };
        }

        log.By = Caller.RootForService(site, "rds");
        log.Call("ec2", "CreateSnapshot", new { volumeId = site.Random.Id("vol") }, new { snapshotId = site.Random.Id("snap") });
        log.By = Caller.Service("rds");
        log.Call("rds", "CreateDBSnapshot", new { dBSnapshotIdentifier = "rds:" + site.App + "-db-2026-03-04-03-10" })[
            "eventType"] = "AwsServiceEvent";
        log.By = Caller.Service("dlm");
        log.Call("ec2", "DeleteSnapshot", new { snapshotId = site.Random.Id("snap") });
        log.By = Caller.Service("s3");
        log.Call("s3", "ExpireObject")["eventType"] = "AwsServiceEvent";
    }

    /// <summary>
    /// The landing zone: StackSets with service-managed permissions, Control Tower, and the roles that services create for themselves.
    /// </summary>
    public void Organization(Journal log)
    {
        log.By = Caller.Session(site, $"stacksets-exec-{site.Random.Hex(32)}", "AWSCloudFormation", "cloudformation.amazonaws.com");
        ComputeSteps.CreateLogGroup(log, "/baseline/" + site.App, 365);
        var role = "baseline-" + site.Random.Hex(6);
        IamSteps.CreateRole(log, site, role, PolicyText.TrustIn("config.amazonaws.com"));
        IamSteps.AttachRolePolicy(log, role, "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole");
        ComputeSteps.PutRule(log, site, "baseline-guardduty-findings", site.Arn("lambda", "function:baseline"));
        log.By = site.Linked("member.org.stacksets.cloudformation", "AWSServiceRoleForCloudFormationStackSetsOrgMember");
        log.Call(
            "iam", "CreateRole", new
            {
                roleName = $"stacksets-exec-{site.Random.Hex(32)}",
                path = "/",
                assumeRolePolicyDocument = PolicyText.Document(
                    new
                    {
                        Effect = "Allow",
                        Principal = new
                        {
                            AWS = "arn:aws:iam::999988887777:role/aws-service-role/stacksets.cloudformation.amazonaws.com/"
                + "AWSServiceRoleForCloudFormationStackSetsOrgAdmin",
                        },
                        Action = "sts:AssumeRole"
                    }),
            },
            new { role = new { roleName = "stacksets-exec", arn = site.RoleArn("stacksets-exec") } });
        IamSteps.AttachRolePolicy(log, "stacksets-exec", "arn:aws:iam::aws:policy/AdministratorAccess");
        log.By = Caller.Session(site, "AWSControlTowerExecution", "aws-controltower-pipeline", "controltower.amazonaws.com");
        log.Call("cloudformation", "DescribeStacks", new { stackName = "StackSet-AWSControlTowerBP-BASELINE-CLOUDTRAIL" });
        log.Call(
            "config", "PutConfigurationRecorder", new
            {
                configurationRecorder = new
                {
                    name = "aws-controltower-BaselineConfigRecorder",
                    recordingGroup = new
                    {
                        allSupported = true,
                        includeGlobalResourceTypes = true,
                    },
                },
            });
        log.Call("config", "StartConfigurationRecorder", new { configurationRecorderName = "aws-controltower-BaselineConfigRecorder" });
        log.Call("cloudtrail", "StartLogging", new { name = "aws-controltower-BaselineCloudTrail" });
        log.By = Caller.Service("controltower");
        log.Call("controltower", "UpdateManagedAccount")["eventType"] = "AwsServiceEvent";
        log.By = site.Person("PlatformAdmin", "platform@example.com");
        foreach (var (service, linked) in ((string, string)[])[
            ("ecs", "AWSServiceRoleForECS"), ("elasticache", "AWSServiceRoleForElastiCache"), ("rds", "AWSServiceRoleForRDS"),
            ("autoscaling", "AWSServiceRoleForAutoScaling"), ("cloudtrail", "AWSServiceRoleForCloudTrail")])
            IamSteps.CreateServiceLinkedRole(log, site, service, linked);
        log.By = site.Linked("sso", "AWSServiceRoleForSSO");
        var permissionSet = $"AWSReservedSSO_DatabaseAdministrator_{site.Random.Hex(16)}";
        IamSteps.CreateRole(log, site, permissionSet, PolicyText.Document(new
        {
            Effect = "Allow",
            Principal = new
            {
                Federated = $"arn:aws:iam::{site.Account}:saml-provider/AWSSSO_{site.Random.Hex(16)}_DO_NOT_DELETE",
            },
            Action = new[] { "sts:AssumeRoleWithSAML", "sts:TagSession" },
            Condition = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object> { ["SAML:aud"] = "https://signin.aws.amazon.com/saml" },
            },
        }), $"/aws-reserved/sso.amazonaws.com/{site.Region}/");
        IamSteps.AttachRolePolicy(log, permissionSet, "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator");
        IamSteps.AttachRolePolicy(
            log, $"AWSReservedSSO_AdministratorAccess_{site.Random.Hex(16)}", "arn:aws:iam::aws:policy/AdministratorAccess");
        log.Call(
            "iam", "UpdateSAMLProvider", new
            {
                sAMLProviderArn = $"arn:aws:iam::{site.Account}:saml-provider/AWSSSO_{site.Random.Hex(16)}_DO_NOT_DELETE",
                sAMLMetadataDocument = "<EntityDescriptor/>",
            }, new { sAMLProviderArn = $"arn:aws:iam::{site.Account}:saml-provider/AWSSSO_DO_NOT_DELETE" });
    }
}
