using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class PolicyDeleted : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.policy-deleted",
        Title = "Policy deleted",
        Description =
            "An inline policy, a customer policy or a version of one was deleted. The event does not hold what it said. Mostly that "
            + "narrows; by its name it may have been one that denied, and then its deletion sets somebody free.",
        Severity = Severity.Low,
        Watches = [IamCall.Watch("DeleteUserPolicy", "DeleteRolePolicy", "DeleteGroupPolicy", "DeletePolicy", "DeletePolicyVersion")],
        Techniques = ["T1098", "T1562.001"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Look for the Put or Create event of the policy: what did it say, who wrote it, and why?",
                "Did it deny something to {target} (a quarantine, revoked sessions, an MFA requirement)?",
            ],
            Do: ["If nobody planned it: write it again from code or from the event that created it, and look at what {target} did since."],
            BenignCauses: ["Infrastructure code that replaces an inline policy.", "The end of a quarantine, when its incident is closed."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        var inline = e.Request["policyName"].Text;
        if (string.IsNullOrEmpty(policyArn) && string.IsNullOrEmpty(inline)) return null; // iam.request-missing

        if (e.EventName is "DeletePolicy" or "DeletePolicyVersion")
        {
            // Only a policy that nobody has, or a version that is not in force, can be deleted: nobody gains or loses a right.
            var what = e.EventName == "DeletePolicy" ? "Policy" : $"Version {e.Request["versionId"].Text} of policy";
            return new Finding(Info, Severity.Low, $"{what} {IamCall.PolicyName(policyArn)} deleted") { Resource = policyArn };
        }

        var target = IamCall.Target(e);
        var guarded = PolicyGrants.IsNamedLikeAGuardrail(inline);
        return new Finding(
            Info, guarded ? Severity.Medium : Severity.Low, $"Inline policy {inline} deleted from {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = inline,
            Reasons = guarded ? ["By its name the policy took rights away: without it its holder can do more."] : [],
        };
    }
}
