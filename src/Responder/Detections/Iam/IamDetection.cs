using Responder.Events;

namespace Responder.Detections.Iam;

/// <summary>
/// What all IAM detections share: an AWS service or service-linked role that acts on its own finds nothing (Identity Center maintains its
/// roles and providers all day), and a call is worth at most one finding per detection.
/// </summary>
public abstract class IamDetection : IDetection
{
    public abstract DetectionInfo Info { get; }

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!e.Actor.IsAwsServiceOnItsOwn && Judge(e) is { } finding) yield return finding;
    }

    /// <summary>
    /// The finding of a call that worked and that a person, a role or a service on somebody's behalf made; null: nothing to say.
    /// </summary>
    protected abstract Finding? Judge(CloudTrailEvent e);
}
