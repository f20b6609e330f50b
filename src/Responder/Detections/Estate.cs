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

    /// <value>
    /// LOG_BUCKETS: buckets that store a trail's logs or other audit logs, besides those that are recognized by name. Once set, logs may be
    /// sent to no other.
    /// </value>
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

    /// <value>The users of TRUSTED_PRINCIPAL_ARNS: whole ARNs. Whoever gets such a name is not paged any more.</value>
    public IReadOnlySet<string> TrustedUserArns { get; init; } = s_none;

    /// <value>BUSINESS_HOURS: when people work. When null, the hours from midnight to six UTC are unusual.</value>
    public BusinessHours? BusinessHours { get; init; }

    /// <summary>The owner of what the event is about, at the time of the event.</summary>
    public ResourceOwner OwnerOf(CloudTrailEvent e) => OwnerOf(e, e.AccountId);

    /// <param name="accountId">The account of a resource that lies elsewhere.</param>
    public ResourceOwner OwnerOf(CloudTrailEvent e, string? accountId) => new(accountId, e.EventTime)
    {
        SiblingAccountIds = TrustedAccountIds,
        OrganizationIds = OrganizationIds,
    };

    /// <summary>
    /// True for the name of one of these. The name alone decides, because most calls do not tell the path; a star in place of the account
    /// stands for any.
    /// </summary>
    public static bool IsTrustedName(IReadOnlySet<string> trusted, string? name, CloudTrailEvent e) => name is not null
        && trusted.Any(one => AwsArn.TryParse(one, out var arn) && string.Equals(arn.Name, name, StringComparison.Ordinal)
            && (arn.AccountId == "*" || e.AccountId is null || arn.AccountId == e.AccountId));

    /// <summary>True for the account of the event and for sibling accounts.</summary>
    public bool IsOurs(string? account, CloudTrailEvent e) => account is not null
        && (account == e.AccountId || TrustedAccountIds.Contains(account));

    /// <summary>True for a bucket whose harm harms the logs: a name like a trail's is enough.</summary>
    public bool IsLogBucket(string? bucket) => SecurityNames.IsTrails(bucket) || (bucket is not null && LogBuckets.Contains(bucket));

    /// <summary>
    /// True for a bucket that logs may be sent to. Whoever sends them away chooses the name, so a name like a trail's proves nothing: only
    /// LOG_BUCKETS counts, and where that is not set, a name as AWS makes it with the id of an account of ours in it.
    /// </summary>
    public bool IsOwnLogBucket(string? bucket, CloudTrailEvent e) => bucket is not null && (LogBuckets.Count > 0
        ? LogBuckets.Contains(bucket)
        : ((string?[])[e.AccountId, .. TrustedAccountIds]).Any(id => id is not null && SecurityNames.IsNamedByAws(bucket, id)));

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
