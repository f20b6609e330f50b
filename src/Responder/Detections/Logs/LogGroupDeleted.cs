using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Logs;

internal sealed class LogGroupDeleted : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("logs", "DeleteLogGroup", "Log group deleted", Judge),
        new("logs", "DeleteLogStream", "Log stream deleted", Judge),
        new("logs", "PutRetentionPolicy", "Log group keeps its events for a short time", static e =>
            e.Request["retentionInDays"].Number is { } days && days <= 7 && SecurityNames.IsTrailsGroup(Group(e))
                ? Severity.High
                : Severity.None),
        new("logs", "DisassociateKmsKey", "Log group no longer encrypted with a key of its own",
            static e => SecurityNames.IsTrailsGroup(Group(e)) ? Severity.Medium : Severity.Low),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "logs.log-group-deleted",
        Title = "Log group or stream deleted",
        Description = "A log group or stream of CloudWatch Logs was deleted with every event in it; it cannot be brought back. The trail's "
            + "own group, known by its name "
            + "(cloudtrail, audit-trail, and no word for a test), is what alarms on API calls read; made to keep events a week or less, "
            + "it is worth as little. "
            + "A key taken off a group leaves later events to CloudWatch's own encryption.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.008", "T1070"],
        Controls = ["cis:4.5", "pci-dss:10.3.2", "pci-dss:10.5.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What {resource} held: an application's logs, or those of the trail, VPC flow logs, or a security tool",
                "What else {actor} deleted in the same hour"],
            Do: ["Create the group again with its retention, metric filters and subscriptions",
                "Read the lost time from the trail's bucket", "Ask {actor}; cut it off when nobody knows the change"],
            BenignCauses: ["A stack was removed together with its log groups", "A developer cleaned up after a test"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (CallTable.Find(Info, s_calls, e, Group(e)) is { } finding) yield return finding;
    }

    private static Severity Judge(CloudTrailEvent e) => SecurityNames.IsTrailsGroup(Group(e)) ? Severity.High : Severity.Medium;

    private static string? Group(CloudTrailEvent e) => CallTable.Named(e, "logGroupName", "logGroupIdentifier", "resourceIdentifier");
}
