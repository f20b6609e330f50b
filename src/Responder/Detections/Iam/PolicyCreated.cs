using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class PolicyCreated : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.policy-created",
        Title = "Customer policy created",
        Description =
            "A customer managed policy was created. It gives nothing until it is attached, which is alerted separately; one that is "
            + "equal to administrator or leads there is MEDIUM, since it is a preparation.",
        Severity = Severity.Low,
        Watches = [IamCall.Watch("CreatePolicy")],
        Techniques = ["T1098.003"],
        Controls = ["cis:1.16", "cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "What does it allow, and who ordered it?",
                "Is it attached by now: aws iam list-entities-for-policy --policy-arn {resource}",
            ],
            Do: ["If it is broader than needed, have it narrowed, or delete it before it is attached: {undo}"],
            BenignCauses: ["Infrastructure code."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var document = e.Request["policyDocument"];
        if (!document.Exists) return null; // iam.request-missing or iam.request-omitted

        var policyArn = e.Response["policy"]["arn"].Text;
        var verdict = PolicyGrants.Judge(e, document, null, policyArn, Estate);
        if (verdict.Level == PowerLevel.Nothing) return null;

        var name = e.Request["policyName"].Text ?? IamCall.PolicyName(policyArn);
        var limited = verdict.Level == PowerLevel.Limited;
        return new Finding(Info, limited ? Severity.Low : Severity.Medium, $"Policy {name} {PolicyGrants.Describe(verdict.Level)} created")
        {
            Resource = policyArn ?? name,
            Reasons = limited ? [] : [.. verdict.Reasons, "It is not attached to anybody yet."],
            UndoCommand = policyArn is null ? null : Shell.Command("aws iam delete-policy", ("--policy-arn", policyArn)),
        };
    }
}
