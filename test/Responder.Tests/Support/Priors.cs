using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Vocabulary;

namespace Responder.Tests.Support;

/// <summary>States before a containment, in the form in which tests write and read them.</summary>
internal static class Priors
{
    /// <summary>The state of a user before the quarantine.</summary>
    /// <param name="boundary">An empty text if there was none; null if it is unknown.</param>
    public static PriorState OfUser(string? boundary, IReadOnlyList<string> detached) =>
        new([QuarantineUser.Action.Id], [new BoundaryBefore(boundary), new DetachedPolicies(detached)]);

    extension(PriorState prior)
    {
        public string? Boundary => prior.Part<BoundaryBefore>()!.Arn;

        public IReadOnlyList<string> Detached => prior.Part<DetachedPolicies>()!.Arns;
    }
}
