using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>Versioning, which allows overwritten and deleted objects to be restored, was suspended.</summary>
internal sealed class VersioningWeakened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.versioning-weakened",
        Title = "Bucket versioning suspended",
        Description = "Versioning was suspended: from now on objects that are overwritten or deleted are gone. Usual before data is "
            + "destroyed or held to ransom.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls(S3Call.Source, "PutBucketVersioning")],
        Techniques = ["T1490"],
        Controls = ["pci-dss:10.3.3", "soc2:A1.2", "hipaa:164.312(c)(1)"],
        Runbook = new Runbook(
            ["Look for deletes and overwrites in {resource} after the call.", "See what else {actor} did in the hour before and after."],
            ["Switch versioning on again: {undo}"],
            ["A scratch bucket whose versions cost too much."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var configuration = S3Call.First(e.Request["VersioningConfiguration"]).Unwrapped;
        var status = configuration["Status"].Text;
        if (e.RequestOmitted || !configuration.IsObject || (status is null && !configuration["MfaDelete"].Exists))
        {
            yield return S3Call.Unread(Info, e, Severity.Medium, $"Versioning of {S3Call.Named(e)} set, content unknown");
        }
        else if (status is not null && !string.Equals(status, "Enabled", StringComparison.OrdinalIgnoreCase))
        {
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Versioning of {S3Call.Named(e)} suspended",
                "What is overwritten or deleted from now on is gone") with
            {
                UndoCommand = S3Call.Command(e, "put-bucket-versioning", ("--versioning-configuration", "Status=Enabled")),
            };
        }
        else if (string.Equals(configuration["MfaDelete"].Text, "Disabled", StringComparison.OrdinalIgnoreCase))
        {
            yield return S3Call.Finding(
                Info, e, Severity.Low, $"MFA delete of {S3Call.Named(e)} is off",
                "Versions can be deleted without MFA; the event does not say whether it was on before");
        }
    }
}
