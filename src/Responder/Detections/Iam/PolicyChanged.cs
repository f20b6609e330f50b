using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>The ordinary case of a written policy; the dangerous ones have detections of their own.</summary>
internal sealed class PolicyChanged : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.policy-changed",
        Title = "Policy changed",
        Description =
            "An inline policy was written or a managed policy got another version, and its content gives limited rights. Logged and "
            + "counted for the record of permission changes; what leads to administrator is alerted separately.",
        Severity = Severity.Low,
        Watches = [IamCall.Watch("PutUserPolicy", "PutRolePolicy", "PutGroupPolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion")],
        Techniques = ["T1098.003"],
        Controls = ["cis:1.15", "cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst: ["Is what the document now allows needed for the work of whoever holds it?"],
            Do: ["If not, restore the previous version or take the change back: {undo}"],
            BenignCauses: ["Everyday work of administrators and infrastructure code."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (e.EventName == "SetDefaultPolicyVersion") return SetDefault(e);

        var document = e.Request["policyDocument"];
        if (!document.Exists) return null;
        var verdict = PolicyGrants.Judge(e, document, IamCall.Target(e), e.Request["policyArn"].Text, Estate);
        if (verdict.Level != PowerLevel.Limited) return null;
        if (e.EventName == "CreatePolicyVersion")
        {
            var policyArn = e.Request["policyArn"].Text;
            return new Finding(
                Info, Severity.Low, $"New version of policy {IamCall.PolicyName(policyArn)} created")
            { Resource = policyArn };
        }

        var target = IamCall.Target(e);
        var name = e.Request["policyName"].Text;
        return new Finding(
            Info, Severity.Low, $"Inline policy {name ?? "without a name in the event"} put on {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = name,
            UndoCommand = name is null ? null : IamCall.Command(target, "delete", "policy", ("--policy-name", name)),
        };
    }

    private Finding? SetDefault(CloudTrailEvent e)
    {
        // iam.admin-policy-version judges the content; that the default version changed is true in any case.
        var policyArn = e.Request["policyArn"].Text;
        var version = e.Request["versionId"].Text;
        return string.IsNullOrEmpty(policyArn) || string.IsNullOrEmpty(version)
            ? null
            : new Finding(
                Info, Severity.Low,
                $"Default version of policy {IamCall.PolicyName(policyArn)} changed to {version}")
            { Resource = policyArn };
    }
}
