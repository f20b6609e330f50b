using Responder.Aws;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>The reads before a decision. Never throws: that something cannot be read is a fact as well.</summary>
public interface IFacts
{
    /// <param name="candidate">The target that containment may act on unless something that is read here forbids it; null when nothing is
    /// to be contained.</param>
    Task<KnownFacts> LookUpAsync(
        CloudTrailEvent e, IReadOnlyList<Finding> findings, ContainmentTarget? candidate, IncidentNames names,
        CancellationToken cancellationToken);

    /// <summary>Reads the target once more, for a containment that IAM did not know whom to apply to.</summary>
    Task<Read<PrincipalState>> ReadTargetAsync(CloudTrailEvent e, ContainmentTarget target, CancellationToken cancellationToken);

    /// <summary>
    /// When the ledger that a decision read as open was released meanwhile; null: it was not, or that could not be read. One try.
    /// </summary>
    /// <param name="id">The unique id of the principal; null: not known.</param>
    Task<DateTimeOffset?> ReleasedSinceAsync(IncidentNames names, string? id, CancellationToken cancellationToken);

    /// <summary>Who has a managed policy now, and which of them are contained. One try.</summary>
    /// <param name="e">The event; IAM is asked in its account.</param>
    Task<Read<IReadOnlyList<PolicyHolder>>> HoldersOfAsync(CloudTrailEvent e, string policyArn, CancellationToken cancellationToken);

    /// <summary>
    /// The roles that a user assumed, whose sessions outlive the user's containment. No decision depends on them, so they are read only
    /// while a user is being contained; takes at most <see cref="EventHistory.MostTime"/>.
    /// </summary>
    /// <param name="user">The user, by the name that IAM has for it if that is known.</param>
    Task<AssumedRoles> RolesAssumedByAsync(CloudTrailEvent e, Principal user, CancellationToken cancellationToken);
}
