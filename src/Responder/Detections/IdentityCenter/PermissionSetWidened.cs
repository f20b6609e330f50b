using Responder.Detections.Iam;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.IdentityCenter;

/// <summary>
/// A permission set that gives more, or is assigned to more principals. It becomes a role in every account that it is assigned to.
/// </summary>
internal sealed class PermissionSetWidened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "identity-center.permission-set-widened",
        Title = "Identity Center permission set equal to administrator",
        Description = "A permission set got a policy, lost one or its boundary, or was assigned. It becomes a role in "
            + "each account that it is "
            + "assigned to, and the call in IAM "
            + "that writes the role is AWS's own. AdministratorAccess or its equal is CRITICAL, what leads to it HIGH; content that the "
                + "event does not hold stays MEDIUM.",
        Severity = Severity.Critical,
        Watches =
        [
            Watch.Calls(
                "sso.amazonaws.com", "AttachManagedPolicyToPermissionSet", "PutInlinePolicyToPermissionSet", "PutPermissionsPolicy",
                "AttachCustomerManagedPolicyReferenceToPermissionSet",
                "DetachManagedPolicyFromPermissionSet", "DeleteInlinePolicyFromPermissionSet",
                "DetachCustomerManagedPolicyReferenceFromPermissionSet", "PutPermissionsBoundaryToPermissionSet",
                "DeletePermissionsBoundaryFromPermissionSet", "CreateAccountAssignment"),
        ],
        Techniques = ["T1098.003"],
        Controls = ["cis:1.16", "cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Who has the permission set, and in which accounts: aws sso-admin list-accounts-for-provisioned-permission-set, "
                    + "list-account-assignments",
                "Whether {actor} administers Identity Center, and whether a ticket names the change",
            ],
            Do:
            [
                "Take the policy off the permission set, or delete the assignment, then aws sso-admin provision-permission-set: until then "
                    + "the roles keep what they have",
                "End the sessions of those who used it, and cut off {actor} until it has explained itself",
            ],
            BenignCauses: [
                "Identity Center is being set up, with its first administrators' permission set",
                "An administrator is assigned to a new account"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var set = e.Request["permissionSetArn"].Text is { Length: > 0 } arn ? arn : null;
        var (severity, what, reasons) = CallTable.Unread(e)
            ? (Severity.Medium, $"changed by {e.EventName}, content unknown",
                (IReadOnlyList<string>)["The call worked, and the event does not say what was set"])
            : Judge(e);
        if (severity == Severity.None) yield break;
        yield return new Finding(Info, severity, $"Permission set {set ?? "(not named)"} {what}") { Resource = set, Reasons = reasons };
    }

    private static (Severity Severity, string What, IReadOnlyList<string> Reasons) Judge(CloudTrailEvent e)
    {
        switch (e.EventName)
        {
            case "AttachManagedPolicyToPermissionSet":
                var policy = e.Request["managedPolicyArn"].Text;
                return (OfManaged(policy), "got the policy " + (policy ?? "(not named)"), []);
            case "PutInlinePolicyToPermissionSet":
            case "PutPermissionsPolicy":
                // The console's own call; the document has another name in it.
                var document = e.Request["inlinePolicy"] is { Exists: true } inline ? inline : e.Request["permissionsPolicy"];
                var verdict = PolicyGrants.Judge(e, document, null, null);
                return (PolicyGrants.SeverityOf(verdict.Level), "got an inline policy " + PolicyGrants.Describe(verdict.Level),
                    verdict.Reasons);
            case "AttachCustomerManagedPolicyReferenceToPermissionSet":
                return (Severity.Medium, "got a customer policy",
                    ["The reference names a policy of each account; what it allows is not in the event"]);
            case "DetachManagedPolicyFromPermissionSet":
                var detached = e.Request["managedPolicyArn"].Text;
                // Of AWS's policies only those that deny take power away; any other that goes only narrows.
                return ManagedPolicies.KindOf(detached) is ManagedPolicyKind.DenyAll or ManagedPolicyKind.Quarantine
                    or ManagedPolicyKind.Customer or ManagedPolicyKind.Unreadable
                    ? (Severity.Medium, "lost the policy " + (detached ?? "(not named)"), ["What it denied is allowed again"])
                    : (Severity.None, "", []);
            case "DeleteInlinePolicyFromPermissionSet":
                return (Severity.Medium, "lost its inline policy", ["What it allowed or denied is not in the event"]);
            case "DetachCustomerManagedPolicyReferenceFromPermissionSet":
                return (Severity.Medium, "lost a customer policy", ["What it allowed or denied is not in the event"]);
            case "PutPermissionsBoundaryToPermissionSet":
                var boundary = e.Request["permissionsBoundary"]["managedPolicyArn"].Text;
                return OfManaged(boundary) >= Severity.High
                    ? (Severity.High, $"got the boundary {boundary}", ["A boundary that allows nearly everything confines nothing"])
                    : (Severity.None, "", []);
            case "DeletePermissionsBoundaryFromPermissionSet":
                return (Severity.High, "lost its permissions boundary", []);
            default:
                var principal = $"{e.Request["principalType"].Text ?? "a principal"} {e.Request["principalId"].Text ?? "(not named)"}";
                return (Severity.Medium, $"assigned to {principal} in account {e.Request["targetId"].Text ?? "(not named)"}",
                    ["What the permission set allows is not in the event"]);
        }
    }

    private static Severity OfManaged(string? policy) => ManagedPolicies.KindOf(policy) switch
    {
        ManagedPolicyKind.Administrator => Severity.Critical,
        ManagedPolicyKind.Escalation => Severity.High,
        ManagedPolicyKind.MayEscalate or ManagedPolicyKind.Customer or ManagedPolicyKind.Unknown
            or ManagedPolicyKind.Unreadable => Severity.Medium,
        ManagedPolicyKind.Ordinary => Severity.Low,
        _ => Severity.None,
    };
}
