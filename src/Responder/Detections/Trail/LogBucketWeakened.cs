using System.Globalization;
using Responder.Detections.S3;
using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

internal sealed class LogBucketWeakened : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.log-bucket-weakened",
        Title = "Bucket of the audit logs destroyed or weakened",
        Description = "The bucket that keeps a trail's log files was deleted, made to expire them within a week, or lost what protects "
            + "them: versioning, object lock, "
            + "its policy. Whether a bucket is a trail's is told by LOG_BUCKETS, by its name (cloudtrail, audit-trail, Control Tower's "
                + "names) or by the "
            + "prefix that the call names (AWSLogs, CloudTrail); a log bucket by another name is seen by the detections on buckets.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches =
        [
            Watch.Calls(
                S3Call.Source, "DeleteBucket", "PutBucketLifecycle", "PutBucketLifecycleConfiguration", "PutBucketVersioning",
                "PutObjectLockConfiguration", "PutBucketObjectLockConfiguration", "DeleteBucketPolicy", "PutBucketPolicy"),
        ],
        Techniques = ["T1562.008", "T1070", "T1485"],
        Controls = ["cis:4.5", "cis:3.4", "pci-dss:10.3.2", "pci-dss:10.5.1", "soc2:CC7.2", "hipaa:164.312(c)(1)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether a trail writes to {resource}: aws cloudtrail describe-trails",
                "Which log files are left, and which versions of them: aws s3api list-object-versions --bucket {resource}",
            ],
            Do:
            [
                "Take the change back: expiry runs at the next midnight UTC, until then nothing is lost",
                "Of a deleted bucket: create one by the same name at once, before somebody else takes the name and receives the logs",
                "Copy what is left to another account, and cut off {actor} until it has explained itself",
            ],
            BenignCauses: ["The log archive moves, announced beforehand", "A test account with a trail of its own was emptied"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var isTrails = Estate.IsLogBucket(S3Call.Bucket(e));
        var bucket = S3Call.Named(e);
        switch (e.EventName)
        {
            case "DeleteBucket" when isTrails:
                yield return Found(
                    Severity.Critical, $"Log bucket deleted: {bucket}",
                    "Log files can no longer be delivered to it; a bucket is empty when it can be deleted");
                break;

            case "PutBucketLifecycle" or "PutBucketLifecycleConfiguration":
                var configuration = S3Call.First(e.Request["LifecycleConfiguration"]).Unwrapped;
                if (e.RequestOmitted || !configuration.IsObject)
                {
                    if (isTrails)
                        yield return Found(
                            Severity.Critical, $"Lifecycle of the log {bucket} set, content unknown",
                            "How soon logs expire is not in the event: the worst is assumed");
                }
                else if (SoonestExpiry(configuration, isTrails, e.EventTime) is { } days and <= 90)
                {
                    yield return Found(
                        days <= 7 ? Severity.Critical : Severity.Medium,
                        $"Logs in {bucket} expire within {days.ToString("0", CultureInfo.InvariantCulture)} days",
                        "S3 deletes the log files without a single delete call");
                }
                else if (S3Call.Bucket(e) is { } named && Estate.LogBuckets.Contains(named)
                    && SoonestExpiry(configuration, isTrails, e.EventTime, elsewhere: true) is { } soon and <= 90)
                {
                    yield return Found(
                        Severity.Medium,
                        $"Objects in the log {bucket} expire within {soon.ToString("0", CultureInfo.InvariantCulture)} days",
                        "The rule is for a prefix; a trail may have been told to write below it, which the event does not show");
                }

                break;

            case "PutBucketVersioning" when isTrails:
                var versioning = S3Call.First(e.Request["VersioningConfiguration"]).Unwrapped;
                if (CallTable.Is(versioning["Status"], "Suspended"))
                    yield return Found(
                        Severity.Medium, $"Versioning of the log {bucket} suspended", "Log files that are overwritten or deleted are gone");
                else if (CallTable.Is(versioning["MfaDelete"], "Disabled"))
                    yield return Found(
                        Severity.Medium, $"MFA delete of the log {bucket} is off", "Versions of log files can be deleted without MFA");
                break;

            case "PutObjectLockConfiguration" or "PutBucketObjectLockConfiguration" when isTrails:
                var retention = S3Call.First(e.Request["ObjectLockConfiguration"]).Unwrapped["Rule"]["DefaultRetention"];
                if (!retention.IsObject)
                    yield return Found(
                        Severity.High, $"Object lock of the log {bucket} protects nothing",
                        "New log files have no retention and can be deleted");
                else if (CallTable.Is(retention["Mode"], "GOVERNANCE") || (retention["Days"].Number ?? double.MaxValue) < 90)
                    yield return Found(
                        Severity.Medium, $"Object lock of the log {bucket} is weak",
                        "Governance mode can be bypassed, and a short retention is soon over; what it was before is not in the event");
                break;

            case "PutBucketPolicy" when isTrails
                && PolicyDocument.Read(S3Call.First(e.Request["bucketPolicy"])) is { IsReadable: true } policy:
                var name = S3Call.Bucket(e) ?? "*";
                PolicyStatement[] reaching = [
                    .. policy.Statements.Where(
                        static statement => statement.MatchesAction("s3:PutObject") && TrailCall.Concerns(statement.Principals))];
                if (reaching.Any(TrailCall.IsDenied))
                    yield return Found(
                        Severity.High, $"Policy of the log {bucket} denies CloudTrail", "Log files can no longer be delivered to it");
                else if (!reaching.Any(statement => statement.IsAllow && TrailCall.ReachesLogs(statement, name)))
                    yield return Found(
                        Severity.Medium, $"Policy of the log {bucket} does not let CloudTrail write",
                        reaching.Any(static statement => statement.IsAllow)
                            ? "It lets CloudTrail write under another prefix only; unless the trail has that prefix, its log files can no "
                                + "longer be delivered"
                            : "When a trail writes to it, its log files can no longer be delivered");
                break;

            case "DeleteBucketPolicy" when isTrails:
                yield return Found(
                    Severity.High, $"Policy of the log {bucket} deleted",
                    "CloudTrail can no longer deliver log files, and what the policy denied is no longer denied");
                break;
        }

        Finding Found(Severity severity, string title, string reason) => S3Call.Finding(Info, e, severity, title, reason);
    }

    /// <summary>Days until the first log files expire; null when no enabled rule touches them.</summary>
    /// <param name="elsewhere">Asks for the rules that do not reach the logs where CloudTrail writes them by default.</param>
    private static double? SoonestExpiry(JsonView configuration, bool isTrails, DateTimeOffset? from, bool elsewhere = false)
    {
        double? soonest = null;
        foreach (var rule in (configuration["Rule"].Exists ? configuration["Rule"] : configuration["Rules"]).Items)
        {
            if (CallTable.Is(rule["Status"], "Disabled")) continue;
            var filter = rule["Filter"];
            var prefix = rule["Prefix"].Text ?? filter["Prefix"].Text ?? filter["And"]["Prefix"].Text;
            // In a trail's bucket, a rule without a prefix, or one that is limited in another way (tags, size), is taken to reach the logs.
            var reachesLogs = isTrails ? SecurityNames.ReachesTrails(prefix) : SecurityNames.IsTrailsPrefix(prefix);
            if (reachesLogs != elsewhere && LifecycleWeakened.DaysToExpiry(rule["Expiration"], from) is { } days && !(days >= soonest))
                soonest = days;
        }

        return soonest;
    }
}
