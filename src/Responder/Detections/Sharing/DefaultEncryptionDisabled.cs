using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

internal sealed class DefaultEncryptionDisabled : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "ec2.default-encryption-disabled",
        Title = "Encryption of new EBS volumes by default switched off",
        Description = "New volumes and copies of snapshots in this region are no longer encrypted unless the call asks for it. An "
            + "unencrypted snapshot can be made "
            + "public or shared without a key, which an encrypted one cannot.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls("ec2.amazonaws.com", "DisableEbsEncryptionByDefault")],
        Techniques = ["T1562.001", "T1537"],
        Controls = ["cis:2.2.1", "pci-dss:3.5.1", "soc2:CC6.1", "hipaa:164.312(a)(2)(iv)"],
        Runbook = new Runbook(
            ["Which volumes and snapshots were made without encryption since", "Whether {actor} shared or copied snapshots"],
            ["Switch it on again: {undo}"],
            ["A tool that cannot work with encrypted volumes is being tried, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        yield return new Finding(Info, Severity.Medium, $"EBS volumes are no longer encrypted by default in {e.Region ?? "a region"}")
        {
            Resource = "ebs-encryption-by-default",
            Reasons = ["What is created from now on is encrypted only on request"],
            UndoCommand = Shell.Command("aws ec2 enable-ebs-encryption-by-default", CommandPart.Region(e.Region)),
        };
    }
}
