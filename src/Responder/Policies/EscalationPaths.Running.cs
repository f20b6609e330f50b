namespace Responder.Policies;

/// <summary>The ways that pass no role: through what runs already, and through power over accounts.</summary>
internal static partial class EscalationPaths
{
    /// <summary>Each of these sets changes what runs already as some role, or gives a shell or the credentials there.</summary>
    public static IReadOnlyList<string[]> Running { get; } =
    [
        ["lambda:UpdateFunctionCode"],
        ["lambda:UpdateFunctionConfiguration"],
        ["ssm:SendCommand"],
        ["ssm:StartSession"],
        ["ssm:ResumeSession"],
        ["ssm:CreateAssociation"],
        ["ssm:CreateAssociationBatch"],
        ["ssm:UpdateAssociation"],
        ["ssm:RegisterTaskWithMaintenanceWindow"],
        ["ssm:UpdateMaintenanceWindowTask"],
        ["ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"],
        ["ec2-instance-connect:SendSSHPublicKey"],
        ["ec2-instance-connect:SendSerialConsoleSSHPublicKey"],
        ["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
        ["ec2:StopInstances", "ec2:DetachVolume", "ec2:AttachVolume", "ec2:StartInstances"],
        ["ec2:CreateReplaceRootVolumeTask"],
        ["ec2:CreateLaunchTemplateVersion", "autoscaling:StartInstanceRefresh"],
        ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
        ["ecs:ExecuteCommand"],
        ["batch:SubmitJob"],
        ["codebuild:StartBuild"],
        ["codebuild:StartBuildBatch"],
        ["codebuild:StartSandbox"],
        ["codebuild:StartCommandExecution"],
        ["codebuild:UpdateProject", "codebuild:StartBuild"],
        ["codebuild:UpdateProject", "codebuild:CreateWebhook"],
        ["codedeploy:CreateDeployment"],
        ["codepipeline:UpdatePipeline"],
        ["elasticbeanstalk:CreateApplicationVersion", "elasticbeanstalk:UpdateEnvironment"],
        ["amplify:UpdateApp", "amplify:StartJob"],
        ["apprunner:UpdateService"],
        ["cloud9:CreateEnvironmentMembership"],
        ["glue:UpdateDevEndpoint"],
        ["glue:UpdateJob", "glue:StartJobRun"],
        ["glue:UpdateJob", "glue:CreateTrigger"],
        ["glue:RunStatement"],
        ["sagemaker:CreatePresignedNotebookInstanceUrl"],
        ["sagemaker:CreatePresignedDomainUrl"],
        ["sagemaker:StartSession"],
        ["sagemaker:UpdateNotebookInstanceLifecycleConfig", "sagemaker:StartNotebookInstance"],
        ["sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"],
        ["sagemaker:UpdatePipeline", "sagemaker:StartPipelineExecution"],
        ["bedrock-agentcore:InvokeCodeInterpreter"],
        ["bedrock-agentcore:InvokeAgentRuntimeCommand"],
        ["bedrock-agentcore:UpdateAgentRuntime"],
        ["cloudformation:UpdateStack"],
        ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
        ["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
        ["cloudformation:UpdateStackSet"],
        ["servicecatalog:CreateProvisioningArtifact", "servicecatalog:ProvisionProduct"],
        ["servicecatalog:CreateProvisioningArtifact", "servicecatalog:UpdateProvisionedProduct"],
        ["datapipeline:PutPipelineDefinition"],
        ["states:UpdateStateMachine"],
        ["elasticmapreduce:AddJobFlowSteps"],
        ["eks:CreateAccessEntry", "eks:AssociateAccessPolicy"],
        ["greengrass:CreateComponentVersion", "greengrass:CreateDeployment"],
        ["kinesisanalytics:UpdateApplication"],
        ["synthetics:UpdateCanary"],
        ["deadline:AssumeQueueRoleForUser"],
    ];

    public const string Delegation = "organizations:RegisterDelegatedAdministrator";

    /// <summary>
    /// Each of these hands out power over accounts, or takes off what limits it: in Identity Center, in the organization, as root, by a
    /// trust anchor, by an account's own e-mail address.
    /// </summary>
    public static IReadOnlyList<string[]> Powers { get; } =
    [
        ["sso:CreateAccountAssignment"],
        ["sso:AttachManagedPolicyToPermissionSet"],
        ["sso:PutInlinePolicyToPermissionSet"],
        ["sso:PutPermissionsPolicy"],
        ["sso:AttachCustomerManagedPolicyReferenceToPermissionSet"],
        ["sso:DeletePermissionsBoundaryFromPermissionSet"],
        ["sso:CreateTrustedTokenIssuer"],
        ["sso:UpdateTrustedTokenIssuer"],
        ["sso:AssociateDirectory"],
        ["identitystore:CreateGroupMembership"],
        ["sso-directory:AddMemberToGroup"],
        ["sso-directory:EnableExternalIdPConfigurationForDirectory"],
        ["sso-directory:UpdateExternalIdPConfigurationForDirectory"],
        ["sso-directory:UpdatePassword"],
        ["sso-directory:CreateBearerToken"],
        [Delegation],
        ["organizations:PutResourcePolicy"],
        ["organizations:DetachPolicy"],
        ["organizations:UpdatePolicy"],
        ["organizations:DeletePolicy"],
        ["organizations:DisablePolicyType"],
        ["organizations:MoveAccount"],
        ["organizations:LeaveOrganization"],
        ["organizations:RemoveAccountFromOrganization"],
        ["organizations:AcceptHandshake"],
        ["account:StartPrimaryEmailUpdate", "account:AcceptPrimaryEmailUpdate"],
        ["sts:AssumeRoot"],
        ["rolesanywhere:CreateTrustAnchor"],
        ["rolesanywhere:UpdateTrustAnchor"],
    ];

    /// <summary>The same, but what they bring depends on what is there.</summary>
    public static IReadOnlyList<IamPath> PowersDepending { get; } =
    [
        new("identitystore:UpdateUser", "person", "another name or address may be another person's, or a group's by attribute"),
        new("sso-directory:UpdateUser", "person", "another name or address may be another person's, or a group's by attribute"),
        new("sso-directory:UpdateUserName", "person", "another name may be another person's"),
        new("sso:CreateInstanceAccessControlAttributeConfiguration", "directory", "where policies decide by attributes, one is a key"),
        new("sso:UpdateInstanceAccessControlAttributeConfiguration", "directory", "where policies decide by attributes, one is a key"),
        new("sso:AssociateProfile", "application", "the application may give more to whoever is assigned to it"),
        new("sso:PutPermissionsBoundaryToPermissionSet", "permission set", "a wider boundary forbids less"),
        new("sso:DetachManagedPolicyFromPermissionSet", "permission set", "what the policy denied is no longer denied"),
        new("sso:DetachCustomerManagedPolicyReferenceFromPermissionSet", "permission set", "what the policy denied is no longer denied"),
        new("sso:DeleteInlinePolicyFromPermissionSet", "permission set", "what the policy denied is no longer denied"),
        new("organizations:AttachPolicy", "account", "where a guardrail lists what is allowed, another list allows more"),
        new("iam:AcceptDelegationRequest", "request", "whoever asked gets what he asked for"),
        new("iam:SendDelegationToken", "request", "whoever asked gets what he asked for"),
        new("iam:EnableOrganizationsRootSessions", "whole organization", "with sts:AssumeRoot, root of every member"),
        new("iam:EnableOrganizationsRootCredentialsManagement", "whole organization", "with sts:AssumeRoot, root of every member"),
    ];
}
