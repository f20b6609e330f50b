using Responder.Detections.Iam;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

/// <summary>
/// AWSDenyAll was detached, which the event alone shows. An event that replaces or deletes a boundary does not say what the boundary was;
/// only the ledger of its holder tells whether it was ours (<c>TakenOff</c>).
/// </summary>
internal sealed class QuarantineUndone : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "responder.quarantine-undone",
        Title = "Quarantine undone",
        Description = "AWSDenyAll, the policy that quarantines use and hardly anything else, was detached from a user, group or role: its "
            + "holder has all his other rights again. "
            + "That a boundary was AWSDenyAll is not in the event: live, the ledger of its holder tells. While a quarantine of the "
                + "responder is open there, the end of its boundary, "
            + "of its denial of sessions, of a detachment or of a key's deactivation is this detection, too, and is put back at once, "
                + "three times an hour; without a ledger it is iam.permissions-boundary-weakened or its like.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        IsWorkOfOwnRoles = true,
        Watches = [IamCall.Watch("DetachUserPolicy", "DetachRolePolicy", "DetachGroupPolicy")],
        Techniques = ["T1562.001", "T1098"],
        Controls = ["cis:4.4", "pci-dss:12.10.5", "soc2:CC7.4", "hipaa:164.308(a)(6)(ii)"],
        Runbook = new Runbook(
            CheckFirst: [
                "Whether an incident of {target} is open, and whether {actor} may close it", "What {target} did since",
                "Whether {target} was deleted and created anew: that is another principal, and nothing is put back on it"],
            Do: ["Quarantine {target} again: {undo}", "Cut off {actor}: who frees an intruder may be the intruder"],
            BenignCauses: ["An engineer ended by hand a quarantine that was put on by hand"]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (e.Request["policyArn"].Text is not { Length: > 0 } policyArn || ManagedPolicies.KindOf(policyArn) != ManagedPolicyKind.DenyAll)
            return null;
        var target = IamCall.Target(e);
        return new Finding(Info, Severity.Critical, $"Quarantine undone: AWSDenyAll detached from {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            Reasons = ["The policy denied everything: without it its holder has his other rights again"],
            UndoCommand = IamCall.Command(target, "attach", "policy", ("--policy-arn", policyArn)),
        };
    }
}
