using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SecurityGroups;

internal sealed class SecurityGroupDeleted : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "security-group.deleted",
        Title = "Security group deleted",
        Description =
            "A security group was deleted. AWS refuses that while something uses the group, so nothing lost its protection by it; "
            + "it may tidy up after an intruder.",
        Severity = Severity.Low,
        Watches = [Watch.Calls("ec2.amazonaws.com", "DeleteSecurityGroup")],
        Techniques = ["T1562.007"],
        Controls = ["cis:4.10", "pci-dss:1.2.2", "soc2:CC8.1"],
        Runbook = new Runbook(
            CheckFirst: [
                "When the group was created and by whom: a group that lived for minutes covered something", "What {actor} did before"],
            Do: ["Nothing by itself; look for the group's earlier inbound rules in the trail"],
            BenignCauses: ["A stack was removed", "Clean-up of unused groups"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var group = e.Request["groupId"].Text is { Length: > 0 } id
            ? id
            : e.Request["groupName"].Text is { Length: > 0 } name
            ? name
            : null;
        yield return new Finding(Info, Severity.Low, $"Security group {group ?? "(not named)"} deleted") { Resource = group };
    }
}
