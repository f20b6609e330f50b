using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class Deletions
{
    private static readonly string[] s_named =
    [
        "bucketName", "userName", "roleName", "groupName", "policyArn", "functionName", "tableName", "stackName", "dBInstanceIdentifier",
        "groupId", "vpcId", "volumeId", "snapshotId", "logGroupName", "secretId", "queueUrl", "topicArn", "name",
    ];

    public static Hunt Hunt { get; } = new()
    {
        Id = "deletions",
        Title = "Who deleted what?",
        Definition = "Calls that worked, do not only read, and whose name begins with Delete, Terminate, Purge or Deregister. The resource "
            + "is the first that the "
            + "record lists, else what the request names. Single S3 objects are there when the trail records data events.",
        Days = 7,
        Where = new All(new StartsWith(Name, "Delete", "Terminate", "Purge", "Deregister"), Writes),
        WorkedOnly = true,
        Columns = Row(new Column("resource", new FirstOf([new ResourceArn(), .. s_named.Select(Request)]))),
    };
}
