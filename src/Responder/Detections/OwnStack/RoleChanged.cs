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

    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.role-changed",
        Title = "Role or policy of the responder changed by somebody else",
        Description = "Rights, trust or boundary of a role that the responder runs or releases with were changed by a principal that does "
            + "not deploy it: the responder can be made "
            + "unable to act, or its rights used by somebody else.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        IsWorkOfOwnRoles = true,
        Watches = CallTable.Watches(s_calls),
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
    }
}
