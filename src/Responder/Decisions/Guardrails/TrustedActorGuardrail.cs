using Responder.Detections;
using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The caller is configured as trusted, is the responder itself, or is a release. The full ARN that AWS vouches for is compared,
/// case-sensitively; never a session name, a user agent or part of a name.
/// </summary>
public sealed class TrustedActorGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.TrustedActor;

    public string Sentence => "trusted actor";

    /// <summary>Trust in a pipeline does not extend to our quarantines: only our own roles may remove one.</summary>
    public bool Refuses(Candidate candidate) => candidate.Finding.PutsBack is not null
        ? OwnWork.Is(candidate.Event, candidate.Options)
        : IsTrusted(candidate.Event, candidate.Options);

    public static bool IsTrusted(CloudTrailEvent e, ResponderOptions options) =>
        (e.Actor.IssuerArn is { } arn && options.IsTrusted(e, arn)) || OwnWork.Is(e, options);

    /// <summary>
    /// True when a trusted actor is paged nevertheless: the finding is tampering, and it is not the work of the responder's own roles.
    /// </summary>
    public static bool IsPagedNevertheless(CloudTrailEvent e, Finding finding, ResponderOptions options) => finding.IsTampering
        && !(finding.Detection.IsWorkOfOwnRoles && OwnWork.Is(e, options));
}
