using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>Whom containment may act on, and how, as far as the event and the stages tell.</summary>
public sealed record ContainmentTarget(Principal Principal, IReadOnlyList<ActionId> Actions);
