namespace Responder.Policies;

/// <summary>An action of IAM or STS on one type of resource that leads to more power.</summary>
/// <param name="Type">The resource's type in its ARN: <c>user</c>, <c>role</c>, <c>policy</c> …</param>
/// <param name="Why">For a path that needs something besides: what.</param>
internal sealed record IamPath(string Action, string Type, string Why = "");

/// <summary>What holds a policy, or the managed policy itself, by its name in IAM.</summary>
/// <param name="Type">As in <see cref="IamPath"/>.</param>
internal sealed record OwnThing(string Type, string Name);

/// <summary>
/// The published ways from some permissions to administrator; docs/escalation.md is generated from it. Sources: Rhino Security Labs'
/// list of AWS privilege escalation methods, pathfinding.cloud, the permissions that need iam:PassRole in the Service Authorization
/// Reference.
/// </summary>
internal static partial class EscalationPaths
{
    /// <summary>Each of these, on every resource of its type, makes the holder administrator in one further step.</summary>
    public static IReadOnlyList<IamPath> Writes { get; } =
    [
        new("iam:AttachUserPolicy", "user"),
        new("iam:AttachRolePolicy", "role"),
        new("iam:AttachGroupPolicy", "group"),
        new("iam:PutUserPolicy", "user"),
        new("iam:PutRolePolicy", "role"),
        new("iam:PutGroupPolicy", "group"),
        new("iam:CreatePolicyVersion", "policy"),
        new("iam:SetDefaultPolicyVersion", "policy"),
        new("iam:AddUserToGroup", "group"),
        new("iam:CreateAccessKey", "user"),
        new("iam:CreateLoginProfile", "user"),
        new("iam:UpdateLoginProfile", "user"),
        new("iam:UpdateAssumeRolePolicy", "role"),
    ];

    /// <summary>The same, but a grant of all of <see cref="Writes"/> is administrator without them.</summary>
    public static IReadOnlyList<IamPath> Others { get; } =
    [
        new("sts:AssumeRole", "role"),
        new("iam:CreateServiceSpecificCredential", "user"),
        new("iam:ResetServiceSpecificCredential", "user"),
        new("iam:UploadSigningCertificate", "user"),
        new("iam:UploadSSHPublicKey", "user"),
        new("iam:UpdateSAMLProvider", "saml-provider"),
        new("iam:EnableMFADevice", "user"),
    ];

    /// <summary>Ways that need something which may not exist; they count for as much as something named.</summary>
    public static IReadOnlyList<IamPath> Depending { get; } =
    [
        new("iam:UpdateAccessKey", "user", "a key that was switched off works again"),
        new("iam:UpdateServiceSpecificCredential", "user", "a credential that was switched off works again"),
        new("iam:UpdateSigningCertificate", "user", "a certificate that was switched off works again"),
        new("iam:UpdateSSHPublicKey", "user", "a key that was switched off works again"),
        new("iam:DeactivateMFADevice", "user", "a password alone signs in then"),
        new("iam:DeleteUserPermissionsBoundary", "user", "what the boundary forbade is allowed then"),
        new("iam:PutUserPermissionsBoundary", "user", "a wider boundary forbids less"),
        new("iam:DeleteRolePermissionsBoundary", "role", "what the boundary forbade is allowed then"),
        new("iam:PutRolePermissionsBoundary", "role", "a wider boundary forbids less"),
        new("iam:DetachUserPolicy", "user", "what the policy denied is no longer denied"),
        new("iam:DeleteUserPolicy", "user", "what the policy denied is no longer denied"),
        new("iam:DetachGroupPolicy", "group", "what the policy denied is no longer denied"),
        new("iam:DeleteGroupPolicy", "group", "what the policy denied is no longer denied"),
        new("iam:RemoveUserFromGroup", "group", "what the group denied is no longer denied"),
        new("iam:DetachRolePolicy", "role", "what the policy denied is no longer denied"),
        new("iam:DeleteRolePolicy", "role", "what the policy denied is no longer denied"),
        new("iam:TagUser", "user", "where policies decide by tags, a tag is a key"),
        new("iam:TagRole", "role", "where policies decide by tags, a tag is a key"),
        new("iam:TagPolicy", "policy", "where policies decide by tags, a tag is a key"),
        new("iam:CreateSAMLProvider", "saml-provider", "a role may trust a provider of that name already"),
        new("iam:CreateOpenIDConnectProvider", "oidc-provider", "a role may trust a provider of that name already"),
        new("iam:AddClientIDToOpenIDConnectProvider", "oidc-provider", "a role may trust any client of the provider"),
        new("iam:UpdateOpenIDConnectProviderThumbprint", "oidc-provider", "whoever has the certificate speaks for the provider"),
        new("iam:AddRoleToInstanceProfile", "instance-profile", "an instance with that profile gets the role"),
    ];

    public static IamPath PassRole { get; } = new("iam:PassRole", "role");

    /// <summary>Whoever may call one of these on himself can make himself administrator.</summary>
    public static IReadOnlyList<string> OnOneself { get; } = ["iam:AttachUserPolicy", "iam:PutUserPolicy"];

    /// <summary>
    /// Whoever may call one of these on what holds the policy, or on the policy itself, can give himself the rest; the document names it.
    /// </summary>
    public static IReadOnlyList<IamPath> OnOwn { get; } =
    [
        new("iam:AttachUserPolicy", "user"),
        new("iam:PutUserPolicy", "user"),
        new("iam:AttachRolePolicy", "role"),
        new("iam:PutRolePolicy", "role"),
        new("iam:AttachGroupPolicy", "group"),
        new("iam:PutGroupPolicy", "group"),
        new("iam:CreatePolicyVersion", "policy"),
    ];

    /// <summary>On oneself they take off a limit, if there is one.</summary>
    public static IReadOnlyList<string> OnOneselfDepending { get; } =
        ["iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:DetachUserPolicy", "iam:DeleteUserPolicy"];

    /// <summary>With one of these, a condition on tags of resources limits nobody.</summary>
    public static IReadOnlyList<string> Tags { get; } =
        ["iam:TagUser", "iam:TagRole", "iam:TagPolicy", "ec2:CreateTags", "lambda:TagResource", "ssm:AddTagsToResource",
            "tag:TagResources", "ecs:TagResource"];

    /// <summary>With one of these, a tag of the principal itself is whatever he wants it to be.</summary>
    public static IReadOnlyList<string> HolderTags { get; } = ["iam:TagUser", "iam:TagRole"];

    /// <summary>
    /// Together with iam:PassRole, each of these sets runs code, a workflow or a template as the passed role, or lets the holder choose
    /// what a service does as that role.
    /// </summary>
    public static IReadOnlyList<string[]> PassRoleSets { get; } =
    [
        ["ec2:RunInstances"],
        ["ec2:RequestSpotInstances"],
        ["ec2:RequestSpotFleet"],
        ["ec2:CreateFleet"],
        ["ec2:AssociateIamInstanceProfile"],
        ["ec2:ReplaceIamInstanceProfileAssociation"],
        ["autoscaling:CreateAutoScalingGroup", "autoscaling:CreateLaunchConfiguration"],
        ["autoscaling:CreateAutoScalingGroup", "ec2:CreateLaunchTemplate"],
        ["autoscaling:UpdateAutoScalingGroup", "ec2:CreateLaunchTemplateVersion"],
        ["lambda:CreateFunction", "lambda:InvokeFunction"],
        ["lambda:CreateFunction", "lambda:AddPermission"],
        ["lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"],
        ["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
        ["lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"],
        ["cloudformation:CreateStack"],
        ["cloudformation:UpdateStack"],
        ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
        ["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
        ["cloudformation:UpdateStackSet"],
        ["glue:CreateDevEndpoint"],
        ["glue:CreateJob", "glue:StartJobRun"],
        ["glue:CreateJob", "glue:CreateTrigger"],
        ["glue:UpdateJob", "glue:StartJobRun"],
        ["glue:UpdateJob", "glue:CreateTrigger"],
        ["glue:CreateSession", "glue:RunStatement"],
        ["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
        ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
        ["sagemaker:CreateNotebookInstance", "sagemaker:CreateNotebookInstanceLifecycleConfig"],
        ["sagemaker:CreateTrainingJob"],
        ["sagemaker:CreateProcessingJob"],
        ["sagemaker:CreateHyperParameterTuningJob"],
        ["sagemaker:CreateModel", "sagemaker:CreateEndpoint"],
        ["sagemaker:CreateModel", "sagemaker:CreateTransformJob"],
        ["sagemaker:CreatePipeline", "sagemaker:StartPipelineExecution"],
        ["sagemaker:CreateUserProfile", "sagemaker:CreatePresignedDomainUrl"],
        ["sagemaker:CreateCluster"],
        ["ecs:RegisterTaskDefinition", "ecs:RunTask"],
        ["ecs:RegisterTaskDefinition", "ecs:StartTask"],
        ["ecs:RegisterTaskDefinition", "ecs:CreateService"],
        ["ecs:RegisterTaskDefinition", "ecs:UpdateService"],
        ["eks:CreatePodIdentityAssociation"],
        ["eks:UpdatePodIdentityAssociation"],
        ["eks:CreateNodegroup"],
        ["eks:CreateFargateProfile"],
        ["eks:CreateCapability"],
        ["batch:RegisterJobDefinition", "batch:SubmitJob"],
        ["batch:CreateComputeEnvironment", "batch:SubmitJob"],
        ["codebuild:CreateProject", "codebuild:StartBuild"],
        ["codebuild:CreateProject", "codebuild:StartBuildBatch"],
        ["codebuild:UpdateProject", "codebuild:StartBuild"],
        ["codebuild:StartBuild"],
        ["codepipeline:CreatePipeline"],
        ["codepipeline:UpdatePipeline"],
        ["codedeploy:CreateDeploymentGroup", "codedeploy:CreateDeployment"],
        ["amplify:CreateApp"],
        ["apprunner:CreateService"],
        ["apprunner:UpdateService"],
        ["elasticbeanstalk:CreateEnvironment"],
        ["elasticbeanstalk:UpdateEnvironment"],
        ["opsworks:CreateStack", "opsworks:CreateInstance"],
        ["ssm:StartAutomationExecution"],
        ["ssm:StartChangeRequestExecution"],
        ["ssm:CreateAssociation"],
        ["ssm:RegisterTaskWithMaintenanceWindow"],
        ["states:CreateStateMachine"],
        ["states:UpdateStateMachine"],
        ["events:PutTargets"],
        ["scheduler:CreateSchedule"],
        ["scheduler:UpdateSchedule"],
        ["pipes:CreatePipe"],
        ["pipes:UpdatePipe"],
        ["elasticmapreduce:RunJobFlow"],
        ["emr-serverless:StartJobRun"],
        ["emr-containers:StartJobRun"],
        ["airflow:CreateEnvironment"],
        ["airflow:UpdateEnvironment"],
        ["airflow-serverless:CreateWorkflow"],
        ["omics:StartRun"],
        ["kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"],
        ["kinesisanalytics:UpdateApplication"],
        ["bedrock:CreateAgent"],
        ["bedrock:CreateFlow"],
        ["bedrock-agentcore:CreateCodeInterpreter"],
        ["bedrock-agentcore:CreateAgentRuntime"],
        ["bedrock-agentcore:UpdateAgentRuntime"],
        ["bedrock-agentcore:CreateGateway"],
        ["bedrock-agentcore:CreateBrowser"],
        ["imagebuilder:CreateImagePipeline"],
        ["imagebuilder:CreateImage"],
        ["imagebuilder:CreateInfrastructureConfiguration", "imagebuilder:StartImagePipelineExecution"],
        ["gamelift:CreateFleet"],
        ["gamelift:CreateContainerFleet"],
        ["braket:CreateJob"],
        ["deadline:CreateFleet"],
        ["deadline:CreateQueue"],
        ["databrew:CreateRecipeJob"],
        ["athena:CreateWorkGroup", "athena:StartSession"],
        ["appsync:CreateDataSource"],
        ["apigateway:PUT"],
        ["apigateway:POST"],
        ["apigateway:PATCH"],
        ["iot:CreateTopicRule"],
        ["iot:CreateRoleAlias"],
        ["greengrass:AssociateServiceRoleToAccount"],
        ["cloud9:CreateEnvironmentEC2"],
        ["proton:UpdateAccountSettings"],
        ["servicecatalog:CreateConstraint"],
        ["servicecatalog:UpdateConstraint"],
        ["synthetics:CreateCanary"],
        ["synthetics:UpdateCanary"],
        ["appstream:CreateImageBuilder"],
        ["appstream:CreateFleet"],
        ["robomaker:CreateSimulationJob"],
        ["fis:CreateExperimentTemplate", "fis:StartExperiment"],
        ["pcs:CreateComputeNodeGroup"],
        ["m2:CreateEnvironment"],
        ["transfer:CreateUser"],
        ["rolesanywhere:CreateTrustAnchor", "rolesanywhere:CreateProfile"],
        ["cognito-identity:SetIdentityPoolRoles"],
        ["config:PutRemediationConfigurations"],
        ["backup:StartRestoreJob"],
    ];

    /// <summary>
    /// Calls that take a role to run as by AWS's service models, each of which is enough with iam:PassRole, where no set has it alone.
    /// </summary>
    public static IReadOnlyList<string> PassRoleCalls { get; } =
    [
        .. RolePassing.Listed.Concat(RolePassing.Described).Distinct(StringComparer.Ordinal)
            .Except(PassRoleSets.Where(static set => set.Length == 1).Select(static set => set[0])).Order(StringComparer.Ordinal),
    ];

    /// <summary>All that makes iam:PassRole count.</summary>
    public static IReadOnlyList<string[]> PassRolePartners { get; } =
        [.. PassRoleSets, .. PassRoleCalls.Select(static action => new[] { action })];

    /// <summary>Every action that is part of a way.</summary>
    public static IReadOnlyList<string> Parts => s_parts.Value;

    /// <summary>Made when first asked for: the lists of the other file may not be filled before.</summary>
    private static readonly Lazy<IReadOnlyList<string>> s_parts = new(FindParts);

    private static IReadOnlyList<string> FindParts() => [
        .. Writes.Concat(Others).Select(static path => path.Action)
        .Concat(PassRolePartners.Concat(Running).Concat(Powers).SelectMany(static set => set))
        .Concat(PowersDepending.Select(static path => path.Action))
        .Concat(Depending.Select(static path => path.Action)
            .Where(static action => action.EndsWith("PermissionsBoundary", StringComparison.Ordinal)))
        .Append(PassRole.Action).Distinct()];
}
