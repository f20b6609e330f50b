using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>Automatic rotation of a key was switched off.</summary>
internal sealed class KeyRotationDisabled : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "kms.key-rotation-disabled",
        Title = "KMS key rotation switched off",
        Description = "Automatic rotation of a key was switched off. Nothing breaks, but material that leaked stays in use.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls(KmsCall.Source, "DisableKeyRotation")],
        Techniques = ["T1562"],
        Controls = ["cis:3.6", "pci-dss:3.7.4", "soc2:CC6.1"],
        Runbook = new Runbook(
            ["Ask {actor} whether it was meant; look at what else they did with {resource}."],
            ["Switch rotation on again: {undo}"],
            ["A key that is rotated by hand.", "Infrastructure code that lost the setting."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        yield return KmsCall.Finding(
            Info, e, Severity.Medium, $"Rotation of KMS {KmsCall.Named(e)} switched off",
            "The key keeps its material until rotation is on again") with
        {
            UndoCommand = KmsCall.Command(e, "enable-key-rotation"),
        };
    }
}
