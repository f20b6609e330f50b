using System.Globalization;
using System.Text.RegularExpressions;

namespace Responder.Integrity;

/// <summary>The digests of one trail in one account and region, stored in one place; each names the one before.</summary>
/// <param name="Prefix">The part of the key before <c>AWSLogs/</c>; empty, or with a trailing slash.</param>
/// <param name="Organization"><c>o-…</c> for an organization trail; else null.</param>
/// <param name="IsBackfill">True for late (backfill) digests, which have a chain of their own or none.</param>
public sealed record DigestChain(
    string Bucket, string Prefix, string? Organization, string Account, string Region, string Trail, string HomeRegion, bool IsBackfill);

/// <summary>
/// A digest's key:
/// <c>[prefix/]AWSLogs/[o-id/]account/CloudTrail-Digest/region/yyyy/MM/dd/</c>, then
/// <c>account_CloudTrail-Digest_region_trail_home-region_yyyyMMddTHHmmssZ[_backfill].json.gz</c>.
/// </summary>
/// <param name="End">End of the hour that the digest covers.</param>
public sealed partial record DigestName(S3Name Name, DigestChain Chain, DateTimeOffset End)
{
    /// <summary>Null when the key is not that of a digest.</summary>
    public static DigestName? Parse(S3Name name)
    {
        var match = Pattern().Match(name.Key);
        if (!match.Success || !DateTimeOffset.TryParseExact(
            match.Groups["end"].Value, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
        {
            return null;
        }

        string Part(string group) => match.Groups[group].Value;
        return new DigestName(
            name,
            new DigestChain(
                name.Bucket, Part("prefix"), Part("org") is { Length: > 0 } organization ? organization : null, Part("account"),
                Part("region"),
                Part("trail"), Part("home"), match.Groups["backfill"].Success),
            end);
    }

    [GeneratedRegex(
        @"^(?<prefix>(?:.*/)?)AWSLogs/(?:(?<org>o-[a-z0-9]+)/)?(?<account>[0-9]{12})/"
        + @"CloudTrail-Digest/(?<region>[a-z0-9-]+)/[0-9]{4}/[0-9]{2}/[0-9]{2}/"
        + @"\k<account>_CloudTrail-Digest_\k<region>_(?<trail>[A-Za-z0-9._-]+)_(?<home>[a-z0-9-]+)_"
        + @"(?<end>[0-9]{8}T[0-9]{6}Z)(?<backfill>_backfill)?\.json\.gz\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
