using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>The ordinary case of an attachment; the dangerous ones have detections of their own.</summary>
internal sealed class PolicyAttached : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.policy-attached",
        Title = "Policy attached",
        Description =
            "A managed policy that gives no administrator rights, as far as its ARN tells, was attached to a user, role or group. "
            + "Logged and counted for the record of permission changes; what leads to administrator is alerted separately.",
        Severity = Severity.Low,
        Watches = [IamCall.Watch("AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy")],
        Techniques = ["T1098.003"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst: ["Does {target} need {resource} for its work?"],
            Do: ["If not, detach it: {undo}"],
            BenignCauses: ["Everyday work of administrators and infrastructure code."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        if (ManagedPolicies.KindOf(policyArn) is not (
            ManagedPolicyKind.Ordinary or ManagedPolicyKind.Customer or ManagedPolicyKind.Unknown)) return null;

        var target = IamCall.Target(e);
        return new Finding(Info, Severity.Low, $"Policy {IamCall.PolicyName(policyArn)} attached to {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            UndoCommand = IamCall.Command(target, "detach", "policy", ("--policy-arn", policyArn)),
        };
    }
}
