using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>The block that keeps buckets from becoming public was removed or has a gap.</summary>
internal sealed class PublicAccessBlockWeakened : IDetection
{
    private static readonly string[] s_settings = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.public-access-block-weakened",
        Title = "Block Public Access removed or weakened",
        Description = "The public-access block of a bucket or of the whole account was deleted, or one of its four settings is off. "
            + "It is the last guard against a public policy or ACL, and the usual first step before one.",
        Severity = Severity.High,
        Watches =
        [
            Watch.Calls(
                S3Call.Source, "PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock", "PutAccountPublicAccessBlock",
                "DeleteAccountPublicAccessBlock",
                "PutPublicAccessBlock", "DeletePublicAccessBlock"),
        ],
        Techniques = ["T1562", "T1530"],
        Controls = ["cis:2.1.4", "pci-dss:1.4.4", "soc2:CC6.1", "soc2:CC6.6", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["See whether a policy or ACL of {resource} was opened by {actor} afterwards.",
                "Ask the owner of {resource} whether public access is meant."],
            [
                "Switch all four settings on again: {undo}",
                "Without one, for the whole account: aws s3control put-public-access-block --account-id {account} "
                    + "--public-access-block-configuration "
                    + "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
            ],
            ["A website bucket that was approved.", "A stack that is being deleted removes the block shortly before its bucket."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var what = S3Call.Bucket(e) is { } bucket
            ? "bucket " + bucket
            : e.EventName.Contains("Account", StringComparison.Ordinal)
            ? "the account"
            : "a bucket or the account";
        if (e.EventName.StartsWith("Delete", StringComparison.Ordinal))
        {
            if (!e.Actor.IsAwsServiceOnItsOwn)
                yield return Found(e, $"Public-access block of {what} removed", ["Public policies and ACLs take effect again"]);
            yield break;
        }

        var configuration = Configuration(e.Request);
        if (e.RequestOmitted || !configuration.IsObject)
        {
            yield return S3Call.Unread(Info, e, Severity.High, $"Public-access block of {what} set, content unknown") with
            {
                UndoCommand = Undo(e),
            };
            yield break;
        }

        // S3 treats a setting that is left out as false.
        var off = s_settings.Where(setting => S3Call.First(configuration[setting]).Flag != true).ToList();
        if (off.Count > 0)
            yield return Found(e, $"Public-access block of {what} weakened", [.. off.Select(static setting => setting + " is off")]);
    }

    private Finding Found(CloudTrailEvent e, string title, IReadOnlyList<string> reasons) =>
        S3Call.Finding(Info, e, Severity.High, title, reasons) with { UndoCommand = Undo(e) };

    private static JsonView Configuration(JsonView request)
    {
        JsonView[] places =
        [
            request["PublicAccessBlockConfiguration"],
            request["PutPublicAccessBlockRequest"]["PublicAccessBlockConfiguration"],
            request["PutAccountPublicAccessBlockRequest"]["PublicAccessBlockConfiguration"],
        ];
        return places.Select(S3Call.First).FirstOrDefault(static p => p.Exists).Unwrapped;
    }

    private static ShellCommand? Undo(CloudTrailEvent e)
    {
        var all = ("--public-access-block-configuration", string.Join(',', s_settings.Select(static setting => setting + "=true")));
        if (S3Call.Bucket(e) is not null) return S3Call.Command(e, "put-public-access-block", all);
        return e.AccountId is { } account && !e.EventName.Contains("Bucket", StringComparison.Ordinal)
            ? Shell.Command(
                "aws s3control put-public-access-block", ("--account-id", account), all,
                ("--region", e.Region is { Length: > 0 } region ? region : "us-east-1"))
            : null;
    }
}
