namespace Responder.Policies;

/// <summary>One kind of resource that an action takes.</summary>
/// <param name="Service">The service in its ARN.</param>
/// <param name="Type">The type with the mark that follows it, as in <c>instance/</c>.</param>
/// <param name="Name">How every name of the kind begins: a pattern with that beginning leaves none out.</param>
internal sealed record ResourceKind(string Service, string Type, string Name = "");

/// <summary>
/// The resources of actions that take those of another service, or of a few kinds only. All other actions take resources of their own
/// service. Source: the Service Authorization Reference.
/// </summary>
/// <param name="Kinds">The whole of one of them is as much as everything; empty for an action that takes no resource but a star.</param>
/// <param name="NeedsDocument">The action runs a document of Systems Manager, which has to be allowed as well.</param>
internal sealed record ActionTarget(string Action, IReadOnlyList<ResourceKind> Kinds, bool NeedsDocument = false)
{
    private static readonly ResourceKind s_instance = new("ec2", "instance/", "i-");

    private static readonly ResourceKind s_managed = new("ssm", "managed-instance/", "mi-");

    private static readonly ActionTarget[] s_all =
    [
        new("ssm:StartSession", [s_instance, s_managed, new("ecs", "task/")]),
        new("ssm:SendCommand", [s_instance, s_managed], NeedsDocument: true),
        new("ssm:CreateAssociation", [s_instance, s_managed], NeedsDocument: true),
        new("ssm:CreateAssociationBatch", [s_instance, s_managed], NeedsDocument: true),
        new("ssm:UpdateAssociation", [new("ssm", "association/"), s_instance, s_managed]),
        new("ec2-instance-connect:SendSSHPublicKey", [s_instance]),
        new("ec2-instance-connect:SendSerialConsoleSSHPublicKey", [s_instance]),
        new("sts:AssumeRoot", [new("iam", "root")]),
        new("iam:AcceptDelegationRequest", [new("iam", "delegation-request/")]),
        new("iam:SendDelegationToken", [new("iam", "delegation-request/")]),
        new("iam:EnableOrganizationsRootSessions", []),
        new("iam:EnableOrganizationsRootCredentialsManagement", []),
    ];

    private static readonly Dictionary<string, ActionTarget> s_byAction =
        s_all.ToDictionary(static target => target.Action, StringComparer.OrdinalIgnoreCase);

    /// <summary>Services whose resources are found under more than their own name.</summary>
    private static readonly Dictionary<string, string[]> s_services = new(StringComparer.OrdinalIgnoreCase)
    {
        ["backup"] = ["backup", "ec2", "rds"],
        ["codeconnections"] = ["codeconnections", "codestar-connections"],
        ["codestar-connections"] = ["codeconnections", "codestar-connections"],
        ["servicecatalog"] = ["servicecatalog", "catalog"],
    };

    /// <summary>Calls that need a function, of the own account to run as one of its roles.</summary>
    private static readonly HashSet<string> s_ofFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:CreateFunction", "lambda:InvokeFunction",
        "lambda:AddPermission", "lambda:CreateFunctionUrlConfig",
    };

    private static readonly ResourceKind s_function = new("lambda", "function:");

    /// <summary>
    /// The kind of resource without which the action cannot be called, so that a Deny on all of that kind denies the action; null where
    /// that is not known.
    /// </summary>
    public static ResourceKind? NeededBy(string action) => s_ofFunctions.Contains(action) ? s_function : null;

    /// <summary>Documents of AWS's own that run what the caller says.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        "AWS-RunShellScript", "AWS-RunPowerShellScript", "AWS-RunRemoteScript", "AWS-RunDocument", "AWS-RunSaltState",
        "AWS-RunAnsiblePlaybook", "AWS-ApplyAnsiblePlaybooks", "AWS-ApplyChefRecipes", "AWS-ApplyDSCMofs", "AWS-ConfigureAWSPackage",
        "AWS-InstallApplication", "AWS-InstallPowerShellModule", "AWS-RunInspecChecks",
    ];

    /// <summary>Null for an action that takes any resource of its own service.</summary>
    public static ActionTarget? Of(string action) => s_byAction.GetValueOrDefault(action);

    /// <summary>The services whose ARNs an action may name that has no target of its own here.</summary>
    public static IReadOnlyList<string> ServicesOf(string action)
    {
        var own = action.Split(':')[0];
        return s_services.GetValueOrDefault(own, [own]);
    }
}
