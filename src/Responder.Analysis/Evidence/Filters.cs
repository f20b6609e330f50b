using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Evidence;

/// <summary>Kinds of records that several controls count, written as conditions of the hunts.</summary>
internal static class Filters
{
    /// <summary>Any record that names a service and a call.</summary>
    public static Condition EveryRecord { get; } = new All(new Exists(Source), new Exists(Name));

    /// <summary>
    /// Records that say who, what, when, from where, and on which service and account; success shows in the absence of an error.
    /// </summary>
    public static Condition CompleteRecord { get; } = new All(
        EveryRecord, new Exists(Time), new Exists(Id), new Exists(Account),
        new Exists(new FirstOf(Address, new RecordField("userIdentity.invokedBy"), new RecordField("vpcEndpointId"))),
        new Exists(new FirstOf(Caller, new RecordField("userIdentity.accountId"), new RecordField("userIdentity.type"))));

    public static Condition DataEvents { get; } = new In(new RecordField("eventCategory"), "Data");

    public static Condition S3DataEvents { get; } = new All(DataEvents, new In(Source, "s3.amazonaws.com"));

    public static Condition SignIns { get; } = new In(Source, "signin.amazonaws.com");

    public static Condition ConsoleLogins { get; } = Call("signin.amazonaws.com", "ConsoleLogin");

    /// <summary>Sessions handed out: roles assumed, tokens issued.</summary>
    public static Condition Sessions { get; } = new All(
        new In(Source, "sts.amazonaws.com"), new StartsWith(Name, "Assume", "GetSessionToken", "GetFederationToken"));

    /// <summary>Users and their credentials are created, changed or deleted.</summary>
    public static Condition Credentials { get; } = new Any(
        Call(
            "iam.amazonaws.com",
            "CreateUser", "DeleteUser", "UpdateUser", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "CreateLoginProfile",
            "UpdateLoginProfile", "DeleteLoginProfile",
            "ChangePassword", "UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy", "CreateVirtualMFADevice", "EnableMFADevice",
            "DeactivateMFADevice",
            "DeleteVirtualMFADevice", "ResyncMFADevice", "UploadSSHPublicKey", "UpdateSSHPublicKey", "DeleteSSHPublicKey",
            "UploadSigningCertificate", "UpdateSigningCertificate",
            "DeleteSigningCertificate", "CreateServiceSpecificCredential", "UpdateServiceSpecificCredential",
            "ResetServiceSpecificCredential", "DeleteServiceSpecificCredential"),
        Call("identitystore.amazonaws.com", "CreateUser", "UpdateUser", "DeleteUser"),
        Call("signin.amazonaws.com", "PasswordUpdated", "PasswordRecoveryRequested", "PasswordRecoveryCompleted", "EmailUpdated"));

    /// <summary>
    /// Users, passwords, keys, memberships and assignments are created or deleted; changes of existing ones do not count.
    /// </summary>
    public static Condition Registrations { get; } = new Any(
        Call("iam.amazonaws.com", "CreateUser", "DeleteUser", "CreateLoginProfile", "DeleteLoginProfile", "CreateAccessKey",
            "DeleteAccessKey"),
        Call("identitystore.amazonaws.com", "CreateUser", "DeleteUser", "CreateGroupMembership", "DeleteGroupMembership"),
        Call("sso.amazonaws.com", "CreateAccountAssignment", "DeleteAccountAssignment"));

    /// <summary>Changes to what identities may do.</summary>
    public static Condition Rights { get; } = new Any(
        new All(
            new In(Source, "iam.amazonaws.com"),
            new StartsWith(
                Name, "AttachUser", "AttachRole", "AttachGroup", "DetachUser", "DetachRole", "DetachGroup", "PutUserP", "PutRoleP",
                "PutGroupP", "DeleteUserP", "DeleteRoleP",
                "DeleteGroupP", "CreatePolicy", "DeletePolicy", "SetDefaultPolicyVersion", "AddUserToGroup", "RemoveUserFromGroup",
                "CreateRole", "DeleteRole",
                "UpdateAssumeRolePolicy", "CreateGroup", "DeleteGroup", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile")),
        new All(new In(Source, "sso.amazonaws.com"), new Any(new Contains(Name, "PermissionSet"), new Contains(Name, "AccountAssignment"))),
        Call("organizations.amazonaws.com", "AttachPolicy", "DetachPolicy", "CreatePolicy", "UpdatePolicy", "DeletePolicy"));

    /// <summary>Recording itself is started, stopped or changed.</summary>
    public static Condition TrailChanges { get; } = new All(
        new In(Source, "cloudtrail.amazonaws.com"),
        new StartsWith(
            Name, "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging", "PutEventSelectors", "PutInsightSelectors",
            "CreateEventDataStore",
            "UpdateEventDataStore", "DeleteEventDataStore", "StartEventDataStoreIngestion", "StopEventDataStoreIngestion",
            "RestoreEventDataStore"));

    public static Condition RecorderChanges { get; } = Call(
        "config.amazonaws.com",
        "PutConfigurationRecorder", "StartConfigurationRecorder", "StopConfigurationRecorder", "DeleteConfigurationRecorder",
        "PutDeliveryChannel", "DeleteDeliveryChannel");

    public static Condition LogGroupChanges { get; } = Call(
        "logs.amazonaws.com", "CreateLogGroup", "DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy", "DeleteRetentionPolicy",
        "PutSubscriptionFilter", "DeleteSubscriptionFilter");

    /// <summary>Changes to how objects are kept: who may change them, for how long, in how many versions.</summary>
    public static Condition StorageProtection { get; } = Call(
        "s3.amazonaws.com",
        "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketAcl", "PutBucketVersioning", "PutBucketObjectLockConfiguration",
        "PutObjectLockConfiguration", "PutBucketEncryption",
        "DeleteBucketEncryption", "PutBucketLifecycle", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle", "PutBucketReplication",
        "DeleteBucketReplication",
        "PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock", "DeleteBucket");

    /// <summary>Somebody reads logs: through CloudTrail's own queries, from CloudWatch Logs, or as objects of a trail's bucket.</summary>
    public static Condition LogReads { get; } = new Any(
        Call("cloudtrail.amazonaws.com", "LookupEvents", "StartQuery", "GetQueryResults", "GetEventDataStore"),
        Call("logs.amazonaws.com", "GetLogEvents", "FilterLogEvents", "StartQuery", "GetQueryResults", "GetLogRecord", "StartLiveTail"),
        new All(Call("s3.amazonaws.com", "GetObject", "ListObjects", "ListObjectsV2"),
            new Any(new Contains(Request("key"), "AWSLogs/"), new Contains(Request("prefix"), "AWSLogs/"))));

    /// <summary>Detective services are set up or changed, or asked for their findings.</summary>
    public static Condition Monitoring { get; } = new Any(
        new All(new In(Source, "guardduty.amazonaws.com"),
            new StartsWith(
                Name, "CreateDetector", "UpdateDetector", "DeleteDetector", "GetFindings", "ListFindings", "CreateFilter", "UpdateFilter",
                "ArchiveFindings")),
        new All(new In(Source, "securityhub.amazonaws.com"),
            new StartsWith(
                Name, "EnableSecurityHub", "DisableSecurityHub", "BatchImportFindings", "BatchUpdateFindings", "GetFindings",
                "BatchEnableStandards", "BatchDisableStandards")),
        Call("monitoring.amazonaws.com", "PutMetricAlarm", "DeleteAlarms", "DisableAlarmActions", "EnableAlarmActions", "SetAlarmState"),
        Call("logs.amazonaws.com", "PutMetricFilter", "DeleteMetricFilter"),
        Call("events.amazonaws.com", "PutRule", "PutTargets", "DisableRule", "DeleteRule", "RemoveTargets"),
        new In(new RecordField("eventCategory"), "Insight"),
        RecorderChanges);

    /// <summary>Findings are judged: the responder writes its records, findings are archived or given a state.</summary>
    public static Condition Evaluations { get; } = new Any(
        new All(Call("ssm.amazonaws.com", "PutParameter"), new Contains(Request("name"), "/incidents/")),
        Call("securityhub.amazonaws.com", "BatchUpdateFindings"),
        Call("guardduty.amazonaws.com", "ArchiveFindings", "UpdateFindingsFeedback"));

    /// <summary>What measures load, and what reacts to it.</summary>
    public static Condition Capacity { get; } = new Any(
        new In(Source, "autoscaling.amazonaws.com", "application-autoscaling.amazonaws.com", "autoscaling-plans.amazonaws.com",
            "servicequotas.amazonaws.com"),
        Call("monitoring.amazonaws.com", "PutMetricAlarm", "DeleteAlarms", "PutDashboard"));
}
