using Responder.Aws;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>The reads of the main path. Never throws: what cannot be read is a fact, too.</summary>
public interface IFacts
{
    /// <param name="candidate">The target that containment may act on, if nothing read here forbids it; null: nothing is to be
    /// contained.</param>
    Task<KnownFacts> LookUpAsync(
        CloudTrailEvent e, IReadOnlyList<Finding> findings, ContainmentTarget? candidate, IncidentNames names,
        CancellationToken cancellationToken);

    /// <summary>
    /// The roles that a user took on, whose sessions outlive the user's containment. Nothing is decided over it, so it is asked while the
    /// user is being contained, and only then; takes <see cref="EventHistory.MostTime"/> at most.
    /// </summary>
    /// <param name="user">As IAM names the user, if that is known.</param>
    Task<AssumedRoles> RolesAssumedByAsync(CloudTrailEvent e, Principal user, CancellationToken cancellationToken);
}
