using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class S3ObjectDeletions
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "s3-object-deletions",
        Title = "Who deleted S3 objects and buckets?",
        Definition = "DeleteObject, DeleteObjects and DeleteBucket of S3 that worked. Objects are there only when the trail records S3 "
            + "data events; DeleteObjects does "
            + "not name its keys; what a lifecycle rule expires is no call.",
        Days = 30,
        Where = Call("s3.amazonaws.com", "DeleteObject", "DeleteObjects", "DeleteBucket"),
        WorkedOnly = true,
        Columns = Row(new Column("bucket", Request("bucketName")), new Column("key", Request("key"))),
    };
}
