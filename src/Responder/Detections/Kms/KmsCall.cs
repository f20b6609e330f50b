using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>What the KMS detections share: which key a call is about, and how severe missing parameters are.</summary>
internal static class KmsCall
{
    public const string Source = "kms.amazonaws.com";

    /// <summary>The key's ARN if the event contains it anywhere; otherwise the id or alias in the request; otherwise null.</summary>
    public static string? Key(CloudTrailEvent e)
    {
        string?[] places =
        [
            e.Response["replicaKeyMetadata"]["arn"].Text, e.Response["keyMetadata"]["arn"].Text, e.Request["keyId"].Text,
            e.Response["keyId"].Text,
            .. e.Resources.Items.Select(static resource => resource["ARN"].Text),
        ];
        return places.FirstOrDefault(
            static text => AwsArn.TryParse(text, out var arn) && arn.Service == "kms"
            && arn.Resource.StartsWith("key/", StringComparison.Ordinal))
            ?? (e.Request["keyId"].Text is { Length: > 0 } id ? id : null);
    }

    /// <summary>"key 1234abcd-…", "alias/x" or "a key".</summary>
    public static string Named(CloudTrailEvent e) => Key(e) switch
    {
        null => "a key",
        { } key when AwsArn.TryParse(key, out var arn) => "key " + arn.Name,
        { } key => "key " + key,
    };

    public static Finding Finding(
        DetectionInfo info, CloudTrailEvent e, Severity severity, string title, params IReadOnlyList<string> reasons) =>
        new(info, severity, title) { Resource = Key(e), Reasons = reasons };

    /// <summary>
    /// A key that cannot be used any more: what it encrypts is lost. The trail's key takes the audit logs with it, whoever did it.
    /// </summary>
    public static Finding Loss(DetectionInfo info, Estate estate, CloudTrailEvent e, string title, string reason) =>
        estate.IsTrailKey(Key(e), e)
        ? Finding(
            info, e, Severity.Critical, title + ": the trail's key",
            "The trail's log files are encrypted with it (TRAIL_KEY_ARNS): delivery stops, and they cannot be read", reason) with
        {
            IsTampering = true,
        }
        : Finding(info, e, Severity.High, title, reason);

    /// <summary>
    /// The call succeeded, but its parameters cannot be read. Parameters left out because they were too large are a way to hide, so that
    /// pages.
    /// </summary>
    public static Finding Unread(DetectionInfo info, CloudTrailEvent e, string title) => e.RequestOmitted
        ? Finding(info, e, Severity.High, title, "CloudTrail left the parameters out because they were too large, which hides what was set")
        : Finding(info, e, Severity.Medium, title, "The call worked, and the event does not say what was set");

    /// <summary>An AWS CLI command on the key, in the key's region or else the call's; null when the key is not known.</summary>
    public static ShellCommand? Command(CloudTrailEvent e, string verb, params ReadOnlySpan<CommandPart> options)
    {
        if (Key(e) is not { } key) return null;
        var region = AwsArn.TryParse(key, out var arn) && arn.Region.Length > 0 ? arn.Region : e.Region;
        return Shell.Command("aws kms " + verb, [("--key-id", key), .. options, CommandPart.Region(region)]);
    }
}
