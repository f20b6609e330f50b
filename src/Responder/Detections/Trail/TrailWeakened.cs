using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

internal sealed class TrailWeakened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.weakened",
        Title = "Trail weakened",
        Description = "UpdateTrail made the trail see less, or sends its logs elsewhere: one region only, no global services, no log file "
            + "validation, "
            + "another bucket, another key, no log group. The event does not show the old values, so naming a bucket or key counts as "
                + "changing it.",
        Severity = Severity.High,
        PagesTrustedActors = true,
        Watches = [Watch.Calls("cloudtrail.amazonaws.com", "UpdateTrail")],
        Techniques = ["T1562.008"],
        Controls = ["cis:4.5", "cis:3.2", "pci-dss:10.3.4", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "The trail as it is now: aws cloudtrail get-trail --name {resource} --region {region}",
                "Whether the bucket and the key belong to you, and what the trail used before (an earlier UpdateTrail or CreateTrail)",
            ],
            Do:
            [
                "Set back what the reasons below name",
                "If the bucket changed: collect the files that were delivered there since, and look for gaps",
                "Ask {actor}; cut it off when nobody knows the change",
            ],
            BenignCauses: ["Infrastructure code restates bucket and key unchanged", "The log archive moves, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var name = TrailName.Of(e);
        var trail = TrailName.Begin(name);
        if (e.RequestOmitted || !e.Request.IsObject || !e.Request.Members.Any())
        {
            yield return new Finding(
                Info, e.RequestOmitted ? Severity.High : Severity.Medium, $"{trail} changed, the change is not in the record")
            {
                Resource = name,
                Reasons = ["The call succeeded, but its parameters are missing: read the trail itself"],
            };
            yield break;
        }

        var reasons = new List<string>();
        var options = new List<CommandPart>();
        Switch("isMultiRegionTrail", "It records one region only", "--is-multi-region-trail");
        Switch("enableLogFileValidation", "Changed log files can no longer be told from genuine ones", "--enable-log-file-validation");
        Switch("includeGlobalServiceEvents", "IAM, STS and other global calls are no longer recorded", "--include-global-service-events");
        Switch("isOrganizationTrail", "Member accounts are no longer recorded", "--is-organization-trail");
        if (Named("s3BucketName") is { } bucket) reasons.Add($"Logs go to bucket {bucket}");
        if (e.Request["kmsKeyId"] is { IsString: true } key)
            reasons.Add(
                key.Text is { Length: > 0 } id ? $"Logs are encrypted with key {id}" : "Logs are no longer encrypted with a key of yours");
        if (e.Request["cloudWatchLogsLogGroupArn"] is { IsString: true } logs)
            reasons.Add(logs.Text is { Length: > 0 } arn ? $"Copies go to log group {arn}" : "Copies no longer go to a log group");

        if (reasons.Count > 0)
        {
            yield return new Finding(Info, Severity.High, $"{trail} weakened: {Lower(reasons[0])}")
            {
                Resource = name,
                Reasons = reasons,
                UndoCommand = options.Count == 0 ? null : TrailName.Command(e, name, "update-trail", "--name", [.. options]),
            };
        }
        else if (e.Request["s3KeyPrefix"].Exists)
        {
            yield return new Finding(Info, Severity.Medium, $"{trail} writes to another prefix of its bucket")
            {
                Resource = name,
                Reasons = ["Whatever reads the logs under the old prefix no longer sees them"],
            };
        }

        void Switch(string field, string reason, string option)
        {
            if (e.Request[field].Flag != false) return;
            reasons.Add(reason);
            options.Add(option);
        }

        string? Named(string field) => e.Request[field].Text is { Length: > 0 } text ? text : null;
    }

    private static string Lower(string text) => char.IsUpper(text[1]) ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
