using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The target is a break-glass principal, one of the responder's own roles or a role that deploys it: an attacker who gives it
/// AdministratorAccess must not get it quarantined. IAM names are unique whatever their case, so the name decides when the event does not
/// tell the path.
/// </summary>
internal sealed class ProtectedTargetGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.ProtectedTarget;

    public string Sentence => "break-glass principal, or a role of the responder";

    public bool Refuses(Candidate candidate)
    {
        var options = candidate.Options;
        if (candidate.Target is { Kind: PrincipalKind.Role, AccountId: { } account } role && options.MemberAccountIds.Contains(account)
            && (string.Equals(role.Name, options.MemberRoleName, StringComparison.OrdinalIgnoreCase)
                || string.Equals(role.Name, options.MemberReleaseRoleName, StringComparison.OrdinalIgnoreCase)
                || string.Equals(role.Name, options.MemberOperatorRoleName, StringComparison.OrdinalIgnoreCase)))
            return true;
        return options.BreakGlassArns.Concat(options.ResponderRoleArns).Append(options.ReleaseRoleArn).Append(options.OperatorRoleArn)
            .Any(arn => Means(arn, candidate.Target));
    }

    private static bool Means(string? arnText, Principal target) => AwsArn.TryParse(arnText, out var arn)
        && string.Equals(arn.AccountId, target.AccountId, StringComparison.Ordinal)
        && target.Kind is PrincipalKind.User or PrincipalKind.Role
        && arn.Resource.StartsWith(target.Kind == PrincipalKind.User ? "user/" : "role/", StringComparison.Ordinal)
        && string.Equals(arn.Name, target.Name, StringComparison.OrdinalIgnoreCase);
}
