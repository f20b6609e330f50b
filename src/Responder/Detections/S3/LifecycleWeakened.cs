using System.Globalization;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>A lifecycle rule that makes objects expire soon: a deletion that no DeleteObject event shows.</summary>
internal sealed class LifecycleWeakened : IDetection
{
    /// <summary>An expiry within this many days counts as a weakening; a later one is housekeeping.</summary>
    private const int SoonDays = 90;

    /// <summary>When old versions expire within this many days, there is too little time to restore overwritten data.</summary>
    private const int SoonNoncurrentDays = 7;

    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.lifecycle-weakened",
        Title = "Bucket lifecycle expires data soon",
        Description = "An enabled lifecycle rule deletes objects within 90 days, or old versions within 7. S3 then deletes silently and in "
            + "bulk: used to destroy data and logs without a single delete call. A rule for one prefix that holds no logs is LOW.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls(S3Call.Source, "PutBucketLifecycle", "PutBucketLifecycleConfiguration")],
        Techniques = ["T1485.001"],
        Controls = ["pci-dss:10.5.1", "soc2:CC7.2", "soc2:A1.2", "hipaa:164.312(c)(1)"],
        Runbook = new Runbook(
            ["See what {resource} holds: logs, backups, or scratch data.",
                "The first run comes at the next midnight UTC: until then nothing is deleted."],
            ["Put the former rules back from version control, or remove all rules: aws s3api delete-bucket-lifecycle --bucket {resource}"],
            ["Scratch, build or cache buckets.", "Retention shortened on purpose."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var configuration = S3Call.First(e.Request["LifecycleConfiguration"]).Unwrapped;
        if (e.RequestOmitted || !configuration.IsObject)
        {
            yield return S3Call.Unread(Info, e, Severity.Medium, $"Lifecycle of {S3Call.Named(e)} set, content unknown");
            yield break;
        }

        var rules = (configuration["Rule"].Exists ? configuration["Rule"] : configuration["Rules"]).Items
            .Where(static rule => !string.Equals(rule["Status"].Text, "Disabled", StringComparison.OrdinalIgnoreCase)).ToList();
        // A rule for one prefix that is not the logs' clears a corner of the bucket.
        var isTrails = SecurityNames.IsTrails(S3Call.Bucket(e));
        var wide = rules.Where(rule => Prefix(rule) is null or "" or "/"
            || (isTrails ? SecurityNames.ReachesTrails(Prefix(rule)) : SecurityNames.IsTrailsPrefix(Prefix(rule)))).ToList();
        var days = Soonest(wide, e.EventTime);
        var noncurrent = Noncurrent(wide);

        if (days <= SoonDays)
        {
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Lifecycle of {S3Call.Named(e)} expires objects within {Text(days.Value)} days",
                "An enabled rule deletes current objects") with
            { UndoCommand = S3Call.Command(e, "delete-bucket-lifecycle") };
        }
        else if (noncurrent <= SoonNoncurrentDays)
        {
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Lifecycle of {S3Call.Named(e)} expires old versions within {Text(noncurrent.Value)} days",
                "Overwritten or deleted objects cannot be brought back for long") with
            {
                UndoCommand = S3Call.Command(e, "delete-bucket-lifecycle"),
            };
        }
        else if (Soonest(rules, e.EventTime) is not null || Noncurrent(rules) is not null)
        {
            yield return S3Call.Finding(
                Info, e, Severity.Low, $"Lifecycle of {S3Call.Named(e)} expires objects",
                "Enabled rules delete objects, but not soon, or only under prefixes that hold no logs");
        }
    }

    /// <summary>The prefix that a rule is limited to; null when it has none, or is limited in another way (tags, size).</summary>
    private static string? Prefix(JsonView rule) =>
        rule["Prefix"].Text ?? rule["Filter"]["Prefix"].Text ?? rule["Filter"]["And"]["Prefix"].Text;

    private static double? Soonest(List<JsonView> rules, DateTimeOffset? callTime) =>
        rules.Select(rule => DaysToExpiry(rule["Expiration"], callTime)).Min();

    private static double? Noncurrent(List<JsonView> rules) =>
        rules.Select(static rule => rule["NoncurrentVersionExpiration"]).Where(static n => n.IsObject)
            .Select(static n => n["NoncurrentDays"].Number ?? 0).Cast<double?>().Min();

    /// <summary>Days until current objects expire; null when the rule does not expire them, 0 when the event does not say when.</summary>
    internal static double? DaysToExpiry(JsonView expiration, DateTimeOffset? callTime)
    {
        if (!expiration.IsObject) return null;
        if (expiration["Days"].Number is { } days) return days;
        if (expiration["Date"].Exists)
        {
            return callTime is { } from
                && DateTimeOffset.TryParse(
                    expiration["Date"].Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? Math.Max(0, Math.Ceiling((date - from).TotalDays))
                : 0;
        }

        return expiration["ExpiredObjectDeleteMarker"].Exists && !expiration["Days"].Exists ? null : 0;
    }

    private static string Text(double days) => days.ToString("0", CultureInfo.InvariantCulture);
}
