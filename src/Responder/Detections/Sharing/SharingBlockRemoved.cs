using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

internal sealed class SharingBlockRemoved : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "ec2.public-sharing-block-removed",
        Title = "Block on public sharing of snapshots or images removed",
        Description = "The account refused to make EBS snapshots or machine images public in this region, and does so no longer. "
            + "It is the step before a disk is given to everyone.",
        Severity = Severity.High,
        Watches = [Watch.Calls("ec2.amazonaws.com", "DisableSnapshotBlockPublicAccess", "DisableImageBlockPublicAccess")],
        Techniques = ["T1562.001", "T1537"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Which snapshots and images were made public since: calls of ModifySnapshotAttribute and ModifyImageAttribute by {actor}",
                "Whether {actor} has a change open"],
            ["Put the block back: {undo}"],
            ["An image is about to be published on purpose"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var snapshots = e.EventName == "DisableSnapshotBlockPublicAccess";
        yield return new Finding(
            Info, Severity.High, $"{(snapshots ? "EBS snapshots" : "Machine images")} may be made public in {e.Region ?? "a region"}")
        {
            Resource = snapshots ? "snapshot-block-public-access" : "image-block-public-access",
            Reasons = ["The account's block on public sharing is switched off"],
            UndoCommand = snapshots
                ? Shell.Command(
                    "aws ec2 enable-snapshot-block-public-access", ("--state", "block-all-sharing"), CommandPart.Region(e.Region))
                : Shell.Command(
                    "aws ec2 enable-image-block-public-access", ("--image-block-public-access-state", "block-new-sharing"),
                    CommandPart.Region(e.Region)),
        };
    }
}
