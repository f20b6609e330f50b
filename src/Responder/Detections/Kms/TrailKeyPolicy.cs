using Responder.Policies;

namespace Responder.Detections.Kms;

/// <summary>
/// What the policy of a trail's key must allow. Source:
/// docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
/// </summary>
internal static class TrailKeyPolicy
{
    private const string Trail = "cloudtrail.amazonaws.com";
    private const string Encrypt = "kms:GenerateDataKey";

    /// <summary>
    /// True when a statement lets CloudTrail generate data keys and no Deny certainly takes that back. The conditions of an Allow are
    /// assumed to fit the trail: they name it by its ARN, which the event does not contain.
    /// </summary>
    public static bool LetsTrailEncrypt(PolicyDocument document) =>
        document.Statements.Any(static s => s.IsAllow && Speaks(s))
            && !document.Statements.Any(static s => TrailCall.IsDenied(s) && Speaks(s));

    private static bool Speaks(PolicyStatement statement) => statement.MatchesAction(Encrypt)
        && statement.Principals is { } who && who.Values.Any(IsTrail) != who.IsNegated;

    private static bool IsTrail(PolicyPrincipal principal) => principal.Value == "*"
        || (principal.Type == "Service" && principal.Value == Trail);
}
