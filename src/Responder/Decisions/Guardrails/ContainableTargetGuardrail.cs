using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// Root, service-linked roles and Identity Center roles cannot be contained by a boundary: AWS refuses, or it has no effect.
/// </summary>
internal sealed class ContainableTargetGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.ContainableTarget;

    public string Sentence => "target cannot be contained";

    public bool Refuses(Candidate candidate) => candidate.Target.Kind == PrincipalKind.Root
        || IsRoleOfAws(candidate.Target, candidate.Facts.Target.Value?.Arn);

    /// <summary>True for a role that AWS manages: one of Identity Center, or of a service.</summary>
    /// <param name="knownArn">The role's ARN as IAM tells it; null when IAM was not asked.</param>
    public static bool IsRoleOfAws(Principal target, string? knownArn = null) => target.Kind == PrincipalKind.Role
        && (IsOfIdentityCenter(target)
            || target.Name.StartsWith("AWSServiceRoleFor", StringComparison.Ordinal)
            || (AwsArn.TryParse(knownArn ?? target.Arn, out var arn)
                && arn.Resource.StartsWith("role/aws-", StringComparison.Ordinal)));

    public static bool IsOfIdentityCenter(Principal role) => role.Name.StartsWith("AWSReservedSSO_", StringComparison.Ordinal);
}
