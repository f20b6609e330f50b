using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

internal sealed class RoleChanged : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("iam", "DeleteRole", "Role of the responder deleted", Severity.Critical),
        new("iam", "UpdateAssumeRolePolicy", "Trust of a role of the responder changed", Severity.Critical),
        new("iam", "PutRolePolicy", "Rights of a role of the responder changed", Severity.Critical),
        new("iam", "DeleteRolePolicy", "Rights of a role of the responder removed", Severity.Critical),
        new("iam", "AttachRolePolicy", "Policy attached to a role of the responder", Severity.Critical),
        new("iam", "DetachRolePolicy", "Policy detached from a role of the responder", Severity.Critical),
        new("iam", "PutRolePermissionsBoundary", "Role of the responder capped", Severity.Critical),
        new("iam", "DeleteRolePermissionsBoundary", "Boundary of a role of the responder removed", Severity.Critical),
        new("iam", "UpdateRole", "Role of the responder changed", Severity.Critical),
        new("iam", "CreatePolicyVersion", "Policy of the responder changed", Severity.Critical),
        new("iam", "SetDefaultPolicyVersion", "Policy of the responder changed", Severity.Critical),
        new("iam", "DeletePolicy", "Policy of the responder deleted", Severity.Critical),
    ];

    /// <summary>Of roles in TRUSTED_PRINCIPAL_ARNS, whose calls are not paged: whoever can become one hides behind it.</summary>
    private static readonly TableCall[] s_trusted =
    [
        new("iam", "CreateRole", "Role of a trusted name created", Severity.High),
        new("iam", "UpdateAssumeRolePolicy", "Trust of a trusted role changed", Severity.High),
        new("iam", "PutRolePolicy", "Rights of a trusted role changed", Severity.High),
        new("iam", "AttachRolePolicy", "Policy attached to a trusted role", Severity.High),
        new("iam", "PutRolePermissionsBoundary", "Boundary of a trusted role changed", Severity.High),
        new("iam", "DeleteRolePermissionsBoundary", "Boundary of a trusted role removed", Severity.High),
        new("iam", "UpdateRole", "Trusted role changed", Severity.High),
        new("iam", "DetachRolePolicy", "Policy detached from a trusted role", Severity.High),
        new("iam", "DeleteRolePolicy", "Rights of a trusted role removed", Severity.High),
        new("iam", "AddRoleToInstanceProfile", "Trusted role put into an instance profile", Severity.High),
        new("iam", "CreateUser", "User of a trusted name created", Severity.High),
        new("iam", "UpdateUser", "User renamed to a trusted name", Severity.High),
    ];

    /// <summary>What belongs to the installation; without trusted roles only our own count.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.role-changed",
        Title = "Role or policy of the responder changed by somebody else",
        Description = "Rights, trust or boundary of a role that the responder runs or releases with were changed by a principal that does "
            + "not deploy it: the responder can be made "
            + "unable to act, or its rights used by somebody else. A role of a name in TRUSTED_PRINCIPAL_ARNS that is created, or gets "
                + "another "
                + "trust or other rights, or goes into an instance profile, is HIGH, by whomever: its calls are not paged, so whoever can "
                + "become it is not seen. So is a user who is created with a trusted name, or renamed to one.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        IsWorkOfOwnRoles = true,
        Watches = CallTable.Watches([.. s_calls, .. s_trusted]),
        Techniques = ["T1562.001", "T1098.003"],
        Controls = ["cis:4.4", "cis:4.9", "pci-dss:10.7.2", "soc2:CC6.3", "soc2:CC7.2", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What differs from the template: aws cloudformation detect-stack-drift --stack-name responder",
                "Whether a deployment ran at that time, and by whom"],
            Do: ["Deploy the released version again, or take the change back by hand",
                "Look for sessions of {resource} that no function opened", "Cut off {actor} until it has explained itself"],
            BenignCauses: ["A deployment by a role that the parameter DeploymentRoleArns does not name"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        // A call that attaches a policy to one of our roles names both: the role decides, and a policy counts only when no role is named.
        var ours = StackNames.OursAmong(e, "roleName") ?? (e.Request["roleName"].Exists ? null : StackNames.OursAmong(e, "policyArn"));
        if (ours is not null && CallTable.Find(Info, s_calls, e, ours) is { } finding) yield return finding;
        else if (Trusted(e) is { } name && CallTable.Find(Info, s_trusted, e, name) is { } changed) yield return changed;
    }

    /// <summary>The name of a trusted role, or the trusted name of a user, that the call names; null when it names none.</summary>
    private string? Trusted(CloudTrailEvent e)
    {
        var (trusted, member) = e.EventName switch
        {
            "CreateUser" => (Estate.TrustedUserArns, "userName"),
            "UpdateUser" => (Estate.TrustedUserArns, "newUserName"),
            _ => (Estate.TrustedRoleArns, "roleName"),
        };
        if (trusted.Count == 0 || e.Request[member].Text is not { Length: > 0 } text) return null;
        var name = text[(text.LastIndexOf('/') + 1)..];
        // A user of the name already has it: only another one gets it by a rename.
        var isNew = e.EventName != "UpdateUser" || e.Request["userName"].Text != text;
        return isNew && Estate.IsTrustedName(trusted, name, e) ? name : null;
    }
}
