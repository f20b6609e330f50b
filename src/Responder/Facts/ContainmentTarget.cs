using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>Whom containment may act on, and how, as far as the event and the stages tell.</summary>
/// <param name="Grant">What he was given; null when the finding is about no grant, or a question has to be answered first.</param>
public sealed record ContainmentTarget(Principal Principal, IReadOnlyList<ActionId> Actions, AdministratorGrant? Grant = null);
