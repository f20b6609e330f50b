using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>Key material was imported that expires by itself.</summary>
internal sealed class KeyMaterialExpires : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "kms.key-material-expires",
        Title = "Key material imported with an expiry",
        Description = "Material was imported that KMS will delete by itself at a given time. What the key encrypts is unreadable from then "
            + "on; used to hold data to ransom with a clock.",
        Severity = Severity.Low,
        Watches = [Watch.Calls(KmsCall.Source, "ImportKeyMaterial")],
        Techniques = ["T1486"],
        Controls = ["pci-dss:3.7.4", "soc2:A1.2"],
        Runbook = new Runbook(
            ["See when the material of {resource} expires, and who keeps the original.",
                "See whether other data was encrypted with the key since."],
            ["Import the same material without an expiry: aws kms import-key-material --key-id {resource} --expiration-model "
                + "KEY_MATERIAL_DOES_NOT_EXPIRE --region {region}"],
            ["A policy that demands a limited crypto period, with a reminder to import again."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        if (!e.Request.IsObject || e.RequestOmitted)
        {
            yield return KmsCall.Unread(Info, e, $"Material of KMS {KmsCall.Named(e)} imported, expiry unknown");
        }
        else if (e.Request["expirationModel"].Text != "KEY_MATERIAL_DOES_NOT_EXPIRE")
        {
            // Without a model in the request, KMS lets the material expire.
            var until = e.Request["validTo"].Text is { Length: > 0 } validTo
                ? $"It expires at {validTo}"
                : "The event does not say when it expires";
            yield return KmsCall.Finding(Info, e, Severity.Low, $"Material of KMS {KmsCall.Named(e)} imported with an expiry", until);
        }
    }
}
