using System.Text.Json.Nodes;
using Responder.Tests.Ordinary.Steps;

namespace Responder.Tests.Ordinary.Scenarios;

/// <summary>
/// A day of people in the console: two of them use IAM Identity Center, one is an IAM user with MFA. Sign-in shapes:
/// docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
/// </summary>
internal sealed class ConsoleDay(Site site)
{
    public void Engineer(Journal log)
    {
        log.By = site.Person("PowerUser", "ana.maria@example.com");
        SignIn(log, mfaUsed: "No");
        Overview(log);
        var instance = Instance(log);
        log.Call(
            "ec2", "CreateTags", new
            {
                resourcesSet = Journal.Items(new { resourceId = instance }),
                tagSet = Journal.Items(new { key = "owner", value = "administrator" }),
            }, new { requestId = site.Random.Uuid(), _return = true });
        ComputeSteps.ChangeInstance(log, site, "StopInstances", instance, "running", "stopping");
        ComputeSteps.ChangeInstance(log, site, "StartInstances", instance, "stopped", "pending");
        ComputeSteps.ChangeInstance(log, site, "RebootInstances", instance, "running", "running");
        var group = NetworkSteps.CreateSecurityGroup(log, site, "launch-wizard-" + site.Random.Below(40), site.Random.Id("vpc"));
        NetworkSteps.Ingress(
            log, site, group, new NetworkSteps.Rule("tcp", 22, 22, site.Office), new NetworkSteps.Rule("tcp", 3389, 3389, site.Office));
        ModifyRule(log, group);
        NetworkSteps.Revoke(log, site, "RevokeSecurityGroupIngress", group, new NetworkSteps.Rule("tcp", 3389, 3389, site.Office));
        log.Call("ec2", "ModifyInstanceAttribute", new { instanceId = instance, groupSet = Journal.Items(new { groupId = group }) }, new
        {
            requestId = site.Random.Uuid(),
            _return = true,
        });
        log.Call("ec2", "CreateSnapshot", new { volumeId = site.Random.Id("vol"), description = "before the upgrade" }, new
        {
            snapshotId = site.Random.Id("snap"),
            status = "pending",
            encrypted = true,
        });
        log.Call("ec2", "CreateImage", new { instanceId = instance, name = site.App + "-golden", noReboot = true }, new
        {
            requestId = site.Random.Uuid(),
            imageId = site.Random.Id("ami"),
        });
        log.Call("ec2", "DeregisterImage", new { imageId = site.Random.Id("ami") }, new { requestId = site.Random.Uuid(), _return = true });
        log.Call(
            "ec2", "DeleteSnapshot", new { snapshotId = site.Random.Id("snap") }, new { requestId = site.Random.Uuid(), _return = true });
        log.Fails(
            "ec2", "RunInstances", new
            {
                instanceType = "p5.48xlarge",
            }, "Client.VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit allows");
        log.Fails(
            "ec2", "StopInstances", new
            {
                instancesSet = Journal.Items(new { instanceId = instance }),
            }, "Client.DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        FunctionByConsole(log);
        Session(log, instance);
        log.Call(
            "rds", "CreateDBSnapshot", new
            {
                dBInstanceIdentifier = site.App + "-db",
                dBSnapshotIdentifier = site.App + "-before-upgrade",
            }, new { dBSnapshotIdentifier = site.App + "-before-upgrade", status = "creating" });
        log.Call(
            "rds", "ModifyDBInstance", new
            {
                dBInstanceIdentifier = site.App + "-db",
                backupRetentionPeriod = 21,
                applyImmediately = false,
            }, new { dBInstanceIdentifier = site.App + "-db", publiclyAccessible = false });
        log.Call("rds", "RebootDBInstance", new { dBInstanceIdentifier = site.App + "-db" }, new { });
        // One call is refused, because the permission set may not write to IAM.
        log.Fails("iam", "TagRole", new { roleName = "admin-dashboard" }, "AccessDenied", "User: arn:aws:sts::"
            + $"{site.Account}:assumed-role/AWSReservedSSO_PowerUser/ana.maria@example.com is not authorized to perform: iam:TagRole");
        Leave(log);
    }

    public void Analyst(Journal log)
    {
        log.By = site.Person("SecurityAudit-ReadOnly", "li.wei@example.com");
        SignIn(log, mfaUsed: "No");
        Overview(log);
        foreach (var _ in Enumerable.Range(0, 4)) Query(log);
        log.Call("iam", "GenerateServiceLastAccessedDetails", new { arn = site.RoleArn("AdminDashboardRole") }, new
        {
            jobId = site.Random.Uuid(),
        });
        log.Call("iam", "GetServiceLastAccessedDetails", new { jobId = site.Random.Uuid() });
        log.Call("iam", "GenerateCredentialReport", response: new { state = "STARTED" });
        log.Call("iam", "GetCredentialReport");
        log.Call("iam", "GetAccountAuthorizationDetails");
        log.Call("iam", "SimulatePrincipalPolicy", new
        {
            policySourceArn = site.RoleArn("admin-dashboard"),
            actionNames = new[] { "s3:GetObject" },
        });
        foreach (var call in (string[])["ListAccounts", "DescribeOrganization", "ListRoots", "ListPolicies"])
            log.Call("organizations", call);
        foreach (var call in (string[])["GetCostAndUsage", "GetCostForecast", "GetAnomalies"])
            log.Call("ce", call, new { granularity = "MONTHLY" });
        foreach (var call in (string[])["DescribeTrustedAdvisorChecks", "DescribeTrustedAdvisorCheckSummaries", "DescribeCases"])
            log.Call("support", call, new { language = "en" });
        log.Call("cloudtrail", "LookupEvents", new { maxResults = 50 });
        log.Call("cloudtrail", "DescribeTrails", new { trailNameList = Array.Empty<string>() });
        log.Call("cloudtrail", "GetTrailStatus", new { name = "organization-trail" });
        foreach (var (service, call) in ((string, string)[])
            [("securityhub", "GetFindings"), ("guardduty", "ListFindings"), ("guardduty", "GetFindings"),
                ("config", "SelectResourceConfig"), ("access-analyzer", "ListFindings"), ("inspector2", "ListFindings"),
                ("macie2", "ListFindings")])
            log.Call(service, call, new { maxResults = 50 });
        log.Call("config", "StartConfigRulesEvaluation", new { configRuleNames = new[] { "s3-bucket-public-read-prohibited" } });
        log.Call("securityhub", "BatchUpdateFindings", new
        {
            workflow = new { status = "RESOLVED" },
            findingIdentifiers = Array.Empty<object>(),
        }, new { });
        log.Call("guardduty", "ArchiveFindings", new { detectorId = site.Random.Hex(32), findingIds = new[] { site.Random.Hex(32) } });
        log.Call("monitoring", "PutDashboard", new { dashboardName = "security-overview", dashboardBody = "{\"widgets\":[]}" }, new { });
        log.Call(
            "logs", "StartQuery", new
            {
                logGroupNames = new[] { "/aws/lambda/" + site.App },
                queryString = "fields @timestamp, @message",
            }, new { queryId = site.Random.Uuid() });
        log.Call("logs", "PutQueryDefinition", new { name = "root-logins", queryString = "fields @timestamp" }, new
        {
            queryDefinitionId = site.Random.Uuid(),
        });
        log.Fails(
            "s3", "GetBucketPolicy", StorageSteps.Request("legal-archive-" + site.Account, site, "policy", ""), "AccessDenied",
            "Access Denied");
        log.Fails("kms", "GetKeyPolicy", new
        {
            keyId = site.KeyArn(),
            policyName = "default",
        }, "AccessDenied", "is not authorized to perform: kms:GetKeyPolicy");
        Leave(log);
    }

    public void UserWithMfa(Journal log)
    {
        log.By = Caller.UserInConsole(site, "build-admin");
        SignIn(log, mfaUsed: "Yes");
        Overview(log);
        log.Call("iam", "GetUser", new { userName = "build-admin" });
        log.Call("iam", "ListAccessKeys", new { userName = "build-admin" });
        log.Call("iam", "ListMFADevices", new { userName = "build-admin" });
        log.Call("iam", "GetAccessKeyLastUsed", new { accessKeyId = "AKIA" + site.Random.Upper(9) + "EXAMPLE" });
        log.Call("iam", "TagUser", new { userName = "build-admin", tags = new[] { new { key = "team", value = "administrators" } } });
        log.Call("s3", "ListBuckets");
        StorageSteps.CreateBucket(log, site, $"team-scratch-{site.Random.Hex(8)}", versioned: true);
        log.Call("signin", "SwitchRole", new { }, new { SwitchRole = "Success" });
        log.By = Caller.UserWithKey(site, "build-admin");
        log.Call("sts", "GetCallerIdentity");
        log.Call(
            "sts", "GetSessionToken", new { durationSeconds = 3600, serialNumber = $"arn:aws:iam::{site.Account}:mfa/build-admin" }, new
            {
                credentials = new { accessKeyId = "ASIA" + site.Random.Upper(9) + "EXAMPLE", expiration = "Mar 4, 2026, 10:01:07 AM" },
            });
        log.Call(
            "sts", "AssumeRole", new
            {
                roleArn = site.RoleArn("deploy-admin"),
                roleSessionName = "build-admin",
                durationSeconds = 3600,
            }, new { assumedRoleUser = new { arn = $"arn:aws:sts::{site.Account}:assumed-role/deploy-admin/build-admin" } });
        log.Call("ecr", "GetAuthorizationToken");
        foreach (var call in (string[])["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"])
            log.Call("ecr", call, new { repositoryName = site.App, registryId = site.Account }, new { });
        log.Call("codecommit", "CreateBranch", new { repositoryName = site.App, branchName = "release", commitId = site.Random.Hex(40) });
        log.Fails("iam", "GetLoginProfile", new
        {
            userName = "build-admin",
        }, "NoSuchEntityException", "Login Profile for User build-admin cannot be found.");
        log.By = Caller.UserInConsole(site, "build-admin");
        Leave(log);
    }

    /// <summary>
    /// The access portal signs a person in and hands out roles. Its own events name nobody that IAM knows, and a password is mistyped now
    /// and then.
    /// </summary>
    public void Portal(Journal log)
    {
        log.By = new Caller(
            new JsonObject
            {
                ["type"] = "IdentityCenterUser",
                ["accountId"] = site.Account,
                ["onBehalfOf"] = new JsonObject
                {
                    ["userId"] = site.Random.Uuid(),
                    ["identityStoreArn"] = $"arn:aws:identitystore::{site.Account}:identitystore/d-"
                    + site.Random.Hex(10),
                },
                ["credentialId"] = site.Random.Hex(32),
            },
            site.Random.Address(),
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15");
        foreach (var (name, answer) in ((string, string)[])[
            ("CredentialChallenge", "Success"), ("CredentialVerification", "Failure"), ("CredentialVerification", "Success"),
            ("UserAuthentication", "Success")])
        {
            var record = log.Call("signin", name);
            record["eventType"] = "AwsServiceEvent";
            record["serviceEventDetails"] = new JsonObject { [name] = answer };
        }

        log.Call("sso", "ListAccounts")["eventType"] = "AwsServiceEvent";
        log.Call("sso", "ListAccountRoles")["eventType"] = "AwsServiceEvent";
        log.Call("sso", "Federate")["eventType"] = "AwsServiceEvent";
        log.Call("sso", "GetRoleCredentials")["eventType"] = "AwsServiceEvent";
        log.Call("sso-oauth", "CreateToken", new { grantType = "refresh_token", clientId = "HIDDEN_DUE_TO_SECURITY_REASONS" }, new
        {
            expiresIn = 3600,
        });
    }

    private void SignIn(Journal log, string mfaUsed)
    {
        var by = log.By;
        if (mfaUsed == "Yes")
        {
            var mistyped = log.Call("signin", "ConsoleLogin", null, new { ConsoleLogin = "Failure" });
            mistyped["errorMessage"] = "Failed authentication";
            mistyped["eventType"] = "AwsConsoleSignIn";
            mistyped["additionalEventData"] = new JsonObject
            {
                ["LoginTo"] = "https://console.aws.amazon.com/console/home",
                ["MobileVersion"] = "No",
                ["MFAUsed"] = "No",
            };
            log.Call("signin", "CheckMfa", null, new { CheckMfa = "Success" })["eventType"] = "AwsConsoleSignIn";
        }

        // Before there is a session, there is no key; also, sign-in events are not API calls.
        var record = log.Call("signin", "ConsoleLogin", null, new { ConsoleLogin = "Success" });
        record["userIdentity"]!.AsObject().Remove("accessKeyId");
        record["eventType"] = "AwsConsoleSignIn";
        record["additionalEventData"] = new JsonObject
        {
            ["LoginTo"] = "https://console.aws.amazon.com/console/home",
            ["MobileVersion"] = "No",
            ["MFAUsed"] = mfaUsed,
        };
        record.Remove("requestID");
        record.Remove("sessionCredentialFromConsole");
        if (by.Identity["type"]!.GetValue<string>() != "AssumedRole") return;
        log.Call("signin", "GetSigninToken", null, new { GetSigninToken = "Success" })["eventType"] = "AwsConsoleSignIn";
    }

    private static void Overview(Journal log)
    {
        foreach (var call in (string[])[
            "DescribeInstances", "DescribeInstanceStatus", "DescribeVolumes", "DescribeSecurityGroups", "DescribeVpcs", "DescribeSubnets",
            "DescribeAddresses", "DescribeKeyPairs", "DescribeTags", "DescribeRegions"])
            log.Call("ec2", call, new { filterSet = new { } });
        log.Call("monitoring", "DescribeAlarms", new { stateValue = "ALARM" });
        log.Call("monitoring", "ListDashboards");
        log.Call("health", "DescribeEventAggregates", new { aggregateField = "eventTypeCategory" });
        log.Call("iam", "ListAccountAliases");
        log.Call("iam", "GetAccountSummary");
        log.Call("notifications", "ListNotificationEvents");
        log.Call("resource-explorer-2", "Search", new { queryString = "*" });
        log.Fails("cloudformation", "DescribeStacks", null, "ThrottlingException", "Rate exceeded");
    }

    private string Instance(Journal log)
    {
        log.Call("ec2", "DescribeImages", new { ownersSet = Journal.Items(new { owner = "amazon" }) });
        log.Call("iam", "ListInstanceProfiles");
        log.Call("iam", "ListRoles");
        return ComputeSteps.RunInstances(
            log, site, site.Random.Id("subnet"), site.Random.Id("sg"), "AmazonSSMRoleForInstancesQuickSetup", site.Random.Uuid());
    }

    private void ModifyRule(Journal log, string group) => log.Call("ec2", "ModifySecurityGroupRules", new
    {
        ModifySecurityGroupRulesRequest = new
        {
            GroupId = group,
            SecurityGroupRule = new
            {
                SecurityGroupRuleId = site.Random.Id("sgr"),
                tag = 1,
                SecurityGroupRule = new
                {
                    IpProtocol = "tcp",
                    FromPort = 22,
                    ToPort = 22,
                    CidrIpv4 = site.Office,
                    Description = "office",
                },
            },
        },
    }, new { ModifySecurityGroupRulesResponse = new { requestId = site.Random.Uuid(), @return = true } });

    /// <summary>The Lambda console creates a role and a policy, both under <c>service-role/</c>.</summary>
    private void FunctionByConsole(Journal log)
    {
        var (function, role) = (site.App + "-report", $"{site.App}-report-role-{site.Random.Hex(8)}");
        IamSteps.CreateRole(log, site, role, PolicyText.TrustIn("lambda.amazonaws.com"), "/service-role/");
        var arn = IamSteps.CreatePolicy(log, site, "AWSLambdaBasicExecutionRole-" + site.Random.Uuid(), PolicyText.Document(
            new { Effect = "Allow", Action = "logs:CreateLogGroup", Resource = site.Arn("logs", "*") },
            new
            {
                Effect = "Allow",
                Action = new[] { "logs:CreateLogStream", "logs:PutLogEvents" },
                Resource = new[] { site.Arn("logs", $"log-group:/aws/lambda/{function}:*") }
            }), "/service-role/");
        IamSteps.AttachRolePolicy(log, role, arn);
        ComputeSteps.CreateFunction(log, site, function, "service-role/" + role);
        log.Call(
            "lambda", "UpdateFunctionCode20150331v2", new { functionName = function, dryRun = false }, new { functionName = function });
        log.Call("lambda", "PublishVersion20150331", new { functionName = function }, new { version = "1" });
        log.Call("lambda", "CreateFunctionUrlConfig", new { functionName = function, authType = "AWS_IAM" }, new { authType = "AWS_IAM" });
    }

    private void Session(Journal log, string instance)
    {
        var session = "ana.maria@example.com-" + site.Random.Hex(12);
        log.Call("ssm", "StartSession", new { target = instance }, new
        {
            sessionId = session,
            streamUrl = "HIDDEN_DUE_TO_SECURITY_REASONS",
            tokenValue = "Value hidden due to security reasons.",
        });
        log.Call("ssm", "DescribeSessions", new { state = "Active" });
        log.Call("ssm", "TerminateSession", new { sessionId = session }, new { sessionId = session });
        log.Call(
            "ssm", "SendCommand", new
            {
                documentName = "AWS-RunPatchBaseline",
                instanceIds = new[] { instance },
                parameters = "HIDDEN_DUE_TO_SECURITY_REASONS",
            }, new { command = new { commandId = site.Random.Uuid() } });
        log.Call("ssm", "GetParameter", new { name = $"/{site.App}/config/table", withDecryption = false });
    }

    private void Query(Journal log)
    {
        log.Call(
            "athena", "StartQueryExecution", new
            {
                queryString = "***OMITTED***",
                workGroup = "primary",
                resultConfiguration = new
                {
                    outputLocation = $"s3://athena-results-{site.Account}/",
                },
            }, new { queryExecutionId = site.Random.Uuid() });
        log.Call("glue", "GetTable", new { databaseName = "default", name = site.App.Replace('-', '_') });
        log.Call("athena", "GetQueryExecution", new { queryExecutionId = site.Random.Uuid() });
        log.Call("athena", "GetQueryResults", new { queryExecutionId = site.Random.Uuid(), maxResults = 100 });
    }

    private static void Leave(Journal log)
    {
        var record = log.Call("signin", "Logout", null, new { Logout = "Success" });
        record["eventType"] = "AwsConsoleSignIn";
    }
}
