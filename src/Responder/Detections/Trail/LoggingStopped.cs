using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

internal sealed class LoggingStopped : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.logging-stopped",
        Title = "Trail stopped logging",
        Description = "StopLogging ends the recording of API calls at once, and with it the events that the responder itself lives on. "
            + "It is the usual first step before something that shall not be seen.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches = [Watch.Calls("cloudtrail.amazonaws.com", "StopLogging")],
        Techniques = ["T1562.008"],
        Controls = ["cis:4.5", "cis:3.1", "pci-dss:10.2.6", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether the trail logs again: aws cloudtrail get-trail-status --name {resource} --region {region}",
                "What {actor} did in the minutes before; afterwards only event history and other trails can tell",
            ],
            Do:
            [
                "Start logging again: {undo}",
                "Treat the time without logs as unobserved: list new users, keys, roles and policies by their creation dates",
                "Cut off {actor} until it has explained itself",
            ],
            BenignCauses: ["A trail is being replaced by an organization trail, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        // Whatever the parameters say or leave out: a trail no longer logs.
        var name = TrailName.Of(e);
        yield return new Finding(Info, Severity.Critical, $"Logging of {TrailName.Describe(name)} stopped")
        {
            Resource = name,
            Reasons = ["API calls are no longer recorded, nor delivered to the responder"],
            UndoCommand = TrailName.Command(e, name, "start-logging", "--name"),
        };
    }
}
