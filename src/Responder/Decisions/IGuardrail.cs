using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Decisions;

/// <summary>What a guardrail judges: containing <paramref name="Target"/> because of <paramref name="Finding"/>.</summary>
/// <param name="Actions">The actions that the stages allow; may be empty.</param>
public sealed record Candidate(
    CloudTrailEvent Event, Finding Finding, Principal Target, IReadOnlyList<ActionId> Actions, KnownFacts Facts, ResponderOptions Options)
{
    /// <summary>The account the responder runs in; in a replay, the account the event is about.</summary>
    public string? OwnAccountId { get; init; }
}

/// <summary>One reason not to contain. Small, named, asked in the order of <see cref="Decider.Guardrails"/>.</summary>
public interface IGuardrail
{
    /// <summary>The identifier that code uses for it.</summary>
    GuardrailId Id { get; }

    /// <summary>For people: what alert and record say after "not contained: ".</summary>
    string Sentence { get; }

    /// <summary>The sentence, worded for one candidate.</summary>
    string SentenceFor(Candidate candidate) => Sentence;

    /// <summary>True: do not contain.</summary>
    bool Refuses(Candidate candidate);
}
