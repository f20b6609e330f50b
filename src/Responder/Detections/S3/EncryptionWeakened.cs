using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>A bucket's default encryption was removed, or set to a key that somebody else holds.</summary>
internal sealed class EncryptionWeakened : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.encryption-weakened",
        Title = "Bucket default encryption removed or set to a foreign key",
        Description = "Deleting the configuration falls back from a KMS key to S3-managed keys. A default key of a foreign account lets "
            + "its owner lock the data up: ransom without malware.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls(S3Call.Source, "PutBucketEncryption", "DeleteBucketEncryption")],
        Techniques = ["T1486", "T1562"],
        Controls = ["cis:2.1.1", "pci-dss:3.5.1", "soc2:CC6.1", "hipaa:164.312(a)(2)(iv)"],
        Runbook = new Runbook(
            ["See whose key the reasons name.", "Look for bulk copies of {resource} onto itself: they re-encrypt existing objects."],
            ["Put the former configuration back: aws s3api put-bucket-encryption --bucket {resource} "
                + "--server-side-encryption-configuration file://former.json"],
            ["A stack that is being changed or deleted.", "A shared key in a central account of the same organisation."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        if (e.EventName == "DeleteBucketEncryption")
        {
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Default encryption of {S3Call.Named(e)} removed",
                "New objects are encrypted with S3-managed keys only");
            yield break;
        }

        var rules = S3Call.First(e.Request["ServerSideEncryptionConfiguration"]).Unwrapped["Rule"].Items.ToList();
        if (e.RequestOmitted || rules.Count == 0)
        {
            yield return S3Call.Unread(Info, e, Severity.Medium, $"Default encryption of {S3Call.Named(e)} set, content unknown");
            yield break;
        }

        foreach (var rule in rules)
        {
            if (!AwsArn.TryParse(rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"].Text, out var key)
                || Estate.IsOurs(key.AccountId, e)) continue;
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Default encryption of {S3Call.Named(e)} set to a key of foreign account {key.AccountId}",
                "The owner of the key decides who can read what is written from now on");
            yield break;
        }
    }
}
