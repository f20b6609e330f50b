using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Decisions;

/// <summary>What a guardrail is asked about: containing <paramref name="Target"/> because of <paramref name="Finding"/>.</summary>
/// <param name="Actions">What the stages allow; empty: nothing.</param>
public sealed record Candidate(
    CloudTrailEvent Event, Finding Finding, Principal Target, IReadOnlyList<ActionId> Actions, KnownFacts Facts, ResponderOptions Options)
{
    /// <summary>The account the responder runs in; in a replay, the account the event is about.</summary>
    public string? OwnAccountId { get; init; }
}

/// <summary>One reason not to contain. Small, named, asked in the order of <see cref="Decider.Guardrails"/>.</summary>
public interface IGuardrail
{
    /// <summary>What code tells it by.</summary>
    GuardrailId Id { get; }

    /// <summary>For people: what alert and record say behind "not contained: ".</summary>
    string Sentence { get; }

    /// <summary>The same, told of one candidate.</summary>
    string SentenceFor(Candidate candidate) => Sentence;

    /// <summary>True: do not contain.</summary>
    bool Refuses(Candidate candidate);
}
