using Responder.Tests.Ordinary.Steps;

namespace Responder.Tests.Ordinary.Scenarios;

/// <summary>What runs automatically all day: pipelines, containers, clusters, rotation and automation, each with its own role.</summary>
internal sealed class Pipelines(Site site)
{
    public void FunctionRelease(Journal log)
    {
        log.By = Caller.Session(site, site.App + "-pipeline", site.Random.Digits(13), "codepipeline.amazonaws.com");
        log.Call("codebuild", "StartBuild", new { projectName = site.App + "-build", sourceVersion = site.Random.Hex(40) }, new
        {
            build = new { buildStatus = "IN_PROGRESS", id = $"{site.App}-build:{site.Random.Uuid()}" },
        });
        log.Call("codebuild", "BatchGetBuilds", new { ids = new[] { site.App } });
        log.By = Caller.Session(site, site.App + "-build", "AWSCodeBuild-" + site.Random.Uuid());
        ComputeSteps.CreateLogGroup(log, "/aws/codebuild/" + site.App, 30);
        log.Call("logs", "CreateLogStream", new { logGroupName = "/aws/codebuild/" + site.App, logStreamName = site.Random.Uuid() });
        log.Call(
            "ssm", "GetParameters", new { names = new[] { $"/{site.App}/npm-token", $"/{site.App}/sentry-dsn" }, withDecryption = true });
        log.Call("secretsmanager", "GetSecretValue", new { secretId = site.App + "/database" });
        log.Call("ecr", "GetAuthorizationToken");
        foreach (var call in (string[])["BatchCheckLayerAvailability", "InitiateLayerUpload", "CompleteLayerUpload", "PutImage"])
            log.Call("ecr", call, new { repositoryName = site.App, registryId = site.Account }, new { });
        log.Call(
            "lambda", "UpdateFunctionCode20150331v2", new
            {
                functionName = site.App,
                imageUri = $"{site.Account}.dkr.ecr.{site.Region}.amazonaws.com/{site.App}:{site.Random.Hex(12)}",
                publish = true,
                dryRun = false,
            }, new { functionName = site.App, version = "42" });
        log.Call(
            "lambda", "UpdateAlias20150331", new { functionName = site.App, name = "live", functionVersion = "42" }, new { name = "live" });
        log.Call("codedeploy", "CreateDeployment", new { applicationName = site.App, deploymentGroupName = "live" }, new
        {
            deploymentId = "d-" + site.Random.Upper(9),
        });
        log.By = Caller.Session(site, site.App + "-codedeploy", "CodeDeploy", "codedeploy.amazonaws.com");
        log.Call("lambda", "UpdateAlias20150331", new
        {
            functionName = site.App,
            name = "live",
            routingConfig = new { additionalVersionWeights = new { } },
        }, new { name = "live" });
        log.By = Caller.Service("ecr");
        log.Call("ecr", "PolicyExecutionEvent")["eventType"] = "AwsServiceEvent";
    }

    public void ContainerRelease(Journal log)
    {
        log.By = Caller.Session(site, "github-deploy", "GitHubActions");
        var task = site.Arn("ecs", $"task-definition/{site.App}:{1 + site.Random.Below(99)}");
        log.Call("ecs", "RegisterTaskDefinition", new
        {
            family = site.App,
            taskRoleArn = site.RoleArn(site.App + "-task"),
            executionRoleArn = site.RoleArn("ecsTaskExecutionRole"),
            networkMode = "awsvpc",
            requiresCompatibilities = new[] { "FARGATE" },
            containerDefinitions = new[] { new
            {
                name = "app", image = $"{site.Account}.dkr.ecr.{site.Region}.amazonaws.com/{site.App}:1", essential = true,
            } },
        }, new { taskDefinition = new { taskDefinitionArn = task } });
        log.Call("ecs", "UpdateService", new { cluster = "main", service = site.App, taskDefinition = task, forceNewDeployment = true }, new
        {
            service = new { status = "ACTIVE" },
        });
        log.Call("ecs", "DescribeServices", new { cluster = "main", services = new[] { site.App } });
        log.Call("ecs", "DeregisterTaskDefinition", new { taskDefinition = task }, new { });
        log.Call(
            "ecs", "RunTask", new
            {
                cluster = "main",
                taskDefinition = task,
                launchType = "FARGATE",
                count = 1,
                startedBy = "migrations",
            }, new { tasks = Array.Empty<object>(), failures = Array.Empty<object>() });
        log.By = site.Linked("ecs", "AWSServiceRoleForECS");
        log.Call("elasticloadbalancing", "RegisterTargets", new
        {
            targetGroupArn = site.Arn("elasticloadbalancing", $"targetgroup/{site.App}/{site.Random.Hex(16)}"),
        });
        log.Call("servicediscovery", "RegisterInstance", new
        {
            serviceId = "srv-" + site.Random.Hex(16),
            instanceId = site.Random.Hex(32),
        }, new { operationId = site.Random.Hex(32) });
        log.By = Caller.Session(site, "ecsTaskExecutionRole", site.Random.Hex(32));
        log.Call("secretsmanager", "GetSecretValue", new { secretId = site.Arn("secretsmanager", $"secret:{site.App}/database-abc123") });
        log.Call("kms", "Decrypt", new { encryptionAlgorithm = "SYMMETRIC_DEFAULT", encryptionContext = new { SecretARN = site.App } });
        log.Call("logs", "CreateLogStream", new { logGroupName = "/ecs/" + site.App, logStreamName = "app/" + site.Random.Hex(32) });
    }

    public void Cluster(Journal log)
    {
        log.By = site.Person("PlatformAdmin", "platform@example.com");
        log.Call(
            "eks", "CreateNodegroup", new
            {
                clusterName = site.App,
                nodegroupName = "workers",
                nodeRole = site.RoleArn(site.App + "-node"),
                scalingConfig = new
                {
                    minSize = 2,
                    maxSize = 6,
                    desiredSize = 3,
                },
            }, new { nodegroup = new { status = "CREATING" } });
        log.Call("eks", "UpdateNodegroupVersion", new { clusterName = site.App, nodegroupName = "workers" }, new
        {
            update = new { status = "InProgress" },
        });
        log.Call("eks", "UpdateAddon", new { clusterName = site.App, addonName = "vpc-cni", resolveConflicts = "OVERWRITE" }, new
        {
            update = new { status = "InProgress" },
        });
        log.By = site.Linked("eks-nodegroup", "AWSServiceRoleForAmazonEKSNodegroup");
        log.Call(
            "ec2", "CreateLaunchTemplate", new
            {
                CreateLaunchTemplateRequest = new
                {
                    LaunchTemplateName = "eks-" + site.Random.Uuid(),
                    LaunchTemplateData = new
                    {
                        IamInstanceProfile = new { Name = "eks-" + site.Random.Uuid() },
                    },
                },
            }, new { });
        log.Call("autoscaling", "CreateAutoScalingGroup", new
        {
            autoScalingGroupName = "eks-workers-" + site.Random.Uuid(),
            minSize = 2,
            maxSize = 6,
        });
        log.Call("autoscaling", "PutLifecycleHook", new { autoScalingGroupName = "eks-workers", lifecycleHookName = "Terminate-LC-Hook" });
        log.Call("iam", "CreateInstanceProfile", new { instanceProfileName = "eks-" + site.Random.Uuid(), path = "/" }, new
        {
            instanceProfile = new { path = "/" },
        });
        log.Call(
            "iam", "AddRoleToInstanceProfile", new { instanceProfileName = "eks-" + site.Random.Uuid(), roleName = site.App + "-node" });
        log.By = Caller.Session(
            site, site.App + "-load-balancer-controller", site.Random.Digits(19),
            agent: "elbv2.k8s.aws/v2.8.2 aws-sdk-go/1.51.3 (go1.22.3; linux; amd64)");
        var group = NetworkSteps.CreateSecurityGroup(log, site, "k8s-traffic-" + site.Random.Hex(10), site.Random.Id("vpc"));
        NetworkSteps.Ingress(
            log, site, group, new NetworkSteps.Rule("tcp", 443, 443, "0.0.0.0/0"), new NetworkSteps.Rule("tcp", 80, 80, "0.0.0.0/0"));
        log.Call("elasticloadbalancing", "CreateListener", new { port = 443, protocol = "HTTPS" }, new { });
        log.By = Caller.Session(site, site.App + "-node", site.Random.Id("i"));
        log.Call(
            "ec2", "AssignPrivateIpAddresses", new { networkInterfaceId = site.Random.Id("eni"), secondaryPrivateIpAddressCount = 4 }, new
            {
                requestId = site.Random.Uuid(),
                _return = true,
            });
        log.Call("ecr", "BatchGetImage", new { repositoryName = site.App });
        log.Call("ec2", "AttachVolume", new
        {
            volumeId = site.Random.Id("vol"),
            instanceId = site.Random.Id("i"),
            device = "/dev/xvdba",
        }, new { status = "attaching" });
        log.Call("ssm", "UpdateInstanceInformation", new { instanceId = site.Random.Id("i"), agentVersion = "3.3.987.0" });
    }

    public void Rotation(Journal log)
    {
        log.By = Caller.Session(site, site.App + "-rotation", site.App + "-rotation");
        var secret = site.Arn("secretsmanager", $"secret:{site.App}/database-{site.Random.Hex(6)}");
        log.Call("secretsmanager", "DescribeSecret", new { secretId = secret });
        log.Call("secretsmanager", "GetSecretValue", new { secretId = secret, versionStage = "AWSCURRENT" });
        log.Call("secretsmanager", "GetRandomPassword", new { excludeCharacters = "/@\"'\\" });
        log.Call("secretsmanager", "PutSecretValue", new
        {
            secretId = secret,
            clientRequestToken = site.Random.Uuid(),
            versionStages = new[] { "AWSPENDING" },
        }, new { arn = secret });
        log.Call(
            "secretsmanager", "UpdateSecretVersionStage", new { secretId = secret, versionStage = "AWSCURRENT" }, new { arn = secret });
        log.By = Caller.Service("secretsmanager");
        foreach (var name in (string[])["RotationStarted", "RotationSucceeded"])
            log.Call("secretsmanager", name)["eventType"] = "AwsServiceEvent";
        log.By = Caller.Session(site, "AutomationServiceRole", "AutomationExecution", "ssm.amazonaws.com");
        log.Call(
            "ssm", "StartAutomationExecution", new
            {
                documentName = "AWS-UpdateLinuxAmi",
                parameters = "HIDDEN_DUE_TO_SECURITY_REASONS",
            }, new { automationExecutionId = site.Random.Uuid() });
        log.Call("ec2", "CreateImage", new { instanceId = site.Random.Id("i"), name = "patched-" + site.Random.Hex(6) }, new
        {
            imageId = site.Random.Id("ami"),
        });
        ComputeSteps.ChangeInstance(log, site, "StopInstances", site.Random.Id("i"), "running", "stopping");
        log.By = Caller.Session(site, site.App + "-worker", site.App + "-worker");
        foreach (var _ in Enumerable.Range(0, 4))
            log.Call("ssm", "GetParametersByPath", new { path = $"/{site.App}/config", recursive = true, withDecryption = true });
        log.Call("sqs", "ListQueues");
        log.Call(
            "states", "StartExecution", new
            {
                stateMachineArn = site.Arn("states", "stateMachine:" + site.App),
                name = site.Random.Uuid(),
            }, new { startDate = "Mar 4, 2026, 9:01:07 AM" });
        log.Call("sts", "AssumeRole", new { roleArn = site.RoleArn(site.App + "-reports"), roleSessionName = "root" }, new
        {
            assumedRoleUser = new { arn = $"arn:aws:sts::{site.Account}:assumed-role/{site.App}-reports/root" },
        });
        log.Fails("dynamodb", "DescribeTable", new
        {
            tableName = "administrators",
        }, "ResourceNotFoundException", "Requested resource not found: Table: administrators not found");
        log.Fails(
            "lambda", "GetFunction20150331v2", new { functionName = "StopLogging" }, "ResourceNotFoundException", "Function not found");
    }
}
