using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The call is old (a redriven dead letter, an archived event), and the world has moved on. A call whose time is unknown counts as new; one
/// that is timed well ahead of our clock was not written by CloudTrail as it comes, and would stay young for ever.
/// </summary>
internal sealed class FreshCallGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.FreshCall;

    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(15);

    public string Sentence => "the call is older than the maximum age, or timed in the future";

    public bool Refuses(Candidate candidate) => candidate.Options.MaximumAge is { } maximum
        && candidate.Event.EventTime is { } time && (candidate.Facts.Now - time > maximum || time - candidate.Facts.Now > s_ahead);
}
