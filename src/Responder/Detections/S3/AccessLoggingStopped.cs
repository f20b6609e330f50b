using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>Server access logging of a bucket was switched off.</summary>
internal sealed class AccessLoggingStopped : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.access-logging-stopped",
        Title = "Bucket access logging switched off",
        Description = "PutBucketLogging without a target switches server access logs off. Reads of the bucket then leave a trace only if "
            + "data events are recorded.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls(S3Call.Source, "PutBucketLogging")],
        Techniques = ["T1562.008"],
        Controls = ["pci-dss:10.2.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            ["See whether a trail records data events of {resource}.", "Look for reads by {actor} after the call."],
            ["Put the former target back: aws s3api put-bucket-logging --bucket {resource} --bucket-logging-status file://former.json"],
            ["Access logs replaced by data events of CloudTrail.", "The bucket is being retired."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var status = S3Call.First(e.Request["BucketLoggingStatus"]).Unwrapped;
        if (e.RequestOmitted || !status.Exists)
        {
            yield return S3Call.Unread(Info, e, Severity.Medium, $"Access logging of {S3Call.Named(e)} set, content unknown");
        }
        else if (!status["LoggingEnabled"].IsObject)
        {
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Access logging of {S3Call.Named(e)} switched off", "The logging status names no target");
        }
    }
}
