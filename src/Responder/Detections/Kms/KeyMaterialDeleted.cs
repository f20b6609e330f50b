using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>Somebody deleted imported key material: the key is unusable at once.</summary>
internal sealed class KeyMaterialDeleted : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "kms.key-material-deleted",
        Title = "Imported key material deleted",
        Description = "The material of a key with imported material was deleted by a person. There is no waiting period: the key is "
            + "unusable at once, and for ever unless the very same "
            + "material is imported again. Material that expires by itself is not reported here.",
        Severity = Severity.High,
        Watches = [Watch.Calls(KmsCall.Source, "DeleteImportedKeyMaterial")],
        Techniques = ["T1485", "T1486"],
        Controls = ["cis:4.7", "pci-dss:3.7.5", "soc2:A1.2", "hipaa:164.312(a)(2)(iv)"],
        Runbook = new Runbook(
            ["Find who keeps the original material of {resource}.",
                "See what the key encrypts: its description, aliases, grants and recent Decrypt calls."],
            ["Import the same material again: aws kms get-parameters-for-import, then aws kms import-key-material --key-id {resource} "
                + "--region {region}"],
            ["A key taken out of service, with its owners informed."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        yield return KmsCall.Loss(
            Info, Estate, e, $"Imported material of KMS {KmsCall.Named(e)} deleted",
            "The key is unusable until the same material is imported again");
    }
}
