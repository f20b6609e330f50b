using Responder.Detections.SignIn;
using Responder.Events;
using Responder.Policies;

namespace Responder.Detections;

/// <summary>
/// What belongs to the installation, from its settings, because no event says so. Values are compared as a whole: part of a name proves
/// nothing.
/// </summary>
public sealed record Estate
{
    private static readonly HashSet<string> s_none = new(StringComparer.Ordinal);

    /// <summary>Nothing is configured: names decide (docs/severity.md, "Names"), and every other account is foreign.</summary>
    public static Estate Unknown { get; } = new();

    /// <value>LOG_BUCKETS: buckets that store a trail's logs or other audit logs, besides those that are recognized by name.</value>
    public IReadOnlySet<string> LogBuckets { get; init; } = s_none;

    /// <value>TRAIL_KEY_ARNS: full ARNs of the KMS keys that encrypt the trail's log files.</value>
    public IReadOnlySet<string> TrailKeyArns { get; init; } = s_none;

    /// <value>
    /// TRUSTED_ACCOUNT_IDS: sibling accounts, twelve digits each; what is shared with them is not shared with a foreign account.
    /// </value>
    public IReadOnlySet<string> TrustedAccountIds { get; init; } = s_none;

    /// <value>
    /// ORGANIZATION_IDS: our organizations (<c>o-…</c>). When set, any other organization is foreign; when not set, a single one is taken
    /// to be ours.
    /// </value>
    public IReadOnlySet<string> OrganizationIds { get; init; } = s_none;

    /// <value>
    /// The roles of TRUSTED_PRINCIPAL_ARNS: whole ARNs, or with a star in place of the account. Whoever can make such a role, or become
    /// one, is not paged any more.
    /// </value>
    public IReadOnlySet<string> TrustedRoleArns { get; init; } = s_none;

    /// <value>BUSINESS_HOURS: when people work. When null, the hours from midnight to six UTC are unusual.</value>
    public BusinessHours? BusinessHours { get; init; }

    /// <param name="accountId">The account that the event is about.</param>
    public ResourceOwner OwnerOf(string? accountId) => new(accountId)
    {
        SiblingAccountIds = TrustedAccountIds,
        OrganizationIds = OrganizationIds,
    };

    /// <summary>True for the account of the event and for sibling accounts.</summary>
    public bool IsOurs(string? account, CloudTrailEvent e) => account is not null
        && (account == e.AccountId || TrustedAccountIds.Contains(account));

    public bool IsLogBucket(string? bucket) => SecurityNames.IsTrails(bucket) || (bucket is not null && LogBuckets.Contains(bucket));

    /// <param name="key">ARN or bare id of the key that the event is about.</param>
    public bool IsTrailKey(string? key, CloudTrailEvent e)
    {
        if (key is null || TrailKeyArns.Count == 0) return false;
        if (TrailKeyArns.Contains(key)) return true;
        // A bare id belongs to the account and region of the call; where the event lacks one of them, the id (random, 128 bits) is enough.
        return !key.Contains(':', StringComparison.Ordinal)
            && TrailKeyArns.Any(known => AwsArn.TryParse(known, out var arn) && arn.Name == key
            && (e.AccountId is null || e.AccountId == arn.AccountId) && (e.Region is null || e.Region == arn.Region));
    }
}
