using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Incidents;

namespace Responder.Facts;

/// <summary>The only read of the main path. Never throws: what cannot be read is a fact, too.</summary>
public interface IFacts
{
    /// <param name="candidate">The target that containment may act on, if nothing read here forbids it; null: nothing is to be contained.</param>
    Task<KnownFacts> LookUpAsync(CloudTrailEvent e, IReadOnlyList<Finding> findings, ContainmentTarget? candidate, IncidentNames names, CancellationToken cancellationToken);
}
