using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>An export or transfer of data to a bucket that belongs, or may belong, to somebody else.</summary>
internal sealed class DataCopiedOutside : IDetection
{
    private const string BedrockOutput = "outputDataConfig.s3OutputDataConfig.";

    /// <summary>Calls that write data to a bucket, with the members that name it and its owner.</summary>
    private static readonly (string Source, string Name, string[] Buckets, string[] Owners)[] s_calls =
    [
        ("dynamodb.amazonaws.com", "ExportTableToPointInTime", ["s3Bucket"], ["s3BucketOwner"]),
        ("datasync.amazonaws.com", "CreateLocationS3", ["s3BucketArn"], []),
        ("rds.amazonaws.com", "StartExportTask", ["s3BucketName"], []),
        ("elasticache.amazonaws.com", "CopySnapshot", ["targetBucket"], []),
        ("logs.amazonaws.com", "CreateExportTask", ["destination"], []),
        ("ec2.amazonaws.com", "CreateStoreImageTask", ["bucket"], []),
        ("ec2.amazonaws.com", "CreateInstanceExportTask", ["exportToS3.s3Bucket"], []),
        ("ec2.amazonaws.com", "ExportImage", ["s3ExportLocation.s3Bucket"], []),
        // Only with an owner: nearly every job writes to a bucket of one's own without naming it.
        ("bedrock.amazonaws.com", "CreateModelInvocationJob", [BedrockOutput + "s3BucketOwner"], [BedrockOutput + "s3BucketOwner"]),
    ];

    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "data.copied-outside",
        Title = "Data exported to a bucket of somebody else",
        Description =
            "A table, database, disk image or bucket is copied to a bucket. Where the call names a foreign owner of the bucket it "
            + "is HIGH: what was copied away cannot be called back. A bucket's name tells no owner, so a transfer that names only the "
            + "bucket is MEDIUM for DataSync, whose whole purpose is copying elsewhere, and LOW otherwise.",
        Severity = Severity.High,
        Watches = [
            .. s_calls.GroupBy(static call => call.Source)
            .Select(static calls => Watch.Calls(calls.Key, [.. calls.Select(static call => call.Name)]))],
        Techniques = ["T1537", "T1567.002"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.7", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Whose {resource} is: aws s3api head-bucket --bucket NAME --expected-bucket-owner ACCOUNT",
                "What the export holds, and whether {actor} planned it"],
            ["Cancel the export while it runs, and deny s3:PutObject to foreign buckets with aws:ResourceAccount",
                "Assume that what was exported is known to the owner of the bucket"],
            ["Data is moved to an archive account of the organisation: list it in TRUSTED_ACCOUNT_IDS"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var call = Array.Find(s_calls, call => e.Is(call.Source, call.Name));
        if (call.Name is null) yield break;
        var request = e.Request[e.EventName + "Request"] is { IsObject: true } wrapped ? wrapped : e.Request;
        var bucket = First(request, call.Buckets);
        if (bucket is null) yield break;
        var owner = First(request, call.Owners);
        if (owner is not null && Estate.IsOurs(owner, e)) yield break;

        var what = $"{CallClass.ServiceOf(e)} {e.EventName}";
        var uri = First(request, [BedrockOutput + "s3Uri"]);
        var named = AwsArn.TryParse(bucket, out var arn) ? arn.Resource : uri ?? bucket;
        yield return owner is not null
            ? new Finding(Info, Severity.High, $"Data exported to bucket {named} of foreign account {owner} ({what})")
            {
                Resource = bucket,
                Reasons = [$"The bucket belongs to account {owner}"],
            }
            : new Finding(
                Info, e.EventSource.StartsWith("datasync", StringComparison.Ordinal) ? Severity.Medium : Severity.Low,
                $"Data may be copied to bucket {named} ({what})")
            {
                Resource = bucket,
                Reasons = ["A bucket's name does not tell whose it is"],
            };
    }

    private static string? First(JsonView request, string[] paths) => paths
        .Select(path => path.Split('.').Aggregate(request, static (view, member) => view[member]).Text)
        .FirstOrDefault(static text => text is { Length: > 0 });
}
