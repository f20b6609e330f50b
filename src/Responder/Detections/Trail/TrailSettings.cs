using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

/// <summary>
/// The parameters of an UpdateTrail, each judged by itself; the worst one decides, whatever else is named. The event does not show the
/// former values.
/// </summary>
internal sealed class TrailSettings
{
    private readonly CloudTrailEvent _event;
    private readonly Estate _estate;
    private readonly List<(Severity Severity, string Reason)> _found = [];
    private readonly List<CommandPart> _undo = [];

    public TrailSettings(CloudTrailEvent e, Estate estate)
    {
        (_event, _estate) = (e, estate);
        Switch("isMultiRegionTrail", "It records one region only", "--is-multi-region-trail");
        Switch("enableLogFileValidation", "Changed log files can no longer be told from genuine ones", "--enable-log-file-validation");
        Switch("includeGlobalServiceEvents", "IAM, STS and other global calls are no longer recorded", "--include-global-service-events");
        Switch("isOrganizationTrail", "Member accounts are no longer recorded", "--is-organization-trail");
        Bucket();
        Key();
        LogGroup();
        if (e.Request["s3KeyPrefix"].Exists)
            Add(Severity.Medium, "Logs go under another prefix of the bucket: whatever reads the old one no longer sees them");
    }

    public Severity Worst => _found.Select(static found => found.Severity).DefaultIfEmpty(Severity.None).Max();

    public IReadOnlyList<string> Reasons =>
        [.. _found.OrderByDescending(static found => found.Severity).Select(static found => found.Reason)];

    /// <summary>The options that switch on again what was switched off.</summary>
    public IReadOnlyList<CommandPart> Undo => _undo;

    /// <summary>"weakened: logs go to bucket x", "set: logs are encrypted with key k"; follows the name of the trail.</summary>
    public string What => (Worst >= Severity.High ? "weakened: " : Worst == Severity.Medium ? "changed: " : "set: ")
        + (char.IsUpper(Reasons[0][1]) ? Reasons[0] : char.ToLowerInvariant(Reasons[0][0]) + Reasons[0][1..]);

    private void Bucket()
    {
        if (_event.Request["s3BucketName"] is not { Exists: true } value) return;
        if (value.Text is not { Length: > 0 } bucket) Add(Severity.High, "The bucket that it names cannot be read");
        else if (_estate.IsOwnLogBucket(bucket, _event)) Add(Severity.Low, $"Logs go to bucket {bucket}, a log bucket");
        else if (_estate.LogBuckets.Count == 0 && IsSavedByTheConsole && SecurityNames.IsTrails(bucket))
            Add(Severity.Low, $"Every setting is stated anew and every switch is on; bucket {bucket} may have been another one before");
        else Add(Severity.High, $"Logs go to bucket {bucket}, which is not known as a log bucket of ours");
    }

    /// <summary>
    /// True for a save in the console, which states every setting anew, with every switch on: hardening names the bucket as well.
    /// </summary>
    private bool IsSavedByTheConsole => Array.TrueForAll(
        ["isMultiRegionTrail", "enableLogFileValidation", "includeGlobalServiceEvents"], name => _event.Request[name].Flag == true);

    private void Key()
    {
        if (_event.Request["kmsKeyId"] is not { Exists: true } value) return;
        if (value is not { IsString: true, Text: { } key }) Add(Severity.High, "The key that it names cannot be read");
        else if (key.Length == 0) Add(Severity.High, "Logs are no longer encrypted with a key of yours");
        // A bare id or alias means the caller's account.
        else if (_estate.IsTrailKey(key, _event) || !AwsArn.TryParse(key, out var arn) || _estate.IsOurs(arn.AccountId, _event))
            Add(Severity.Low, $"Logs are encrypted with key {key}");
        else
            Add(Severity.High, $"Logs are encrypted with key {key} of account {arn.AccountId}, which can make them unreadable");
    }

    private void LogGroup()
    {
        var role = _event.Request["cloudWatchLogsRoleArn"];
        if (_event.Request["cloudWatchLogsLogGroupArn"] is not { Exists: true } value)
        {
            if (role is { IsString: true, Text: "" }) Add(Severity.High, "Copies no longer go to a log group: their role was taken off");
            return;
        }

        if (value is not { IsString: true, Text: { } group }) Add(Severity.High, "The log group that it names cannot be read");
        else if (group.Length == 0) Add(Severity.High, "Copies no longer go to a log group");
        else if (AwsArn.TryParse(group, out var arn) && !_estate.IsOurs(arn.AccountId, _event))
            Add(Severity.High, $"Copies go to log group {group} of account {arn.AccountId}");
        else if (SecurityNames.IsTrails(group)) Add(Severity.Low, $"Copies go to log group {group}");
        else Add(Severity.Medium, $"Copies go to log group {group}, which is not known as the trail's");
    }

    private void Switch(string field, string reason, string option)
    {
        if (_event.Request[field].Flag != false) return;
        Add(Severity.High, reason);
        _undo.Add(option);
    }

    private void Add(Severity severity, string reason) => _found.Add((severity, reason));
}
