using Responder.Events;

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

    /// <summary>Any other AWS managed policy.</summary>
    Ordinary,

    /// <summary>A customer managed policy: only its document tells what it gives.</summary>
    Customer,

    /// <summary>Not an IAM ARN: nothing is known.</summary>
    Unreadable,
}

/// <summary>
/// Classifies managed policies by their full ARN, in every partition. Which AWS managed policies lead to administrator was read from their
/// documents, not from their names: AdministratorAccess-Amplify may write roles without conditions, AdministratorAccess-AWSElasticBeanstalk
/// may not.
/// </summary>
internal static class ManagedPolicies
{
    private static readonly string[] s_administrator = ["AdministratorAccess", "IAMFullAccess"];

    private static readonly string[] s_escalation = ["AdministratorAccess-Amplify", "PowerUserAccess", "AWSOpsWorksRegisterCLI"];

    private const string QuarantineName = "AWSCompromisedKeyQuarantine";

    /// <summary>The names AWS gives to the inline form of its quarantine.</summary>
    private static readonly string[] s_inlineQuarantine = ["AWSExposedCredentialPolicy_DO_NOT_REMOVE"];

    internal static ManagedPolicyKind KindOf(string? policyArn)
    {
        if (!AwsArn.TryParse(policyArn, out var arn) || arn.Service != "iam") return ManagedPolicyKind.Unreadable;
        if (Array.Exists(s_administrator, arn.IsAwsManagedPolicy)) return ManagedPolicyKind.Administrator;
        if (Array.Exists(s_escalation, arn.IsAwsManagedPolicy)) return ManagedPolicyKind.Escalation;
        if (arn.IsAwsManagedPolicy("AWSDenyAll")) return ManagedPolicyKind.DenyAll;
        if (IsQuarantineName(arn.Name) && arn.IsAwsManagedPolicy(arn.Name)) return ManagedPolicyKind.Quarantine;
        return arn.HasAwsPartition && arn.AccountId == "aws" ? ManagedPolicyKind.Ordinary : ManagedPolicyKind.Customer;
    }

    /// <summary>True for the name of an inline policy that AWS puts as its quarantine, in any version.</summary>
    internal static bool IsInlineQuarantine(string? policyName) => policyName is not null
        && (IsQuarantineName(policyName)
            || Array.Exists(s_inlineQuarantine, name => string.Equals(name, policyName, StringComparison.Ordinal)));

    private static bool IsQuarantineName(string name) => name.StartsWith(QuarantineName, StringComparison.Ordinal)
        && name[QuarantineName.Length..] is "" or ['V', >= '1' and <= '9', ..];
}
