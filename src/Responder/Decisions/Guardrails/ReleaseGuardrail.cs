using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// A release of ours made the call, and nobody but a person vouches for what it restores: a person has decided, and people are told.
/// </summary>
internal sealed class ReleaseGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.Release;

    public string Sentence => "a release made this call";

    public string SentenceFor(Candidate candidate) => candidate.Facts.Release switch
    {
        ReleaseMatch.Unsupported => "a release made this call, and no ledger says that it restores anything",
        ReleaseMatch.Unproven => "a release made this call; who wrote the ledger that it restores could not be read",
        ReleaseMatch.RestoresByHand => "a release made this call; what it restores was written by whoever contained by hand",
        _ => Sentence,
    };

    public bool Refuses(Candidate candidate) => candidate.Facts.Release is not (ReleaseMatch.None or ReleaseMatch.Restores);
}
