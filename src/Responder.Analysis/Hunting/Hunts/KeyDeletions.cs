using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class KeyDeletions
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "key-deletions",
        Title = "Who deleted or disabled a KMS key?",
        Definition = "ScheduleKeyDeletion, DisableKey and DeleteImportedKeyMaterial of KMS, whether they worked or not. A waiting time "
            + "that is not shown is 30 days.",
        Days = 30,
        Where = Call("kms.amazonaws.com", "ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"),
        Columns = RowWithError(
            new Column("key", new FirstOf(new ResourceArn(), Request("keyId"))),
            new Column("waiting_days", Request("pendingWindowInDays"))),
    };
}
