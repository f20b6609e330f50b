using Responder.Events;

namespace Responder.Detections.Iam;

/// <summary>
/// The calls that pass a role to something which then runs code or a template as that role. Source: the permissions that need iam:PassRole
/// in the Service Authorization Reference, Rhino Security Labs' escalation methods, pathfinding.cloud; field names: the services' API
/// references.
/// </summary>
internal static class RoleCarriers
{
    private static readonly RoleCarrier[] s_described =
    [
        new("ec2", "RunInstances", "an EC2 instance")
        {
            ProfileFields = ["iamInstanceProfile"], AnsweredProfileFields = ["instancesSet.iamInstanceProfile"],
        },
        new("ec2", "AssociateIamInstanceProfile", "an EC2 instance") { ProfileFields = ["iamInstanceProfile"] },
        new("ec2", "ReplaceIamInstanceProfileAssociation", "an EC2 instance") { ProfileFields = ["iamInstanceProfile"] },
        new("ec2", "RequestSpotInstances", "a spot instance") { ProfileFields = ["launchSpecification.iamInstanceProfile"] },
        new("ec2", "RequestSpotFleet", "a spot fleet")
        {
            ProfileFields = ["spotFleetRequestConfig.launchSpecifications.iamInstanceProfile"],
        },
        new("ec2", "CreateLaunchTemplate", "a launch template") { ProfileFields = ["launchTemplateData.iamInstanceProfile"] },
        new("ec2", "CreateLaunchTemplateVersion", "a launch template") { ProfileFields = ["launchTemplateData.iamInstanceProfile"] },
        new("autoscaling", "CreateLaunchConfiguration", "a launch configuration") { ProfileFields = ["iamInstanceProfile"] },
        new("iam", "AddRoleToInstanceProfile", "an instance profile", "roleName"),

        // The 2 begins the API's date and keeps CreateFunctionUrlConfig out.
        new("lambda", "CreateFunction", "a Lambda function", "role"),
        new("lambda", "CreateFunction2*", "a Lambda function", "role"),
        new("lambda", "UpdateFunctionConfiguration*", "a Lambda function", "role"),

        new("ecs", "RegisterTaskDefinition", "an ECS task definition", "taskRoleArn", "executionRoleArn"),
        new("ecs", "RunTask", "an ECS task", "overrides.taskRoleArn", "overrides.executionRoleArn"),
        new("ecs", "StartTask", "an ECS task", "overrides.taskRoleArn", "overrides.executionRoleArn"),
        new("ecs", "CreateService", "an ECS service", "role"),
        new("eks", "CreateNodegroup", "an EKS node group", "nodeRole"),
        new("eks", "CreatePodIdentityAssociation", "the pods of an EKS service account", "roleArn", "targetRoleArn"),
        new("eks", "UpdatePodIdentityAssociation", "the pods of an EKS service account", "roleArn", "targetRoleArn"),
        new("batch", "RegisterJobDefinition", "a Batch job definition", "containerProperties.jobRoleArn",
            "containerProperties.executionRoleArn"),
        new("apprunner", "CreateService", "an App Runner service", "instanceConfiguration.instanceRoleArn"),
        new("apprunner", "UpdateService", "an App Runner service", "instanceConfiguration.instanceRoleArn"),

        new("cloudformation", "CreateStack", "a stack", "roleARN") { Deploys = true },
        new("cloudformation", "UpdateStack", "a stack", "roleARN") { Deploys = true },
        new("cloudformation", "CreateChangeSet", "a stack's change set", "roleARN") { Deploys = true },
        new("cloudformation", "ContinueUpdateRollback", "a stack's rollback") { Anywhere = ["roleARN"], Deploys = true },
        new("cloudformation", "RollbackStack", "a stack's rollback") { Anywhere = ["roleARN"], Deploys = true },
        new("cloudformation", "DeleteStack", "a stack's deletion") { Anywhere = ["roleARN"], Deploys = true },
        new("cloudformation", "CreateStackSet", "a stack set", "administrationRoleARN") { Deploys = true },
        new("cloudformation", "UpdateStackSet", "a stack set", "administrationRoleARN") { Deploys = true },

        new("codebuild", "CreateProject", "a build project", "serviceRole"),
        new("codebuild", "UpdateProject", "a build project", "serviceRole"),
        new("codebuild", "StartBuild", "a build", "serviceRoleOverride"),
        new("codebuild", "StartBuildBatch", "a build", "serviceRoleOverride"),
        new("servicecatalog", "CreateConstraint", "the launch of a product") { Anywhere = ["RoleArn", "LocalRoleName"] },
        new("servicecatalog", "UpdateConstraint", "the launch of a product") { Anywhere = ["RoleArn", "LocalRoleName"] },
        new("elasticbeanstalk", "CreateEnvironment", "an Elastic Beanstalk environment") { Among = ["optionSettings"] },
        new("elasticbeanstalk", "UpdateEnvironment", "an Elastic Beanstalk environment") { Among = ["optionSettings"] },
        new("config", "PutRemediationConfigurations", "a remediation of AWS Config") { Among = ["parameters"] },
        new("apigateway", "PutIntegration", "the integration of an API") { Anywhere = ["credentials"] },
        new("apigateway", "UpdateIntegration", "the integration of an API") { Anywhere = ["credentials"] },
        new("apigateway", "CreateIntegration", "the integration of an API") { Anywhere = ["credentialsArn"] },
        new("apigateway", "CreateAuthorizer", "the authorizer of an API")
        {
            Anywhere = ["authorizerCredentials", "authorizerCredentialsArn"],
        },
        new("batch", "CreateComputeEnvironment", "a Batch compute environment", "serviceRole")
        {
            ProfileFields = ["computeResources.instanceRole"],
        },
        new("opsworks", "CreateStack", "an OpsWorks stack", "serviceRoleArn") { ProfileFields = ["defaultInstanceProfileArn"] },
        new("codestar", "CreateProject", "a CodeStar project", "toolchain.roleArn"),

        new("glue", "CreateDevEndpoint", "a Glue development endpoint", "roleArn"),
        new("glue", "UpdateDevEndpoint", "a Glue development endpoint", "roleArn"),
        new("glue", "CreateJob", "a Glue job", "role"),
        new("glue", "UpdateJob", "a Glue job", "jobUpdate.role"),
        new("glue", "CreateSession", "a Glue session", "role"),
        new("elasticmapreduce", "RunJobFlow", "an EMR cluster", "serviceRole") { ProfileFields = ["jobFlowRole"] },

        new("sagemaker", "CreateNotebookInstance", "a notebook instance", "roleArn"),
        new("sagemaker", "UpdateNotebookInstance", "a notebook instance", "roleArn"),
        new("sagemaker", "CreateTrainingJob", "a SageMaker training job", "roleArn"),
        new("sagemaker", "CreateProcessingJob", "a SageMaker processing job", "roleArn"),
        new("sagemaker", "CreateDomain", "a SageMaker domain", "defaultUserSettings.executionRole", "defaultSpaceSettings.executionRole"),
        new("sagemaker", "UpdateDomain", "a SageMaker domain", "defaultUserSettings.executionRole", "defaultSpaceSettings.executionRole"),
        new("bedrock-agentcore", "CreateCodeInterpreter", "a code interpreter", "executionRoleArn"),
        new("bedrock-agentcore", "CreateAgentRuntime", "an agent runtime", "roleArn"),
        new("bedrock-agentcore", "UpdateAgentRuntime", "an agent runtime", "roleArn"),

        new("states", "CreateStateMachine", "a state machine", "roleArn"),
        new("states", "UpdateStateMachine", "a state machine", "roleArn"),
        new("ssm", "StartAutomationExecution", "a Systems Manager automation", "parameters.AutomationAssumeRole"),
        new("ssm", "CreateDocument", "an automation document") { Among = ["content"] },
        new("ssm", "UpdateDocument", "an automation document") { Among = ["content"] },
        new("ssm", "UpdateServiceSetting", "every instance of the region that has no role of its own")
        {
            Anywhere = ["settingValue"],
            When = static e => e.Request["settingId"].Text?.EndsWith(
                "default-ec2-instance-management-role", StringComparison.OrdinalIgnoreCase) == true,
        },
        new("ssm", "StartChangeRequestExecution", "a Systems Manager automation") { Anywhere = ["AutomationAssumeRole"] },
        new("ssm", "CreateAssociation", "a State Manager association", "parameters.AutomationAssumeRole"),
        new("ssm", "UpdateAssociation", "a State Manager association", "parameters.AutomationAssumeRole"),
        new("events", "PutTargets", "the target of an event rule", "targets.roleArn"),
        new("scheduler", "CreateSchedule", "the target of a schedule", "target.roleArn"),
        new("scheduler", "UpdateSchedule", "the target of a schedule", "target.roleArn"),
    ];

    /// <summary>
    /// The described calls, then those that only the service models tell of. A described call has the members of the models as well, so
    /// that a description leaves none out.
    /// </summary>
    public static IReadOnlyList<RoleCarrier> All { get; } = Merged();

    private static readonly Dictionary<string, RoleCarrier[]> s_bySource = All.GroupBy(static carrier => carrier.EventSource)
        .ToDictionary(static of => of.Key, static of => of.ToArray(), StringComparer.Ordinal);

    /// <summary>The carrier that the event is a call of; null when it is none.</summary>
    public static RoleCarrier? Of(CloudTrailEvent e) => s_bySource.TryGetValue(e.EventSource, out var carriers)
        ? Array.Find(carriers, carrier => carrier.Matches(e))
        : null;

    private static List<RoleCarrier> Merged()
    {
        var listed = Listed().ToDictionary(static carrier => (carrier.Service, carrier.Call));
        var described = s_described.Select(carrier => carrier.With(listed.GetValueOrDefault((carrier.Service, carrier.Call)))).ToList();
        return [.. described, .. listed.Values.Where(l => !described.Exists(d => (d.Service, d.Call) == (l.Service, l.Call)))];
    }

    private static IEnumerable<RoleCarrier> Listed()
    {
        using var stream = typeof(RoleCarriers).Assembly.GetManifestResourceStream("role-carriers.txt")
            ?? throw new InvalidOperationException("role-carriers.txt is not embedded");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Split(' ') is not [var service, var call, .. var members]) continue;
            yield return new RoleCarrier(service, call, $"{service} {call}")
            {
                Anywhere = [.. members.Where(static member => !member.EndsWith('='))],
                Among = [.. members.Where(static member => member.EndsWith('=')).Select(static member => member.TrimEnd('='))],
            };
        }
    }
}
