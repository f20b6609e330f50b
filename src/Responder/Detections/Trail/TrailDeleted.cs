using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

internal sealed class TrailDeleted : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.deleted",
        Title = "Trail deleted",
        Description = "DeleteTrail ends the recording of API calls and removes the trail's configuration. The log files that were "
            + "delivered stay in "
            + "their bucket. If this was the account's only trail, no further event reaches the responder.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches = [Watch.Calls("cloudtrail.amazonaws.com", "DeleteTrail")],
        Techniques = ["T1562.008"],
        Controls = ["cis:4.5", "cis:3.1", "pci-dss:10.2.6", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Which trails are left and whether they log: aws cloudtrail describe-trails",
                "Whether the log bucket and its earlier files are still there",
            ],
            Do:
            [
                "Create the trail again (aws cloudtrail create-trail, then start-logging), for all regions, with log file validation",
                "Read what {actor} did before; event history keeps 90 days without a trail",
                "Cut off {actor} until it has explained itself",
            ],
            BenignCauses: [
                "A trail was replaced by an organization trail, announced beforehand", "A test stack with its own trail was removed"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break; // member copies of an organization trail come and go with it

        var name = TrailName.Of(e);
        yield return new Finding(Info, Severity.Critical, $"{TrailName.Begin(name)} deleted")
        {
            Resource = name,
            Reasons = ["API calls are no longer recorded by it, nor delivered to the responder"],
        };
    }
}
