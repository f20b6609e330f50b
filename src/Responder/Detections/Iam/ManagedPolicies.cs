using Responder.Events;
using Responder.Policies;

namespace Responder.Detections.Iam;

/// <summary>What the ARN of a managed policy alone tells about it.</summary>
internal enum ManagedPolicyKind
{
    /// <summary>An AWS managed policy that makes its holder an administrator.</summary>
    Administrator,

    /// <summary>An AWS managed policy whose holder can become administrator or do nearly everything else.</summary>
    Escalation,

    /// <summary>The policy AWS attaches to a user whose key it found in public.</summary>
    Quarantine,

    /// <summary>The AWS managed policy AWSDenyAll, which takes every right away.</summary>
    DenyAll,

    /// <summary>
    /// An AWS managed policy whose way to more power ends at something named, or needs something that may not exist: it passes roles to the
    /// services that it names, or changes what runs already.
    /// </summary>
    MayEscalate,

    /// <summary>Any other AWS managed policy that the table knows.</summary>
    Ordinary,

    /// <summary>An AWS managed policy that is newer than the table: only its document tells what it gives.</summary>
    Unknown,

    /// <summary>A customer managed policy: only its document tells what it gives.</summary>
    Customer,

    /// <summary>Not an IAM ARN: nothing is known.</summary>
    Unreadable,
}

/// <summary>
/// Classifies managed policies by their full ARN, in every partition. Which AWS managed policies lead to administrator was read from their
/// documents, not from their names (<see cref="ManagedPolicyVerdicts"/>): AdministratorAccess-Amplify may write roles without conditions,
/// AdministratorAccess-AWSElasticBeanstalk may not.
/// </summary>
internal static class ManagedPolicies
{
    private const string QuarantineName = "AWSCompromisedKeyQuarantine";

    /// <summary>The names AWS gives to the inline form of its quarantine.</summary>
    private static readonly string[] s_inlineQuarantine = ["AWSExposedCredentialPolicy_DO_NOT_REMOVE"];

    internal static ManagedPolicyKind KindOf(string? policyArn)
    {
        if (!AwsArn.TryParse(policyArn, out var arn) || arn.Service != "iam") return ManagedPolicyKind.Unreadable;
        if (arn.IsAwsManagedPolicy("AWSDenyAll")) return ManagedPolicyKind.DenyAll;
        if (IsQuarantineName(arn.Name) && arn.IsAwsManagedPolicy(arn.Name)) return ManagedPolicyKind.Quarantine;
        if (!arn.HasAwsPartition || arn.AccountId != "aws") return ManagedPolicyKind.Customer;
        return ManagedPolicyVerdicts.Of(arn) switch
        {
            null => ManagedPolicyKind.Unknown,
            ManagedPolicyVerdict.Administrator => ManagedPolicyKind.Administrator,
            ManagedPolicyVerdict.Escalation or ManagedPolicyVerdict.PowerUser => ManagedPolicyKind.Escalation,
            ManagedPolicyVerdict.MayEscalate => ManagedPolicyKind.MayEscalate,
            _ => ManagedPolicyKind.Ordinary,
        };
    }

    /// <summary>True for the name of an inline policy that AWS puts as its quarantine, in any version.</summary>
    internal static bool IsInlineQuarantine(string? policyName) => policyName is not null
        && (IsQuarantineName(policyName)
            || Array.Exists(s_inlineQuarantine, name => string.Equals(name, policyName, StringComparison.Ordinal)));

    private static bool IsQuarantineName(string name) => name.StartsWith(QuarantineName, StringComparison.Ordinal)
        && name[QuarantineName.Length..] is "" or ['V', >= '1' and <= '9', ..];
}
