using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SecurityGroups;

internal sealed class SecurityGroupCreated : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "security-group.created",
        Title = "Security group created",
        Description = "A new security group exists. By itself it opens nothing to anybody; the rules that follow are judged on their own.",
        Severity = Severity.Low,
        Watches = [Watch.Calls("ec2.amazonaws.com", "CreateSecurityGroup")],
        Techniques = ["T1562.007"],
        Controls = ["cis:4.10", "pci-dss:1.2.2", "soc2:CC8.1"],
        Runbook = new Runbook(
            CheckFirst: ["Which VPC the group is in and what it is attached to", "The inbound rules that {actor} added afterwards"],
            Do: ["Nothing by itself; delete the group when nobody knows it: aws ec2 delete-security-group --group-id {resource} --region "
                + "{region}"],
            BenignCauses: ["Deployments create groups all day", "The console creates one for each launched instance"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var id = e.Response["groupId"].Text is { Length: > 0 } text ? text : null;
        var name = e.Request["groupName"].Text is { Length: > 0 } chosen ? chosen : "(not named)";
        yield return new Finding(Info, Severity.Low, $"Security group {name} created")
        {
            Resource = id ?? name,
            UndoCommand = id is null
                ? null
                : Shell.Command("aws ec2 delete-security-group", ("--group-id", id), CommandPart.Region(e.Region)),
        };
    }
}
