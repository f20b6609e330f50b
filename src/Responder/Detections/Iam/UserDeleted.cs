using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class UserDeleted : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.user-deleted",
        Title = "IAM user deleted",
        Description =
            "An IAM user was deleted. It cannot be brought back with its keys; whoever used it is locked out, and an intruder who made "
            + "the user himself has tidied up behind him.",
        Severity = Severity.Medium,
        Watches = [IamCall.Watch("DeleteUser")],
        Techniques = ["T1531", "T1070"],
        Controls = ["cis:4.4", "pci-dss:8.2.4", "pci-dss:10.2.1.5", "soc2:CC6.2", "hipaa:164.308(a)(3)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Was {target} due to go (offboarding, clean-up)? Ask the owner of {actor}.",
                "When was {target} created, and what did it do: aws cloudtrail lookup-events --region {region} --lookup-attributes "
                    + "AttributeKey=Username,AttributeValue={target}",
            ],
            Do:
            [
                "If nobody planned it: create the user again from code, give it new credentials, and cut off {actor}.",
                "If {target} lived only for minutes or hours, treat it as an intruder's and read everything it did.",
            ],
            BenignCauses: ["Offboarding, or infrastructure code that removes a user."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var target = IamCall.Target(e);
        return new Finding(Info, Severity.Medium, $"IAM user deleted: {target?.Name ?? "name not in the event"}")
        {
            Target = target,
            Reasons = ["A deleted user and its keys cannot be restored, and the deletion hides who used them."],
        };
    }
}
