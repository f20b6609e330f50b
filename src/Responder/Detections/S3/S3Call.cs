using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>What the S3 detections share: which bucket a call is about, and how severe missing parameters are.</summary>
internal static class S3Call
{
    public const string Source = "s3.amazonaws.com";

    /// <summary>
    /// The name of the bucket or access point; null when there is none. Headers and query values of S3 calls are texts or lists of one
    /// text.
    /// </summary>
    public static string? Bucket(CloudTrailEvent e)
    {
        if (First(e.Request["bucketName"]).Text is { Length: > 0 } name) return name;
        foreach (var resource in e.Resources.Items)
        {
            if (AwsArn.TryParse(resource["ARN"].Text, out var arn) && arn is { Service: "s3", Resource: { Length: > 0 } bucket })
                return bucket.Split('/')[0];
        }

        return First(e.Request["name"]).Text is { Length: > 0 } accessPoint ? accessPoint : null;
    }

    public static string Named(CloudTrailEvent e) => Bucket(e) is { } bucket ? "bucket " + bucket : "a bucket";

    /// <summary>The first element of a list (S3 writes headers as lists of one), or the value itself.</summary>
    public static JsonView First(JsonView value) => value.IsArray ? value.Items.FirstOrDefault() : value;

    /// <summary>A finding on the bucket of the call.</summary>
    public static Finding Finding(
        DetectionInfo info, CloudTrailEvent e, Severity severity, string title, params IReadOnlyList<string> reasons) =>
        new(info, severity, title) { Resource = Bucket(e), Reasons = reasons };

    /// <summary>
    /// The call succeeded, but its parameters cannot be read. Leaving them out by making them too large is a way to hide, so that counts as
    /// the worst that the call can do.
    /// </summary>
    public static Finding Unread(DetectionInfo info, CloudTrailEvent e, Severity worst, string title) => e.RequestOmitted
        ? Finding(info, e, worst, title, "CloudTrail left the parameters out because they were too large, which hides what was set")
        : Finding(info, e, Severity.Medium, title, "The call worked, and the event does not say what was set");

    /// <summary>An AWS CLI command on the bucket, in the region of the call; null when the bucket is not known.</summary>
    public static ShellCommand? Command(CloudTrailEvent e, string verb, params ReadOnlySpan<CommandPart> options) =>
        Bucket(e) is { } bucket
            ? Shell.Command("aws s3api " + verb, [("--bucket", bucket), .. options, CommandPart.Region(e.Region)])
            : null;
}
