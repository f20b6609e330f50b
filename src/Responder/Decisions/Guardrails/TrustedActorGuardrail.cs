using Responder.Detections;
using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The caller is configured as trusted, is the responder itself, or is a release. Compared: the whole ARN that AWS vouches for,
/// case-sensitive. Never a session name, a user agent or a part of a name.
/// </summary>
public sealed class TrustedActorGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.TrustedActor;

    public string Sentence => "trusted actor";

    /// <summary>Trust in a pipeline does not reach as far as our quarantines: only our own roles may take one off.</summary>
    public bool Refuses(Candidate candidate) => candidate.Finding.PutsBack is not null
        ? candidate.Event.Actor.IssuerArn is { } arn && candidate.Options.IsOwnRole(arn)
        : IsTrusted(candidate.Event, candidate.Options);

    public static bool IsTrusted(CloudTrailEvent e, ResponderOptions options) => e.Actor.IssuerArn is { } arn
        && (options.TrustedPrincipalArns.Contains(arn) || options.IsOwnRole(arn));

    /// <summary>
    /// A trusted actor who is paged nevertheless: the finding is tampering, and it is not the work of the responder's own roles.
    /// </summary>
    public static bool IsPagedNevertheless(CloudTrailEvent e, Finding finding, ResponderOptions options) => finding.IsTampering
        && !(finding.Detection.IsWorkOfOwnRoles && e.Actor.IssuerArn is { } arn && options.IsOwnRole(arn));
}
