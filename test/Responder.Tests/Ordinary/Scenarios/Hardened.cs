using System.Text.Json.Nodes;
using Responder.Tests.Ordinary.Steps;

namespace Responder.Tests.Ordinary.Scenarios;

/// <summary>
/// Policies that look dangerous but are not: wildcards that a condition confines to us, trust policies that name one subject, groups that
/// admit themselves. AWS's consoles, CDK and well-known modules write them. Sources: the guides of the services, named at each part.
/// </summary>
internal sealed class Hardened(Site site)
{
    public void Trusts(Journal log)
    {
        log.By = site.Terraform();
        var issuer = $"oidc.eks.{site.Region}.amazonaws.com/id/{site.Random.Upper(32)}";
        // EKS guide, "IAM roles for service accounts"; GitHub's guide for OIDC in AWS; Cognito guide, "Using roles".
        Role(log, "pod", Federated($"arn:aws:iam::{site.Account}:oidc-provider/{issuer}", new()
        {
            ["StringEquals"] = new Dictionary<string, object>
            {
                [issuer + ":sub"] = $"system:serviceaccount:{site.App}:api",
                [issuer + ":aud"] = "sts.amazonaws.com",
            },
        }));
        Role(log, "ci", Federated($"arn:aws:iam::{site.Account}:oidc-provider/token.actions.githubusercontent.com", new()
        {
            ["StringEquals"] = new Dictionary<string, object> { ["token.actions.githubusercontent.com:aud"] = "sts.amazonaws.com" },
            ["StringLike"] = new Dictionary<string, object> { ["token.actions.githubusercontent.com:sub"] = $"repo:example/{site.App}:*" },
        }));
        Role(log, "app-users", Federated("cognito-identity.amazonaws.com", new()
        {
            ["StringEquals"] = new Dictionary<string, object>
            {
                ["cognito-identity.amazonaws.com:aud"] = $"{site.Region}:{site.Random.Uuid()}",
            },
            ["ForAnyValue:StringLike"] = new Dictionary<string, object> { ["cognito-identity.amazonaws.com:amr"] = "authenticated" },
        }));
        Role(log, "administrators", PolicyText.Document(new
        {
            Effect = "Allow",
            Principal = new { AWS = $"arn:aws:iam::{site.Account}:root" },
            Action = "sts:AssumeRole",
            Condition = new Dictionary<string, object>
            {
                ["Bool"] = new Dictionary<string, object> { ["aws:MultiFactorAuthPresent"] = "true" },
            },
        }));
        Role(log, "delivery", PolicyText.Document(new
        {
            Effect = "Allow",
            Principal = new { Service = "firehose.amazonaws.com" },
            Action = "sts:AssumeRole",
            Condition = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object> { ["sts:ExternalId"] = site.Account },
            },
        }));
        log.Call(
            "iam", "UpdateAssumeRolePolicy", new
            {
                roleName = site.App + "-delivery",
                policyDocument = PolicyText.TrustIn("firehose.amazonaws.com", "scheduler.amazonaws.com"),
            });
        Role(log, "staff", PolicyText.Document(new
        {
            Effect = "Allow",
            Principal = new
            {
                Federated = $"arn:aws:iam::{site.Account}:saml-provider/corporate",
            },
            Action = "sts:AssumeRoleWithSAML",
            Condition = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object> { ["SAML:aud"] = "https://signin.aws.amazon.com/saml" },
            },
        }));
        log.Call("iam", "UpdateRole", new { roleName = site.App + "-administrators", maxSessionDuration = 7200 });
    }

    /// <summary>
    /// Rights that deployments give to roles: broad rights in one service, or an escalation action on one named resource.
    /// </summary>
    public void Rights(Journal log)
    {
        log.By = site.CloudFormation();
        var role = site.App + "-deployer";
        IamSteps.CreateRole(log, site, role, PolicyText.TrustIn("codebuild.amazonaws.com"));
        foreach (var (name, document) in ((string, string)[])
            [
                ("notifications-handler", PolicyText.Allow(["s3:PutBucketNotification"], "*")),
                ("log-retention", PolicyText.Allow(["logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"], "*")),
                ("one-bucket", PolicyText.Allow(["s3:*"], "arn:aws:s3:::" + site.App, $"arn:aws:s3:::{site.App}/*")),
                ("own-key", PolicyText.Allow(["kms:*"], site.KeyArn())),
                ("release",
                    PolicyText.Allow(
                        ["lambda:UpdateFunctionCode", "lambda:PublishVersion", "lambda:UpdateAlias"],
                        site.Arn("lambda", "function:" + site.App))),
                ("run-tasks", PolicyText.Document(
                    new { Effect = "Allow", Action = "ecs:RunTask", Resource = site.Arn("ecs", $"task-definition/{site.App}:*") },
                    new { Effect = "Allow", Action = "iam:PassRole", Resource = site.RoleArn(site.App + "-task"),
                        Condition = new Dictionary<string, object>
                        {
                            ["StringEquals"] = new Dictionary<string, object> { ["iam:PassedToService"] = "ecs-tasks.amazonaws.com" },
                        } })),
                ("load-balancers", PolicyText.Document(
                    new { Effect = "Allow",
                        Action =
                        new[] { "elasticloadbalancing:*", "ec2:Describe*", "ec2:AuthorizeSecurityGroupIngress",
                            "ec2:RevokeSecurityGroupIngress" }, Resource = "*" },
                    new { Effect = "Allow", Action = "iam:CreateServiceLinkedRole", Resource = "*",
                        Condition = new Dictionary<string, object>
                        {
                            ["StringEquals"] = new Dictionary<string, object>
                            {
                                ["iam:AWSServiceName"] = "elasticloadbalancing.amazonaws.com",
                            },
                        } })),
                ("inventory",
                    PolicyText.Allow(["iam:Get*", "iam:List*", "organizations:Describe*", "ec2:Describe*", "s3:ListAllMyBuckets"], "*")),
                ("reports", PolicyText.Allow(["sts:AssumeRole"], site.RoleArn("reports-reader"))),
                ("own-guard", PolicyText.Document(new { Effect = "Deny", Action = new[] { "iam:*", "organizations:*" }, Resource = "*" })),
            ])
            IamSteps.PutRolePolicy(log, role, name, document);
        foreach (var policy in (string[])
            ["ReadOnlyAccess", "SecurityAudit", "job-function/ViewOnlyAccess", "AmazonEC2ReadOnlyAccess", "AmazonDynamoDBFullAccess",
                "service-role/AmazonECSTaskExecutionRolePolicy", "AmazonEKSClusterPolicy",
             "AWSAuditManagerAdministratorAccess", "AWSManagementConsoleAdministratorAccess", "CloudWatchAgentServerPolicy"])
        {
            IamSteps.AttachRolePolicy(log, role, "arn:aws:iam::aws:policy/" + policy);
        }

        IamSteps.DetachRolePolicy(log, role, "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess");
        log.Call("iam", "CreateGroup", new { groupName = site.App + "-readers", path = "/" }, new
        {
            group = new { groupName = site.App + "-readers" },
        });
        log.Call(
            "iam", "PutRolePermissionsBoundary", new { roleName = role, permissionsBoundary = "arn:aws:iam::aws:policy/ReadOnlyAccess" });
        log.Call("iam", "RemoveUserFromGroup", new { groupName = "administrators", userName = "ana" });
        log.Call("iam", "DeleteGroup", new { groupName = site.App + "-readers" });
    }

    /// <summary>Security groups that admit a group, a private range, AWS's own prefix list, or pings.</summary>
    public void Groups(Journal log)
    {
        log.By = site.Terraform();
        var group = NetworkSteps.CreateSecurityGroup(log, site, "admin-" + site.App, site.Random.Id("vpc"));
        NetworkSteps.Ingress(log, site, group, new NetworkSteps.Rule("-1", -1, -1, group));
        NetworkSteps.Ingress(
            log, site, group, new NetworkSteps.Rule("-1", -1, -1, "10.0.0.0/8"), new NetworkSteps.Rule("tcp", 22, 22, "172.16.0.0/12"),
            new NetworkSteps.Rule("tcp", 5432, 5432, site.Office));
        NetworkSteps.Ingress(log, site, group, new NetworkSteps.Rule("icmp", -1, -1, "0.0.0.0/0"));
        NetworkSteps.Ingress(log, site, group, new NetworkSteps.Rule("icmp", 3, 4, "0.0.0.0/0"));
        var nodePort = 30000 + site.Random.Below(2768);
        NetworkSteps.Ingress(log, site, group, new NetworkSteps.Rule("tcp", nodePort, nodePort, "0.0.0.0/0"));
        log.Call("ec2", "AuthorizeSecurityGroupIngress",
            new
            {
                groupId = group,
                ipPermissions = Journal.Items(
                    new
                    {
                        ipProtocol = "tcp",
                        fromPort = 443,
                        toPort = 443,
                        groups = new { },
                        ipRanges = new { },
                        ipv6Ranges = new { },
                        prefixListIds = Journal.Items(new { prefixListId = "pl-3b927c52" })
                    })
            },
            new
            {
                requestId = site.Random.Uuid(),
                _return = true,
                securityGroupRuleSet = Journal.Items(
                    new
                    {
                        groupId = group,
                        securityGroupRuleId = site.Random.Id("sgr"),
                        isEgress = false,
                        ipProtocol = "tcp",
                        fromPort = 443,
                        toPort = 443,
                        prefixListId = "pl-3b927c52"
                    })
            });
        log.Call(
            "ec2", "AuthorizeSecurityGroupIngress", new
            {
                groupId = group,
                ipProtocol = "tcp",
                fromPort = 3306,
                toPort = 3306,
                cidrIp = "10.20.0.0/16",
                ipPermissions = new { },
            }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call("ec2", "UpdateSecurityGroupRuleDescriptionsIngress", new
        {
            UpdateSecurityGroupRuleDescriptionsIngressRequest = new { GroupId = group },
        }, new { });
        log.Call(
            "ec2", "CreateNetworkAclEntry", new
            {
                networkAclId = site.Random.Id("acl"),
                ruleNumber = 100,
                egress = false,
                ruleAction = "allow",
                icmpTypeCode = new { },
                portRange = new { },
                aclProtocol = "-1",
                cidrBlock = "0.0.0.0/0",
            }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call(
            "ec2", "CreateRoute", new
            {
                routeTableId = site.Random.Id("rtb"),
                destinationIpv6CidrBlock = "::/0",
                egressOnlyInternetGatewayId = site.Random.Id("eigw"),
            }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call(
            "ec2", "ReplaceRoute", new
            {
                routeTableId = site.Random.Id("rtb"),
                destinationCidrBlock = "0.0.0.0/0",
                natGatewayId = site.Random.Id("nat"),
            }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call(
            "ec2", "CreateManagedPrefixList", new
            {
                CreateManagedPrefixListRequest = new
                {
                    PrefixListName = "offices",
                    AddressFamily = "IPv4",
                    MaxEntries = 5,
                    Entry = new { tag = 1, Cidr = site.Office },
                },
            }, new { });
    }

    /// <summary>
    /// Bucket policies for CloudFront, log delivery and the own organization. Sources: S3 guide "Bucket policy examples"; CloudFront guide
    /// "Restrict access to an S3 origin".
    /// </summary>
    public void Buckets(Journal log)
    {
        log.By = site.CloudFormation();
        var bucket = site.App + "-website-" + site.Random.Hex(8);
        StorageSteps.CreateBucket(
            log, site, bucket, versioned: true,
            Policy(new
            {
                Service = "cloudfront.amazonaws.com",
            }, "s3:GetObject", $"arn:aws:s3:::{bucket}/*", "StringEquals",
            ("AWS:SourceArn", $"arn:aws:cloudfront::{site.Account}:distribution/E{site.Random.Upper(13)}")));
        BucketPolicy(
            log, bucket,
            PolicyText.Object(
                new
                {
                    Effect = "Allow",
                    Principal = new
                    {
                        AWS = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E" + site.Random.Upper(13),
                    },
                    Action = "s3:GetObject",
                    Resource = $"arn:aws:s3:::{bucket}/*"
                }));
        BucketPolicy(
            log, bucket,
            Policy("*", "s3:GetObject", $"arn:aws:s3:::{bucket}/*", "StringEquals", ("aws:SourceVpce", site.Random.Id("vpce"))));
        BucketPolicy(
            log, bucket,
            Policy("*", "s3:GetObject", $"arn:aws:s3:::{bucket}/*", "StringEquals", ("aws:PrincipalOrgID", "o-" + site.Random.Hex(10))));
        BucketPolicy(log, bucket, PolicyText.Object(new
        {
            Effect = "Deny",
            Principal = "*",
            Action = "s3:*",
            Resource = $"arn:aws:s3:::{bucket}/*",
            Condition = new Dictionary<string, object>
            {
                ["StringNotEquals"] = new Dictionary<string, object> { ["aws:SourceVpc"] = site.Random.Id("vpc") },
            },
        }));
        BucketPolicy(
            log, bucket,
            Policy(new
            {
                Service = "logging.s3.amazonaws.com",
            }, "s3:PutObject", $"arn:aws:s3:::{bucket}/*", "StringEquals", ("aws:SourceAccount", site.Account)));
        BucketPolicy(
            log, bucket,
            Policy(new
            {
                AWS = site.RoleArn(site.App + "-reader"),
            }, "s3:GetObject", $"arn:aws:s3:::{bucket}/*", "Bool", ("aws:SecureTransport", "true")));
        BucketPolicy(
            log, bucket,
            PolicyText.Object(
                new
                {
                    Effect = "Allow",
                    Principal = new
                    {
                        AWS = AwsLoadBalancers(),
                    },
                    Action = "s3:PutObject",
                    Resource = $"arn:aws:s3:::{bucket}/AWSLogs/{site.Account}/*"
                }));
        log.Call("s3", "PutBucketAcl", StorageSteps.Request(bucket, site, "acl", "", "x-amz-acl", new JsonArray("private")));
        log.Call("s3", "PutBucketAcl", StorageSteps.Request(bucket, site, "acl", "", "x-amz-acl", new JsonArray("log-delivery-write")));
        log.Call(
            "s3", "PutBucketCors",
            StorageSteps.Request(bucket, site, "cors", "", "CORSConfiguration", new
            {
                CORSRule = new { AllowedMethod = "GET", AllowedOrigin = "https://www.example.com" },
            }));
        log.Call("s3", "PutBucketReplication", StorageSteps.Request(bucket, site, "replication", "", "ReplicationConfiguration",
            new
            {
                Role = site.RoleArn("replication"),
                Rule = new
                {
                    ID = "copy",
                    Status = "Enabled",
                    Destination = new { Bucket = $"arn:aws:s3:::{bucket}-copy", Account = site.Account },
                }
            }));
        log.Call("s3", "PutAccountPublicAccessBlock", new
        {
            accountId = site.Account,
            PublicAccessBlockConfiguration = new
            {
                BlockPublicAcls = true,
                IgnorePublicAcls = true,
                BlockPublicPolicy = true,
                RestrictPublicBuckets = true,
            },
        });
        log.Call("cloudfront", "CreateInvalidation", new { distributionId = "E" + site.Random.Upper(13) }, new
        {
            invalidation = new { status = "InProgress" },
        });
        log.Call("wafv2", "UpdateWebACL", new { name = "public-website", scope = "REGIONAL" }, new { nextLockToken = site.Random.Uuid() });
    }

    /// <summary>
    /// Policies of topics, queues, keys and the like, as their consoles write them. Sources: SNS, SQS, KMS and EFS guides, "default
    /// policy".
    /// </summary>
    public void Resources(Journal log)
    {
        log.By = site.Person("PlatformAdmin", "platform@example.com");
        var (topic, queue) = (site.Arn("sns", site.App + "-events"), site.Arn("sqs", site.App + "-jobs"));
        TopicPolicy(log, topic, Policy(new { AWS = "*" }, "SNS:Publish", topic, "StringEquals", ("AWS:SourceOwner", site.Account)));
        TopicPolicy(log, topic, Policy(new { AWS = "*" }, "SNS:Publish", topic, "StringEquals", ("AWS:SourceAccount", site.Account)));
        TopicPolicy(
            log, topic,
            Policy(new
            {
                Service = "events.amazonaws.com",
            }, "sns:Publish", topic, "ArnLike", ("aws:SourceArn", site.Arn("events", "rule/" + site.App))));
        log.Call("sns", "SetTopicAttributes", new { topicArn = topic, attributeName = "DisplayName", attributeValue = "Security alerts" });
        QueuePolicy(log, Policy("*", "sqs:SendMessage", queue, "ArnEquals", ("aws:SourceArn", topic)));
        QueuePolicy(
            log, Policy(
                new { Service = "s3.amazonaws.com" }, "sqs:SendMessage", queue, "ArnLike", ("aws:SourceArn", "arn:aws:s3:::" + site.App)));
        QueuePolicy(
            log, PolicyText.Object(
                new
                {
                    Sid = "__owner_statement",
                    Effect = "Allow",
                    Principal = new
                    {
                        AWS = $"arn:aws:iam::{site.Account}:root",
                    },
                    Action = "SQS:*",
                    Resource = queue
                }));
        foreach (var statement in (object[])
            [
                new { Effect = "Allow", Principal = new
                {
                    Service = $"logs.{site.Region}.amazonaws.com",
                }, Action = new[] { "kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*" }, Resource = "*",
                Condition = new Dictionary<string, object>
                {
                    ["ArnLike"] = new Dictionary<string, object> { ["kms:EncryptionContext:aws:logs:arn"] = site.Arn("logs", "*") },
                } },
                new { Effect = "Allow", Principal = new
                {
                    AWS = "*",
                }, Action = new[] { "kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant" }, Resource = "*",
                Condition = new Dictionary<string, object>
                {
                    ["StringEquals"] = new Dictionary<string, object>
                    {
                        ["kms:CallerAccount"] = site.Account, ["kms:ViaService"] = $"ec2.{site.Region}.amazonaws.com",
                    },
                } },
                new { Effect = "Allow", Principal = new
                {
                    AWS = site.RoleArn("aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
                }, Action = "kms:CreateGrant", Resource = "*", Condition = new Dictionary<string, object>
                {
                    ["Bool"] = new Dictionary<string, object> { ["kms:GrantIsForAWSResource"] = "true" },
                } },
                new { Effect = "Allow", Principal = new
                {
                    Service = "cloudwatch.amazonaws.com",
                }, Action = new[] { "kms:Decrypt", "kms:GenerateDataKey*" }, Resource = "*" },
            ])
        {
            log.Call("kms", "PutKeyPolicy", new
            {
                keyId = site.Random.Uuid(),
                policyName = "default",
                bypassPolicyLockoutSafetyCheck = false,
                policy = PolicyText.Document(
                    new
                    {
                        Effect = "Allow",
                        Principal = new
                        {
                            AWS = $"arn:aws:iam::{site.Account}:root",
                        },
                        Action = "kms:*",
                        Resource = "*"
                    }, statement),
            });
        }

        log.Call("elasticfilesystem", "PutFileSystemPolicy", new
        {
            fileSystemId = "fs-0" + site.Random.Hex(16),
            bypassPolicyLockoutSafetyCheck = false,
            policy = PolicyText.Document(
                new
                {
                    Effect = "Allow",
                    Principal = new
                    {
                        AWS = "*",
                    },
                    Action = new[] { "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite",
                    "elasticfilesystem:ClientRootAccess" },
                    Condition = new Dictionary<string, object>
                    {
                        ["Bool"] = new Dictionary<string, object> { ["elasticfilesystem:AccessedViaMountTarget"] = "true" },
                    },
                },
                new
                {
                    Effect = "Deny",
                    Principal = new { AWS = "*" },
                    Action = "*",
                    Condition = new Dictionary<string, object>
                    {
                        ["Bool"] = new Dictionary<string, object> { ["aws:SecureTransport"] = "false" },
                    }
                }),
        }, new { });
        log.Call(
            "secretsmanager", "PutResourcePolicy", new
            {
                secretId = site.App + "/database",
                blockPublicPolicy = true,
                resourcePolicy = PolicyText.Document(
                    new
                    {
                        Effect = "Allow",
                        Principal = new
                        {
                            AWS = site.RoleArn(site.App + "-api"),
                        },
                        Action = "secretsmanager:GetSecretValue",
                        Resource = "*"
                    }),
            }, new { });
        log.Call(
            "backup", "PutBackupVaultAccessPolicy", new
            {
                backupVaultName = "Default",
                policy = PolicyText.Document(
                    new { Effect = "Deny", Principal = "*", Action = "backup:DeleteRecoveryPoint", Resource = "*" }),
            });
        log.Call("es", "CreateDomain", new
        {
            domainName = site.App,
            vPCOptions = new
            {
                subnetIds = new[] { site.Random.Id("subnet") },
                securityGroupIds = new[] { site.Random.Id("sg") },
            },
            accessPolicies = PolicyText.Document(new
            {
                Effect = "Allow",
                Principal = new { AWS = "*" },
                Action = "es:*",
                Resource = site.Arn("es", $"domain/{site.App}/*"),
            }),
        }, new { });
        ComputeSteps.AddPermission(
            log, site, site.App, "secretsmanager.amazonaws.com", site.Arn("secretsmanager", "secret:" + site.App), site.Account);
        log.Call(
            "lambda", "AddPermission20150331v2", new
            {
                functionName = site.App,
                statementId = "skill",
                action = "lambda:InvokeFunction",
                principal = "alexa-appkit.amazon.com",
                eventSourceToken = "amzn1.ask.skill." + site.Random.Uuid(),
            }, new { statement = "{}" });
        log.Call("ssm", "PutParameter", new { name = "/security/scanner/version", type = "String", overwrite = true }, new { version = 7 });
        log.Call("ssm", "DeleteParameter", new { name = "/security/modes-of-transport" });
    }

    /// <summary>Protection that is switched on or extended: the trail, GuardDuty, Config, Security Hub, MFA.</summary>
    public void Protection(Journal log)
    {
        log.By = site.Person("SecurityAdmin", "sec@example.com");
        log.Call(
            "cloudtrail", "PutEventSelectors", new
            {
                trailName = "organization-trail",
                eventSelectors = new[] { new
                {
                    readWriteType = "All", includeManagementEvents = true,
                    dataResources = new[] { new { type = "AWS::S3::Object", values = new[] { "arn:aws:s3:::payments/" } } },
                    excludeManagementEventSources = Array.Empty<string>(),
                } },
            }, new { });
        log.Call(
            "cloudtrail", "PutInsightSelectors", new
            {
                trailName = "organization-trail",
                insightSelectors = new[] { new { insightType = "ApiCallRateInsight" }, new { insightType = "ApiErrorRateInsight" } },
            }, new { });
        log.Call(
            "cloudtrail", "AddTags", new
            {
                resourceId = site.Arn("cloudtrail", "trail/organization-trail"),
                tagsList = new[] { new { key = "owner", value = "security" } },
            });
        log.Call("cloudtrail", "StartLogging", new { name = "organization-trail" });
        log.Call("guardduty", "CreateDetector", new { enable = true, findingPublishingFrequency = "FIFTEEN_MINUTES" }, new
        {
            detectorId = site.Random.Hex(32),
        });
        log.Call("guardduty", "UpdateDetector", new
        {
            detectorId = site.Random.Hex(32),
            enable = true,
            features = new[] { new { name = "S3_DATA_EVENTS", status = "ENABLED" } },
        });
        log.Call("securityhub", "EnableSecurityHub", new { enableDefaultStandards = true });
        log.Call(
            "securityhub", "BatchEnableStandards", new
            {
                standardsSubscriptionRequests = new[] { new
                {
                    standardsArn = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0",
                } },
            }, new { });
        log.Call(
            "config", "PutConfigurationRecorder", new
            {
                configurationRecorder = new
                {
                    name = "default",
                    recordingGroup = new { allSupported = true, includeGlobalResourceTypes = false },
                },
            });
        log.Call("access-analyzer", "CreateAnalyzer", new { analyzerName = "account", type = "ACCOUNT" }, new { });
        log.Call("kms", "EnableKey", new { keyId = site.Random.Uuid() });
        log.Call("kms", "CancelKeyDeletion", new { keyId = site.Random.Uuid() }, new { });
        log.Call("iam", "UpdateAccountPasswordPolicy", new
        {
            minimumPasswordLength = 16,
            requireSymbols = true,
            requireNumbers = true,
            requireUppercaseCharacters = true,
            requireLowercaseCharacters = true,
            allowUsersToChangePassword = true,
            passwordReusePrevention = 24,
            maxPasswordAge = 90,
        });
        log.By = Caller.UserInConsole(site, "build-admin");
        log.Call("iam", "CreateVirtualMFADevice", new { path = "/", virtualMFADeviceName = "build-admin-phone" }, new
        {
            virtualMFADevice = new { serialNumber = $"arn:aws:iam::{site.Account}:mfa/build-admin-phone" },
        });
        log.Call("iam", "EnableMFADevice", new
        {
            userName = "build-admin",
            serialNumber = $"arn:aws:iam::{site.Account}:mfa/build-admin-phone",
        });
        log.Call("iam", "UpdateAccessKey", new
        {
            userName = "build-admin",
            accessKeyId = "AKIA" + site.Random.Upper(9) + "EXAMPLE",
            status = "Inactive",
        });
        log.Call("iam", "DeleteAccessKey", new { userName = "build-admin", accessKeyId = "AKIA" + site.Random.Upper(9) + "EXAMPLE" });
        log.Call("iam", "ChangePassword");
        log.By = Caller.UserWithKey(site, "uploads");
        log.Call(
            "sts", "GetFederationToken", new
            {
                name = "customer-" + site.Random.Hex(6),
                durationSeconds = 3600,
                policy = PolicyText.Allow(["s3:PutObject"], $"arn:aws:s3:::{site.App}/uploads/*"),
            }, new { federatedUser = new { arn = $"arn:aws:sts::{site.Account}:federated-user/customer" } });
    }

    private void Role(Journal log, string name, string trust) => IamSteps.CreateRole(log, site, $"{site.App}-{name}", trust);

    private static string Federated(string provider, Dictionary<string, object> condition) =>
        PolicyText.Document(
            new
            {
                Effect = "Allow",
                Principal = new
                {
                    Federated = provider,
                },
                Action = "sts:AssumeRoleWithWebIdentity",
                Condition = condition
            });

    private static JsonNode Policy(object principal, string action, string resource, string test, (string Key, string Value) condition) =>
        PolicyText.Object(new
        {
            Effect = "Allow",
            Principal = principal,
            Action = action,
            Resource = resource,
            Condition = new Dictionary<string, object> { [test] = new Dictionary<string, object> { [condition.Key] = condition.Value } },
        });

    private void BucketPolicy(Journal log, string bucket, JsonNode policy) =>
        log.Call("s3", "PutBucketPolicy", StorageSteps.Request(bucket, site, "policy", "", "bucketPolicy", policy));

    private static void TopicPolicy(Journal log, string topicArn, JsonNode policy) =>
        log.Call("sns", "SetTopicAttributes", new { topicArn, attributeName = "Policy", attributeValue = policy.ToJsonString() });

    private void QueuePolicy(Journal log, JsonNode policy) =>
        log.Call(
            "sqs", "SetQueueAttributes", new
            {
                queueUrl = $"https://sqs.{site.Region}.amazonaws.com/{site.Account}/{site.App}-jobs",
                attributes = new
                {
                    Policy = policy.ToJsonString(),
                },
            });

    /// <summary>The account from which load balancers of the region write their logs. Source: ELB guide, "Enable access logs".</summary>
    private string AwsLoadBalancers() => "arn:aws:iam::" + site.Region switch
    {
        "us-east-1" => "127311923021",
        "us-west-2" => "797873946194",
        "eu-central-1" => "054676820928",
        "eu-west-1" => "156460612806",
        _ =>
            "783225319266",
    } + ":root";
}
