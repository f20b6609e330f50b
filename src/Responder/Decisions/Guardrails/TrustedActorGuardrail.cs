using Responder.Events;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The caller is configured as trusted, is the responder itself, or is a release. Compared: the whole ARN that AWS vouches for,
/// case-sensitive. Never a session name, a user agent or a part of a name.
/// </summary>
public sealed class TrustedActorGuardrail : IGuardrail
{
    public string Name => "trusted actor";

    public bool Refuses(Candidate candidate) => IsTrusted(candidate.Event, candidate.Options);

    public static bool IsTrusted(CloudTrailEvent e, ResponderOptions options) => e.Actor.IssuerArn is { } arn
        && (options.TrustedPrincipalArns.Contains(arn) || options.ResponderRoleArns.Contains(arn)
            || string.Equals(options.ReleaseRoleArn, arn, StringComparison.Ordinal));
}
