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
        || (candidate.Target.Kind == PrincipalKind.Role
            && (candidate.Target.Name.StartsWith("AWSReservedSSO_", StringComparison.Ordinal)
                || candidate.Target.Name.StartsWith("AWSServiceRoleFor", StringComparison.Ordinal)
                || (AwsArn.TryParse(candidate.Facts.Target.Value?.Arn ?? candidate.Target.Arn, out var arn)
                    && arn.Resource.StartsWith("role/aws-", StringComparison.Ordinal))));
}
