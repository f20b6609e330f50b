using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>A bucket lost its policy, and with it whatever that policy denied.</summary>
internal sealed class BucketPolicyDeleted : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.bucket-policy-deleted",
        Title = "Bucket policy deleted",
        Description = "The policy of a bucket or access point was removed. Its Deny statements (transport, encryption, network, deletion) "
            + "no longer protect the data. "
            + "The event does not hold the old policy.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls(S3Call.Source, "DeleteBucketPolicy", "DeleteAccessPointPolicy")],
        Techniques = ["T1562"],
        Controls = ["cis:4.8", "pci-dss:7.2.1", "soc2:CC6.1", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Find the former policy of {resource} in version control or AWS Config.",
                "See whether it denied anything, and whether log delivery depended on it."],
            ["Put the former policy back: aws s3api put-bucket-policy --bucket {resource} --policy file://former-policy.json"],
            ["The bucket is being retired.", "A deployment that replaces the policy: PutBucketPolicy follows within seconds."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        yield return S3Call.Finding(
            Info, e, Severity.Medium, $"Policy of {S3Call.Named(e)} deleted", "Whatever the policy denied is no longer denied");
    }
}
