using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class BucketPolicyChanges
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "bucket-policy-changes",
        Title = "Who changed who may read a bucket?",
        Definition = "Calls of S3 that set or remove a bucket's policy, its ACL, or the public access block of a bucket or the account, "
            + "whether they worked or not.",
        Days = 30,
        Where = Call(
            "s3.amazonaws.com", "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketAcl", "PutBucketPublicAccessBlock",
            "DeleteBucketPublicAccessBlock",
            "PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"),
        Columns = RowWithError(new Column("bucket", Request("bucketName"))),
    };
}
