using Responder.Tests.Ordinary.Steps;

namespace Responder.Tests.Ordinary.Scenarios;

/// <summary>CloudFormation deploys, updates and removes a web application for a pipeline, with CDK's execution role.</summary>
internal sealed class CloudFormationStack(Site site)
{
    private readonly string _stack = $"{site.App}-{site.Random.Pick("prod", "staging", "admin-tools")}";
    private readonly List<string> _roles = [];
    private readonly List<string> _functions = [];
    private readonly List<string> _groups = [];
    private string _bucket = "", _rule = "", _topicArn = "", _gateway = "", _table = "";

    public void Deploy(Journal log)
    {
        Start(log, "CREATE");
        log.By = site.CloudFormation();
        foreach (var logicalId in (string[])["ApiServiceRole", "WorkerServiceRole", "AdminUiServiceRole"])
            _roles.Add(ServiceRole(log, logicalId));
        var key = StorageSteps.CreateKey(log, site);
        _topicArn = ComputeSteps.CreateTopic(log, site, site.Physical(_stack, "Alerts"));
        log.AtTheSameTime(
            () => Data(log, key),
            () => Functions(log),
            () => LoadBalancer(log),
            () => Subnets(log),
            () => ComputeSteps.CreateQueues(log, site, site.Physical(_stack, "Jobs"), _topicArn));
        foreach (var name in (string[])["errors", "throttles", "latency"]) ComputeSteps.PutAlarm(log, site, $"{_stack}-{name}", _topicArn);
        log.Call(
            "ssm", "PutParameter", new
            {
                name = $"/{site.App}/config/table",
                type = "String",
                value = "HIDDEN_DUE_TO_SECURITY_REASONS",
                overwrite = true,
            }, new { version = 1, tier = "Standard" });
        log.Call("secretsmanager", "CreateSecret", new
        {
            name = $"{site.App}/database",
            clientRequestToken = site.Random.Uuid(),
            generateSecretString = new { passwordLength = 32 },
        },
            new { arn = site.Arn("secretsmanager", $"secret:{site.App}/database-{site.Random.Hex(6)}"), name = site.App + "/database" });
        log.Fails("logs", "CreateLogGroup", new
        {
            logGroupName = $"/aws/lambda/{_functions[0]}",
        }, "ResourceAlreadyExistsException", "The specified log group already exists");
        log.Call("monitoring", "PutDashboard", new { dashboardName = _stack, dashboardBody = "{\"widgets\":[]}" }, new
        {
            dashboardValidationMessages = Array.Empty<object>(),
        });
    }

    public void Update(Journal log)
    {
        Start(log, "UPDATE");
        log.By = site.CloudFormation();
        foreach (var function in _functions)
        {
            log.Call(
                "lambda", "UpdateFunctionCode20150331v2", new
                {
                    functionName = function,
                    s3Bucket = "assets-" + site.Account,
                    s3Key = site.Random.Hex(32) + ".zip",
                    dryRun = false,
                }, new { functionName = function, lastUpdateStatus = "InProgress" });
            log.Call(
                "lambda", "UpdateFunctionConfiguration20150331v2", new
                {
                    functionName = function,
                    timeout = 60,
                    memorySize = 512,
                    environment = new { },
                }, new { functionName = function, lastUpdateStatus = "InProgress" });
        }

        // CloudFormation puts an inline policy again when a resource in it changes, and deletes the old one when the policy is renamed.
        IamSteps.PutRolePolicy(log, _roles[0], "ApiServiceRoleDefaultPolicy" + site.Random.Upper(8), TablePolicy());
        log.Call("iam", "DeleteRolePolicy", new { roleName = _roles[0], policyName = "ApiServiceRoleDefaultPolicyA1B2C3D4" });
        NetworkSteps.Revoke(log, site, "RevokeSecurityGroupIngress", _groups[1], new NetworkSteps.Rule("tcp", 8080, 8080, _groups[0]));
        NetworkSteps.Ingress(log, site, _groups[1], new NetworkSteps.Rule("tcp", 9443, 9443, _groups[0]));
        var replaced = NetworkSteps.CreateSecurityGroup(log, site, site.Physical(_stack, "JobsGroup"), site.Random.Id("vpc"));
        NetworkSteps.DeleteSecurityGroup(log, site, replaced);
        log.Call("logs", "PutRetentionPolicy", new { logGroupName = $"/aws/lambda/{_functions[0]}", retentionInDays = 90 });
        log.Call("monitoring", "DeleteAlarms", new { alarmNames = new[] { _stack + "-latency" } });
        log.Call("events", "PutRule", new { name = _rule, scheduleExpression = "rate(2 hours)", state = "ENABLED" }, new
        {
            ruleArn = site.Arn("events", "rule/" + _rule),
        });
        log.Call("dynamodb", "UpdateContinuousBackups", new
        {
            tableName = _table,
            pointInTimeRecoverySpecification = new { pointInTimeRecoveryEnabled = true },
        }, new { });
        log.Call("apigateway", "CreateDeployment", new { restApiId = _gateway, createDeploymentInput = new { stageName = "prod" } }, new
        {
            id = site.Random.Hex(6),
        });
        log.Call(
            "s3", "PutBucketNotification",
            StorageSteps.Request(_bucket, site, "notification", "", "NotificationConfiguration", new
            {
                CloudFunctionConfiguration = new { Event = "s3:ObjectCreated:*" },
            }));
    }

    /// <summary>
    /// Leaves out what severity.md pages or reports on purpose: the public-access block of the bucket goes with the bucket, and keys are
    /// retained.
    /// </summary>
    public void Delete(Journal log)
    {
        Start(log, "DELETE");
        log.By = site.CloudFormation();
        log.Call("monitoring", "DeleteAlarms", new { alarmNames = new[] { _stack + "-errors" } });
        log.Call("monitoring", "DeleteAlarms", new { alarmNames = new[] { _stack + "-throttles" } });
        log.Call("monitoring", "DeleteDashboards", new { dashboardNames = new[] { _stack } });
        log.Call("events", "RemoveTargets", new { rule = _rule, ids = new[] { "Target0" } }, new
        {
            failedEntryCount = 0,
            failedEntries = Array.Empty<object>(),
        });
        log.Call("events", "DeleteRule", new { name = _rule });
        log.Call("sns", "Unsubscribe", new { subscriptionArn = _topicArn + ":" + site.Random.Uuid() });
        log.Call("sns", "DeleteTopic", new { topicArn = _topicArn });
        log.Call("apigateway", "DeleteRestApi", new { restApiId = _gateway });
        foreach (var function in _functions)
        {
            ComputeSteps.RemovePermission(log, site, function);
            ComputeSteps.DeleteFunction(log, function);
            log.Call("logs", "DeleteLogGroup", new { logGroupName = "/aws/lambda/" + function });
        }

        log.Call("elasticloadbalancing", "DeleteLoadBalancer", new
        {
            loadBalancerArn = site.Arn("elasticloadbalancing", $"loadbalancer/app/{site.App}/{site.Random.Hex(16)}"),
        });
        foreach (var group in _groups) NetworkSteps.DeleteSecurityGroup(log, site, group);
        log.Call("dynamodb", "DeleteTable", new { tableName = _table }, new
        {
            tableDescription = new { tableName = _table, tableStatus = "DELETING" },
        });
        StorageSteps.DeleteBucket(log, site, _bucket);
        foreach (var role in _roles)
        {
            IamSteps.DetachRolePolicy(log, role, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
            IamSteps.DeleteRole(log, role, "DefaultPolicy" + site.Random.Upper(8));
        }

        log.Fails(
            "iam", "GetRole", new { roleName = _roles[0] }, "NoSuchEntityException", $"The role with name {_roles[0]} cannot be found.");
    }

    private void Start(Journal log, string kind)
    {
        log.By = Caller.Session(
            site, $"cdk-hnb659fds-deploy-role-{site.Account}-{site.Region}", "aws-cdk-pipeline",
            agent: "aws-sdk-js/3.654.0 ua/2.1 os/linux lang/js md/nodejs#20.17.0 app/aws-cdk-2.160.0");
        log.Call("cloudformation", "DescribeStacks", new { stackName = _stack });
        if (kind == "DELETE")
        {
            log.Call("cloudformation", "DeleteStack", new
            {
                stackName = _stack,
                roleARN = site.RoleArn("cdk-hnb659fds-cfn-exec-role"),
                clientRequestToken = site.Random.Uuid(),
            });
            return;
        }

        var change = $"cdk-change-set-{site.Random.Hex(12)}";
        log.Call(
            "cloudformation", "CreateChangeSet", new
            {
                stackName = _stack,
                changeSetName = change,
                changeSetType = kind,
                capabilities = new[] { "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND" },
            },
            new
            {
                id = site.Arn("cloudformation", $"changeSet/{change}/{site.Random.Uuid()}"),
                stackId = site.Arn("cloudformation", $"stack/{_stack}/{site.Random.Uuid()}")
            });
        log.Call("cloudformation", "DescribeChangeSet", new { stackName = _stack, changeSetName = change });
        log.Call("cloudformation", "ExecuteChangeSet", new { stackName = _stack, changeSetName = change, disableRollback = false });
        log.Call("cloudformation", "DescribeStackEvents", new { stackName = _stack });
        log.Call("cloudformation", "UpdateTerminationProtection", new { stackName = _stack, enableTerminationProtection = true }, new
        {
            stackId = site.Arn("cloudformation", $"stack/{_stack}/{site.Random.Uuid()}"),
        });
    }

    private string ServiceRole(Journal log, string logicalId)
    {
        var role = site.Physical(_stack, logicalId);
        log.Fails("iam", "GetRole", new { roleName = role }, "NoSuchEntityException", $"The role with name {role} cannot be found.");
        IamSteps.CreateRole(log, site, role, PolicyText.TrustIn("lambda.amazonaws.com"));
        IamSteps.AttachRolePolicy(log, role, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
        IamSteps.PutRolePolicy(log, role, logicalId + "DefaultPolicy" + site.Random.Upper(8), TablePolicy());
        log.Call("iam", "GetRolePolicy", new { roleName = role, policyName = logicalId + "DefaultPolicy" });
        return role;
    }

    private string TablePolicy() => PolicyText.Allow(
        ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "s3:GetObject*", "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey*",
            "sqs:SendMessage"],
        site.Arn("dynamodb", "table/" + site.App), "arn:aws:s3:::" + site.App + "-*/*", site.Arn("sqs", _stack + "-*"));

    private void Data(Journal log, string key)
    {
        _bucket = $"{_stack}-assets-{site.Random.Hex(10)}";
        StorageSteps.CreateBucket(log, site, _bucket, versioned: true);
        StorageSteps.PutLifecycle(log, site, _bucket, 180);
        _table = site.Physical(_stack, "Table");
        StorageSteps.CreateTable(log, site, _table);
        log.Call(
            "dynamodb", "TagResource", new
            {
                resourceArn = site.Arn("dynamodb", "table/" + _table),
                tags = new[] { new { key = "aws:cloudformation:stack-name", value = _stack } },
            });
        log.Call("kms", "DescribeKey", new { keyId = key });
    }

    private void Functions(Journal log)
    {
        _gateway = site.Random.Hex(10);
        log.Call(
            "apigateway", "CreateRestApi", new
            {
                createRestApiInput = new { name = site.App, endpointConfiguration = new { types = new[] { "REGIONAL" } } },
            }, new { id = _gateway, name = site.App });
        log.Call(
            "apigateway", "CreateResource", new
            {
                restApiId = _gateway,
                parentId = site.Random.Hex(10),
                createResourceInput = new { pathPart = "{proxy+}" },
            }, new { id = site.Random.Hex(6) });
        log.Call(
            "apigateway", "PutMethod", new
            {
                restApiId = _gateway,
                resourceId = site.Random.Hex(6),
                httpMethod = "ANY",
                putMethodInput = new
                {
                    authorizationType = "AWS_IAM",
                },
            }, new { httpMethod = "ANY" });
        foreach (var (index, logicalId) in ((int, string)[])[(0, "Api"), (1, "Worker"), (2, "AdminUi")])
        {
            var function = site.Physical(_stack, logicalId);
            _functions.Add(function);
            ComputeSteps.CreateLogGroup(log, "/aws/lambda/" + function, 30);
            ComputeSteps.CreateFunction(log, site, function, _roles[index]);
            log.Call("lambda", "GetFunction20150331v2", new { functionName = function });
        }

        ComputeSteps.AddPermission(log, site, _functions[0], "apigateway.amazonaws.com", site.Arn("execute-api", $"{_gateway}/*/*/*"));
        ComputeSteps.AddPermission(log, site, _functions[1], "s3.amazonaws.com", "arn:aws:s3:::" + _stack + "-assets", site.Account);
        _rule = site.Physical(_stack, "Hourly");
        var ruleArn = ComputeSteps.PutRule(log, site, _rule, site.Arn("lambda", "function:" + _functions[1]));
        ComputeSteps.AddPermission(log, site, _functions[1], "events.amazonaws.com", ruleArn);
        ComputeSteps.AddPermission(log, site, _functions[2], "sns.amazonaws.com", _topicArn);
        log.Call(
            "lambda", "CreateEventSourceMapping20150331", new
            {
                functionName = _functions[1],
                eventSourceArn = site.Arn("sqs", _stack + "-jobs"),
                batchSize = 10,
                enabled = true,
            }, new { uUID = site.Random.Uuid(), state = "Creating" });
        log.Call("lambda", "PutFunctionConcurrency20171031", new { functionName = _functions[1], reservedConcurrentExecutions = 5 }, new
        {
            reservedConcurrentExecutions = 5,
        });
    }

    private void LoadBalancer(Journal log)
    {
        var vpc = site.Random.Id("vpc");
        var front = NetworkSteps.CreateSecurityGroup(log, site, site.Physical(_stack, "LoadBalancerGroup"), vpc);
        var back = NetworkSteps.CreateSecurityGroup(log, site, site.Physical(_stack, "ServiceGroup"), vpc);
        var database = NetworkSteps.CreateSecurityGroup(log, site, site.Physical(_stack, "DatabaseGroup"), vpc);
        _groups.AddRange([front, back, database]);
        NetworkSteps.Ingress(
            log, site, front, new NetworkSteps.Rule("tcp", 443, 443, "0.0.0.0/0"), new NetworkSteps.Rule("tcp", 80, 80, "0.0.0.0/0"));
        NetworkSteps.Egress(log, site, front, new NetworkSteps.Rule("tcp", 8080, 8080, back));
        NetworkSteps.Ingress(log, site, back, new NetworkSteps.Rule("tcp", 8080, 8080, front));
        NetworkSteps.Egress(log, site, back, NetworkSteps.EverythingOut);
        NetworkSteps.Ingress(log, site, database, new NetworkSteps.Rule("tcp", 5432, 5432, back));
        StorageSteps.CreateDatabase(log, site, _stack + "-db", database);
        var balancer = site.Arn("elasticloadbalancing", $"loadbalancer/app/{site.App}/{site.Random.Hex(16)}");
        log.Call(
            "elasticloadbalancing", "CreateLoadBalancer", new
            {
                name = site.App,
                scheme = "internet-facing",
                type = "application",
                securityGroups = new[] { front },
            }, new { loadBalancers = new[] { new { loadBalancerArn = balancer } } });
        log.Call(
            "elasticloadbalancing", "CreateTargetGroup", new
            {
                name = site.App,
                protocol = "HTTP",
                port = 8080,
                vpcId = vpc,
                targetType = "ip",
            }, new { targetGroups = new[] { new { targetGroupName = site.App } } });
        log.Call("elasticloadbalancing", "CreateListener", new
        {
            loadBalancerArn = balancer,
            port = 443,
            protocol = "HTTPS",
            sslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06",
        }, new { });
        var logs = $"{_stack}-access-logs-{site.Random.Hex(6)}";
        StorageSteps.CreateBucket(log, site, logs, versioned: false, PolicyText.Object(new
        {
            Effect = "Allow",
            Principal = new
            {
                Service = "logdelivery.elasticloadbalancing.amazonaws.com",
            },
            Action = "s3:PutObject",
            Resource = $"arn:aws:s3:::{logs}/AWSLogs/{site.Account}/*",
            Condition = new Dictionary<string, object>
            {
                ["StringEquals"] = new Dictionary<string, object> { ["aws:SourceAccount"] = site.Account },
            },
        }));
        log.Call(
            "elasticloadbalancing", "ModifyLoadBalancerAttributes", new
            {
                loadBalancerArn = balancer,
                attributes = new[] { new { key = "access_logs.s3.enabled", value = "true" }, new
                {
                    key = "access_logs.s3.bucket", value = logs,
                } },
            }, new { });
    }

    private void Subnets(Journal log)
    {
        var vpc = NetworkSteps.CreateVpc(log, site).Vpc;
        NetworkSteps.CreateNetworkAcl(log, site, vpc);
        var role = site.Physical(_stack, "FlowLogRole");
        IamSteps.CreateRole(log, site, role, PolicyText.TrustIn("vpc-flow-logs.amazonaws.com"));
        IamSteps.PutRolePolicy(
            log, role, "FlowLogRoleDefaultPolicy" + site.Random.Upper(8),
            PolicyText.Allow(
                ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                site.Arn("logs", "log-group:/vpc/" + _stack + ":*")));
        ComputeSteps.CreateLogGroup(log, "/vpc/" + _stack, 365);
        NetworkSteps.CreateFlowLogs(log, site, vpc, "/vpc/" + _stack, role);
    }
}
