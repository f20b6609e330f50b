using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

internal sealed class TrailWeakened : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.weakened",
        Title = "Trail weakened",
        Description = "UpdateTrail made the trail see less, or sends its logs elsewhere: one region only, no global services, no log file "
            + "validation, a bucket that is not known as a log bucket of ours (LOG_BUCKETS; where that is not set, "
            + "a name of AWS's with the own account in it), a foreign or no key, a foreign or no "
            + "log group. The worst parameter decides; what is switched on, a log bucket, a key of the account and its trail's log group "
            + "are set, not weakened (LOW), and another log group of the account is MEDIUM.",
        Severity = Severity.High,
        PagesTrustedActors = true,
        Watches = [Watch.Calls("cloudtrail.amazonaws.com", "UpdateTrail")],
        Techniques = ["T1562.008"],
        Controls = ["cis:4.5", "cis:3.2", "pci-dss:10.3.4", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "The trail as it is now: aws cloudtrail get-trail --name {resource} --region {region}",
                "Whether the bucket and the key belong to you, and what the trail used before (an earlier UpdateTrail or CreateTrail)",
            ],
            Do:
            [
                "Set back what the reasons below name",
                "If the bucket changed: collect the files that were delivered there since, and look for gaps",
                "Ask {actor}; cut it off when nobody knows the change",
            ],
            BenignCauses: ["Infrastructure code restates bucket and key unchanged", "The log archive moves, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var name = TrailName.Of(e);
        var trail = TrailName.Begin(name);
        if (e.RequestOmitted || !e.Request.IsObject || !e.Request.Members.Any())
        {
            yield return new Finding(
                Info, e.RequestOmitted ? Severity.High : Severity.Medium, $"{trail} changed, the change is not in the record")
            {
                Resource = name,
                Reasons = ["The call succeeded, but its parameters are missing: read the trail itself"],
            };
            yield break;
        }

        var settings = new TrailSettings(e, Estate);
        if (settings.Worst == Severity.None) yield break;
        yield return new Finding(Info, settings.Worst, $"{trail} {settings.What}")
        {
            Resource = name,
            Reasons = settings.Reasons,
            UndoCommand = settings.Undo.Count == 0 ? null : TrailName.Command(e, name, "update-trail", "--name", [.. settings.Undo]),
            // Hardening, and what is set anew in the account itself, is no tampering.
            IsTampering = settings.Worst >= Severity.High,
        };
    }
}
