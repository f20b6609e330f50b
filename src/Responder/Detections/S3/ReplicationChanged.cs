using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>New objects of a bucket are copied elsewhere, or no longer are.</summary>
internal sealed class ReplicationChanged : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.replication-changed",
        Title = "Bucket replication to a foreign account, changed or removed",
        Description = "Replication copies every new object to another bucket by itself: to one of a foreign account it is exfiltration "
            + "without a read. "
            + "Removing replication takes the second copy away. A destination whose account the event does not name may be foreign.",
        Severity = Severity.High,
        Watches = [Watch.Calls(S3Call.Source, "PutBucketReplication", "DeleteBucketReplication")],
        Techniques = ["T1537", "T1020"],
        Controls = ["pci-dss:1.3.2", "soc2:CC6.7", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            ["See which destination the reasons name, and whose account it is.", "See who may pass the replication role."],
            ["Stop copying: aws s3api delete-bucket-replication --bucket {resource}",
                "Objects that were copied since the call must be counted as disclosed if the destination is foreign."],
            ["Backup or log archive in another account of the same organisation."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.EventName == "DeleteBucketReplication")
        {
            if (!e.Actor.IsAwsServiceOnItsOwn)
                yield return S3Call.Finding(
                    Info, e, Severity.Medium, $"Replication of {S3Call.Named(e)} removed",
                    "New objects are no longer copied to the second bucket");
            yield break;
        }

        var configuration = S3Call.First(e.Request["ReplicationConfiguration"]).Unwrapped;
        var rules = (configuration["Rule"].Exists ? configuration["Rule"] : configuration["Rules"]).Items.ToList();
        if (e.RequestOmitted || rules.Count == 0)
        {
            yield return S3Call.Unread(Info, e, Severity.High, $"Replication of {S3Call.Named(e)} set, content unknown");
            yield break;
        }

        var undo = S3Call.Command(e, "delete-bucket-replication");
        var enabled = rules.Where(static rule => !string.Equals(rule["Status"].Text, "Disabled", StringComparison.OrdinalIgnoreCase))
            .ToList();
        var accounts = enabled.Select(static rule => Account(rule["Destination"])).ToList();
        var foreign = accounts.Where(account => account is not null && !Estate.IsOurs(account, e)).Distinct(StringComparer.Ordinal)
            .ToList();
        if (foreign.Count > 0)
        {
            yield return S3Call.Finding(Info, e, Severity.High, $"{Capital(S3Call.Named(e))} is replicated to foreign account {foreign[0]}",
                [.. foreign.Select(static account => $"A rule copies new objects to account {account}")]) with
            { UndoCommand = undo };
        }
        else if (accounts.Contains(null))
        {
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Replication of {S3Call.Named(e)} set",
                "The event does not say whose the destination bucket is") with
            {
                UndoCommand = undo,
            };
        }
        else if (enabled.Count == 0)
        {
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"Replication of {S3Call.Named(e)} switched off", "Every rule is disabled");
        }
        else if (!e.Actor.IsAwsServiceOnItsOwn)
        {
            yield return S3Call.Finding(
                Info, e, Severity.Low, $"Replication of {S3Call.Named(e)} set", "Every destination is in an account of ours");
        }
    }

    /// <summary>The account of the destination, as named or from an ARN that contains it; null when the event does not say.</summary>
    private static string? Account(JsonView destination)
    {
        if (destination["Account"].Text is { Length: > 0 } account) return account;
        return AwsArn.TryParse(destination["Bucket"].Text, out var arn) && arn.AccountId.Length > 0 ? arn.AccountId : null;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
