using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Vocabulary;

namespace Responder.Tests.Support;

/// <summary>States before a containment, as tests write and read them.</summary>
internal static class Priors
{
    /// <summary>Of a user who was quarantined.</summary>
    /// <param name="boundary">Empty: none; null: unknown.</param>
    public static PriorState OfUser(string? boundary, IReadOnlyList<string> detached) =>
        new([QuarantineUser.Action.Id], [new BoundaryBefore(boundary), new DetachedPolicies(detached)]);

    extension(PriorState prior)
    {
        public string? Boundary => prior.Part<BoundaryBefore>()!.Arn;

        public IReadOnlyList<string> Detached => prior.Part<DetachedPolicies>()!.Arns;
    }
}
