using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// IAM knows no such target, and the call is so old that this is not IAM's lag: he was deleted. As long as a user who is not contained has
/// the policy that was given, he may be that user under another name; then the containment fails, so that it is tried again.
/// </summary>
internal sealed class GoneTargetGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.GoneTarget;

    public string Sentence => "IAM knows no such target any more";

    public string SentenceFor(Candidate candidate) => candidate.Facts.Target.Value is { ReplacedAt: { } madeAt }
        ? $"IAM knows {candidate.Target} only as somebody made at {madeAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, after the call"
        : $"IAM knows no {candidate.Target} any more";

    public bool Refuses(Candidate candidate) => candidate is { Finding.PutsBack: null, Facts.Target.Value.Exists: false }
        && candidate.Event.IsOlderThan(candidate.Facts.Now, Decision.Young)
        && candidate.Facts.Holders.Failure is null
        && !(candidate.Facts.Holders.Value ?? []).Any(static h => h is { Principal.Kind: PrincipalKind.User, IsContained: false });
}
