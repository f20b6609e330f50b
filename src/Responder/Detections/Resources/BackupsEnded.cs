using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Resources;

/// <summary>What brings data back after it was destroyed.</summary>
internal sealed class BackupsEnded()
    : TableDetection(s_calls, "recoveryPointArn", "backupVaultName", "backupPlanId", "dBInstanceIdentifier", "dBClusterIdentifier",
        "dbiResourceId", "dBSnapshotIdentifier", "dBClusterSnapshotIdentifier", "clusterIdentifier", "snapshotIdentifier",
        "namespaceName", "backupArn", "tableName", "fileSystemId", "backupId", "snapshotName", "policyId", "identifier", "snapshotId",
        "vaultName", "legalHoldId", "sourceServerID", "bucketName", "globalClusterIdentifier", "userPoolId", "graphIdentifier",
        "policyStoreId", "incidentRecordArn", "clusterName", "imageId", "domainName")
{
    private static readonly TableCall[] s_calls =
    [
        new("backup", "DeleteRecoveryPoint", "Recovery point deleted", Severity.Medium),
        new("backup", "DisassociateRecoveryPoint", "Recovery point cut off from AWS Backup", Severity.Medium),
        new("backup", "DeleteBackupVault", "Backup vault deleted", Severity.Medium),
        new("backup", "DeleteBackupVaultLockConfiguration", "Lock of a backup vault removed", Severity.Medium),
        new("backup", "DeleteBackupVaultAccessPolicy", "Access policy of a backup vault removed", Severity.Medium),
        new("backup", "DeleteBackupPlan", "Backup plan deleted", Severity.Medium),
        new("backup", "DeleteBackupSelection", "Resources taken off a backup plan", Severity.Medium),
        new("backup", "UpdateRecoveryPointLifecycle", "Life of a recovery point changed", Severity.Medium,
            static e => e.Request["lifecycle"]["deleteAfterDays"].Number is > 0 and <= 30),
        new("rds", "DeleteDBInstance", "Database deleted without a final snapshot", Severity.Medium, WithoutSnapshot),
        new("rds", "DeleteDBCluster", "Database cluster deleted without a final snapshot", Severity.Medium, WithoutSnapshot),
        new("rds", "DeleteDBInstanceAutomatedBackup", "Automated backups of a database deleted", Severity.Medium),
        new("rds", "DeleteDBClusterAutomatedBackup", "Automated backups of a database cluster deleted", Severity.Medium),
        new("rds", "ModifyDBInstance", "Automated backups of a database switched off", Severity.Medium, KeepsNoBackups),
        new("rds", "ModifyDBCluster", "Automated backups of a database cluster switched off", Severity.Medium, KeepsNoBackups),
        new("redshift", "DeleteCluster", "Data warehouse deleted without a final snapshot", Severity.Medium,
            static e => e.Request["skipFinalClusterSnapshot"].Flag == true),
        new("redshift-serverless", "DeleteNamespace", "Data warehouse deleted without a final snapshot", Severity.Medium,
            static e => e.Request["finalSnapshotName"].Text is not { Length: > 0 }),
        new("dynamodb", "DeleteBackup", "Backup of a table deleted", Severity.Medium),
        new("dynamodb", "UpdateContinuousBackups", "Point-in-time recovery of a table switched off", Severity.Medium, static e =>
            e.Request["pointInTimeRecoverySpecification"]["pointInTimeRecoveryEnabled"].Flag == false),
        new("elasticfilesystem", "PutBackupPolicy", "Backups of a file system switched off", Severity.Medium,
            static e => CallTable.Is(e.Request["backupPolicy"]["status"], "DISABLED")),
        new("cloudhsm", "DeleteBackup", "Backup of an HSM deleted", Severity.Medium),
        new("rds", "StopDBInstanceAutomatedBackupsReplication", "Backups are no longer copied to another region", Severity.Medium),
        new("fsx", "DeleteBackup", "Backup of a file system deleted", Severity.Medium),
        new("fsx", "DeleteFileSystem", "File system deleted without a final backup", Severity.Medium, static e =>
            Configured(e, "windowsConfiguration") || Configured(e, "lustreConfiguration") || Configured(e, "openZFSConfiguration")),
        new("dlm", "DeleteLifecyclePolicy", "Policy that makes snapshots deleted", Severity.Medium),
        new("rbin", "DeleteRule", "Retention rule of the recycle bin deleted", Severity.Medium),
        new("rbin", "UnlockRule", "Retention rule of the recycle bin unlocked", Severity.Medium),
        new("ec2", "UnlockSnapshot", "Lock of a snapshot removed", Severity.Medium),
        new("glacier", "AbortVaultLock", "Lock of an archive vault given up", Severity.Medium),
        new("glacier", "DeleteVault", "Archive vault deleted", Severity.Medium),
        new("glacier", "DeleteVaultAccessPolicy", "Access policy of an archive vault removed", Severity.Low),
        new("backup", "CancelLegalHold", "Legal hold on recovery points ended", Severity.Medium),
        new("backup", "UpdateRegionSettings", "Kinds of resources taken off AWS Backup", Severity.Medium,
            static e => e.Request["resourceTypeOptInPreference"].Members.Any(static kind => kind.Value.Flag == false)),
        new("dlm", "UpdateLifecyclePolicy", "Policy that makes snapshots switched off", Severity.Medium,
            static e => CallTable.Is(e.Request["state"], "DISABLED")),
        new("rbin", "UpdateRule", "Recycle bin keeps what is deleted for a few days only", Severity.Medium,
            static e => e.Request["retentionPeriod"]["retentionPeriodValue"].Number is > 0 and < 7),
        new("s3", "PutObjectLockConfiguration", "New objects of a bucket are no longer locked", Severity.Medium,
            static e => e.Request["ObjectLockConfiguration"] is { IsObject: true } set && !set["Rule"].Exists),
        new("drs", "StopReplication", "Server no longer copied for recovery", Severity.Medium),
        new("drs", "DisconnectSourceServer", "Server no longer copied for recovery", Severity.Medium),
        new("drs", "DeleteSourceServer", "Server deleted from recovery", Severity.Medium),
        new("drs", "StopSourceNetworkReplication", "Network no longer copied for recovery", Severity.Low),
        new("redshift", "DisableSnapshotCopy", "Snapshots are no longer copied to another region", Severity.Medium),
        new("redshift-serverless", "DeleteSnapshotCopyConfiguration", "Snapshots are no longer copied to another region", Severity.Medium),
        new("redshift", "DeleteSnapshotCopyGrant", "Copies of snapshots can no longer be encrypted", Severity.Low),
        new("ec2", "DisableImageDeregistrationProtection", "Machine image may be deregistered again", Severity.Low),
        new("route53domains", "DisableDomainTransferLock", "Domain may be transferred away", Severity.Medium),
        // Not protected any more: the next call can delete it.
        new("rds", "ModifyDBInstance", "Deletion protection of a database switched off", Severity.Low, Unprotects),
        new("rds", "ModifyDBCluster", "Deletion protection of a database cluster switched off", Severity.Low, Unprotects),
        new("rds", "ModifyGlobalCluster", "Deletion protection of a global database switched off", Severity.Low, Unprotects),
        new("dynamodb", "UpdateTable", "Deletion protection of a table switched off", Severity.Low, Unprotects),
        new("cassandra", "UpdateTable", "Point-in-time recovery of a table switched off", Severity.Medium,
            static e => CallTable.Is(e.Request["pointInTimeRecovery"]["status"], "DISABLED")),
        new("dsql", "UpdateCluster", "Deletion protection of a database cluster switched off", Severity.Low, Unprotects),
        new("eks", "UpdateClusterConfig", "Deletion protection of a Kubernetes cluster switched off", Severity.Low, Unprotects),
        new("neptune-graph", "UpdateGraph", "Deletion protection of a graph switched off", Severity.Low, Unprotects),
        new("cognito-idp", "UpdateUserPool", "Deletion protection of a user pool switched off", Severity.Low,
            static e => CallTable.Is(e.Request["deletionProtection"], "INACTIVE")),
        new("verifiedpermissions", "UpdatePolicyStore", "Deletion protection of a policy store switched off", Severity.Low,
            static e => CallTable.Is(e.Request["deletionProtection"], "DISABLED")),
    ];

    public override DetectionInfo Info { get; } = new()
    {
        Id = "backup.recovery-ended",
        Title = "Backups or snapshots that could bring data back ended",
        Description =
            "A backup, its vault, plan or lock was deleted, point-in-time recovery was switched off, or a database was deleted "
            + "without a final snapshot. Ransom begins so: what is encrypted or deleted afterwards cannot be brought back.",
        Severity = Severity.Medium,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1490", "T1485"],
        Controls = ["pci-dss:10.5.1", "soc2:A1.2", "soc2:CC7.5", "hipaa:164.308(a)(7)(ii)(A)", "hipaa:164.312(c)(1)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Which copies of {resource} are left, and where",
                "What else {actor} deleted in the same hour: many at once are no housekeeping",
            ],
            Do:
            [
                "Stop further deletions: cut off {actor}",
                "Copy what is left to a vault of another account, and lock it",
            ],
            BenignCauses:
            [
                "A test database or an old backup is removed",
                "A stack was removed together with its data",
            ]),
    };

    private static bool WithoutSnapshot(CloudTrailEvent e) => CallTable.Unread(e) || e.Request["skipFinalSnapshot"].Flag == true;

    private static bool Unprotects(CloudTrailEvent e) =>
        (e.Request["deletionProtection"].Flag ?? e.Request["deletionProtectionEnabled"].Flag) == false;

    private static bool KeepsNoBackups(CloudTrailEvent e) => e.Request["backupRetentionPeriod"].Number == 0;

    private static bool Configured(CloudTrailEvent e, string member) => e.Request[member]["skipFinalBackup"].Flag == true;
}
