using Responder.Events;

namespace Responder.Detections.Iam;

/// <summary>
/// What all IAM detections share: calls that an AWS service or service-linked role makes on its own find nothing (Identity Center maintains
/// its roles and providers all day), and each detection reports a call at most once.
/// </summary>
internal abstract class IamDetection : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public abstract DetectionInfo Info { get; }

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!e.Actor.IsAwsServiceOnItsOwn && Judge(e) is { } finding) yield return finding;
    }

    /// <summary>
    /// The finding for a successful call by a person, a role, or a service on somebody's behalf; null when there is nothing to report.
    /// </summary>
    protected abstract Finding? Judge(CloudTrailEvent e);
}
