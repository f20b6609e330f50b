using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>A bucket or access point policy that lets the world or a foreign account in.</summary>
internal sealed class BucketPolicyOpened : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.bucket-policy-opened",
        Title = "Bucket policy lets everyone or a foreign account in",
        Description = "Reads the policy that was put on a bucket or access point and reports whom it lets in from outside the account. "
            + "Wildcards that a condition really confines are not reported as open. Data taken from a bucket cannot be called back.",
        Severity = Severity.High,
        Watches =
        [
            Watch.Calls(
                S3Call.Source, "PutBucketPolicy", "PutAccessPointPolicy", "PutMultiRegionAccessPointPolicy",
                "PutAccessPointPolicyForObjectLambda", "PutAccessGrantsInstanceResourcePolicy"),
            Watch.Calls("s3express.amazonaws.com", "PutBucketPolicy", "PutAccessPointPolicy"),
            Watch.Calls("s3-outposts.amazonaws.com", "PutBucketPolicy", "PutAccessPointPolicy"),
        ],
        Techniques = ["T1530", "T1537"],
        Controls = ["cis:4.8", "pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.6", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            [
                "Read the reasons: who is let in, and by which principal.",
                "Ask the owner of {resource} whether the sharing was meant, and whether the account or organisation named is known.",
                "Look in the data events or server access logs of {resource} for reads by others since the call.",
            ],
            [
                "Block public access at once: aws s3api put-public-access-block --bucket {resource} --public-access-block-configuration "
                    + "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
                "Put the former policy back from version control or AWS Config, or remove the policy: aws s3api delete-bucket-policy "
                    + "--bucket {resource}",
                "A named foreign account is not stopped by blocking public access: remove its statement.",
            ],
            ["A website bucket or public data set that was approved.", "Cross-account log delivery or a partner that was agreed upon."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var policy = Policy(e.Request);
        if (e.RequestOmitted || !policy.Exists || (policy.IsString && string.IsNullOrWhiteSpace(policy.Text)))
        {
            yield return S3Call.Unread(Info, e, Severity.High, $"Policy of {S3Call.Named(e)} set, content unknown");
            yield break;
        }

        var verdict = ResourceAccess.WhoIsLetIn(PolicyDocument.Read(policy), Estate.OwnerOf(e));
        var (severity, what) = verdict.Widest switch
        {
            Audience.Everyone => (Severity.High, "lets everyone in"),
            Audience.Foreign =>
                (Severity.High, verdict.OneForeigner is { } foreigner
                    ? $"lets {foreigner} in"
                    : "lets foreign accounts in"),
            Audience.OpenFederation => (Severity.High, "lets any identity of a federation in"),
            Audience.CannotBeTold => (Severity.Medium, "lets somebody in whose account cannot be told"),
            Audience.Unreadable => (Severity.Medium, "cannot be read"),
            Audience.Organization => (Severity.Low, "lets a whole organisation in"),
            Audience.AwsService when !e.Actor.IsAwsServiceOnItsOwn => (Severity.Low, "lets an AWS service in"),
            _ => (Severity.None, ""),
        };
        if (severity != Severity.None)
            yield return S3Call.Finding(Info, e, severity, $"Policy of {S3Call.Named(e)} {what}", verdict.Reasons) with
            {
                Says = [what, .. verdict.WaysIn],
                Width = (int)verdict.Widest,
            };
    }

    private static JsonView Policy(JsonView request)
    {
        JsonView[] places =
        [
            request["bucketPolicy"],
            request["PutAccessPointPolicyRequest"]["Policy"],
            request["PutAccessPointPolicyForObjectLambdaRequest"]["Policy"],
            request["PutAccessGrantsInstanceResourcePolicyRequest"]["Policy"],
            request["PutMultiRegionAccessPointPolicyRequest"]["Details"]["Policy"],
            request["Details"]["Policy"],
            request["policy"], // an empty text in PutBucketPolicy: the name of the sub-resource
        ];
        return places.Select(S3Call.First).FirstOrDefault(static p => p.Exists);
    }
}
