using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class AdministratorActions
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "administrator-actions",
        Title = "Who did what only administrators do?",
        Definition =
            "By what was done, whoever did it and whether it worked or not: calls of IAM, Organizations and Identity Center that do not "
            + "only read, and those of CloudTrail, Config, GuardDuty, Security Hub and KMS that switch records, "
            + "detection or keys off or change who may use them.",
        Days = 90,
        IsSaved = false,
        Where = new Any(
            new All(
                new In(
                    Source, "iam.amazonaws.com", "organizations.amazonaws.com", "sso.amazonaws.com", "sso-directory.amazonaws.com",
                    "identitystore.amazonaws.com"), Writes),
            Call(
                "cloudtrail.amazonaws.com", "StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "PutInsightSelectors",
                "DeleteEventDataStore", "UpdateEventDataStore", "StopEventDataStoreIngestion"),
            Call(
                "config.amazonaws.com", "StopConfigurationRecorder", "DeleteConfigurationRecorder", "PutConfigurationRecorder",
                "DeleteDeliveryChannel"),
            Call(
                "guardduty.amazonaws.com", "DeleteDetector", "UpdateDetector", "DisassociateFromAdministratorAccount",
                "DisassociateFromMasterAccount", "DeleteMembers", "StopMonitoringMembers"),
            Call("securityhub.amazonaws.com", "DisableSecurityHub", "BatchDisableStandards", "DisassociateFromAdministratorAccount"),
            Call("kms.amazonaws.com", "PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey", "CreateGrant")),
        Columns = RowWithError(),
    };
}
