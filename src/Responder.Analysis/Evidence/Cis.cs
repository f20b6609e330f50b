using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Evidence.Filters;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Evidence;

/// <summary>
/// CIS AWS Foundations, sections 3 (logging) and 4 (monitoring). They ask for settings, but logs only show what settings bring about, never
/// the settings themselves; so support is `partial` at best, except for the digests. The filters of section 4 are those of
/// infra/alarms.yaml.
/// </summary>
internal static class Cis
{
    private const string Alarm = "The events are seen; that a metric filter and an alarm watch for them must be shown from CloudWatch.";

    public static Framework Framework { get; } = new("cis", "CIS AWS Foundations Benchmark", "v3.0.0 to v5.0.0, sections 3 and 4",
    [
        Setting("3.1", "CloudTrail is on in all regions.", TrailChanges, "changes of trails",
            "Regions without any log are not known from the logs.", Basis.Continuity),
        new Control
        {
            Id = "3.2", Asks = "Log file validation is on.", Basis = Basis.Integrity, Events = TrailChanges,
            Counts = "changes of trails (shown; the digests decide)",
            Limits = "That it stays on must be shown from the trail's settings.",
        },
        Setting("3.3", "AWS Config is on in all regions.", RecorderChanges, "changes of recorders and delivery channels",
            "A recorder that nobody touched leaves no event."),
        Setting("3.4", "The trail's bucket logs who reads it.", Call("s3.amazonaws.com", "PutBucketLogging"), "PutBucketLogging",
            "Which bucket is the trail's, and a setting that nobody touched, is not seen."),
        Setting(
            "3.5", "The trail's files are encrypted with a customer key.",
            new Any(
                new All(Call("kms.amazonaws.com", "GenerateDataKey"),
                    new In(new RecordField("userIdentity.invokedBy"), "cloudtrail.amazonaws.com")),
                new All(Call("cloudtrail.amazonaws.com", "CreateTrail", "UpdateTrail"), new Exists(Request("kmsKeyId")))),
            "data keys that CloudTrail asks for, and trails given a key", "That each trail has one is not seen."),
        Setting(
            "3.6", "Customer keys rotate.",
            Call("kms.amazonaws.com", "EnableKeyRotation", "DisableKeyRotation", "RotateKey", "RotateKeyOnDemand"),
            "rotation switched and done",
            "Keys that never rotated leave no event."),
        Setting("3.7", "Flow logs are on in all VPCs.", Call("ec2.amazonaws.com", "CreateFlowLogs", "DeleteFlowLogs"),
            "flow logs created and deleted", "VPCs without them leave no event."),
        Setting("3.8", "Writes to objects are logged.", new All(S3DataEvents, Writes), "data events of S3 that write",
            "Whether all buckets are selected is not seen."),
        Setting("3.9", "Reads of objects are logged.", new All(S3DataEvents, new ReadsOnly()), "data events of S3 that read",
            "Whether all buckets are selected is not seen."),
        Setting("4.1", "Refused calls are watched.", Refused, "calls and sign-ins that were refused", Alarm),
        Setting(
            "4.2", "Console sign-ins without MFA are watched.",
            new All(
                ConsoleLogins, new In(Response("ConsoleLogin"), "Success"), new In(new RecordField("userIdentity.type"), "IAMUser"),
                new Not(new In(new Member("additionalEventData", "MFAUsed"), "Yes"))),
            "console sign-ins of IAM users that worked and used no MFA", Alarm),
        Setting(
            "4.3", "Use of the root user is watched.",
            new All(
                new In(new RecordField("userIdentity.type"), "Root"), new Not(new Exists(new RecordField("userIdentity.invokedBy"))),
                new Not(new In(new RecordField("eventType"), "AwsServiceEvent"))),
            "what root did as a person", Alarm),
        Setting(
            "4.4", "Changes of IAM policies are watched.",
            Call(
                "iam.amazonaws.com",
                "DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy",
                "CreatePolicy", "DeletePolicy",
                "CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy",
                "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy"),
            "policies created, changed, attached, detached, deleted", Alarm),
        Setting(
            "4.5", "Changes of CloudTrail's configuration are watched.",
            Call("cloudtrail.amazonaws.com", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
            "trails created, changed, deleted, started, stopped", Alarm),
        Setting("4.6", "Failed console sign-ins are watched.", new All(ConsoleLogins, Refused), "console sign-ins that were refused",
            Alarm),
        Setting("4.7", "Customer keys disabled or scheduled for deletion are watched.",
            Call("kms.amazonaws.com", "DisableKey", "ScheduleKeyDeletion"), "DisableKey, ScheduleKeyDeletion", Alarm),
        Setting(
            "4.8", "Changes of bucket policies are watched.",
            Call(
                "s3.amazonaws.com",
                "PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication", "DeleteBucketPolicy",
                "DeleteBucketCors", "DeleteBucketLifecycle",
                "DeleteBucketReplication"),
            "policies, ACLs, CORS, lifecycle and replication of buckets changed", Alarm),
        Setting(
            "4.9", "Changes of AWS Config are watched.",
            Call("config.amazonaws.com", "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel",
                "PutConfigurationRecorder"),
            "recorders and delivery channels changed", Alarm),
        Setting(
            "4.10", "Changes of security groups are watched.",
            Call(
                "ec2.amazonaws.com",
                "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress",
                "CreateSecurityGroup",
                "DeleteSecurityGroup", "ModifySecurityGroupRules"),
            "security groups and their rules changed", Alarm),
        Setting(
            "4.11", "Changes of network ACLs are watched.",
            Call(
                "ec2.amazonaws.com",
                "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry",
                "ReplaceNetworkAclAssociation"),
            "network ACLs changed", Alarm),
        Setting(
            "4.12", "Changes of network gateways are watched.",
            Call(
                "ec2.amazonaws.com",
                "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway", "DeleteInternetGateway",
                "DetachInternetGateway"),
            "gateways created, attached, detached, deleted", Alarm),
        Setting(
            "4.13", "Changes of route tables are watched.",
            Call(
                "ec2.amazonaws.com",
                "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable", "DeleteRoute",
                "DisassociateRouteTable"),
            "routes and route tables changed", Alarm),
        Setting(
            "4.14", "Changes of VPCs are watched.",
            Call(
                "ec2.amazonaws.com",
                "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
                "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection",
                "AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
            "VPCs and peerings changed", Alarm),
        Setting(
            "4.15", "Changes of the organisation are watched.",
            new All(
                new In(Source, "organizations.amazonaws.com"), Writes,
                new StartsWith(
                    Name, "Accept", "Attach", "Create", "Decline", "Delete", "Detach", "Disable", "Enable", "Invite", "Leave", "Move",
                    "Remove", "Update")),
            "accounts, units, policies and handshakes of the organisation changed", Alarm),
        Setting(
            "4.16", "Security Hub is on.",
            new All(
                new In(Source, "securityhub.amazonaws.com"),
                new StartsWith(
                    Name, "EnableSecurityHub", "DisableSecurityHub", "BatchEnableStandards", "BatchDisableStandards", "BatchImportFindings",
                    "UpdateStandardsControl")),
            "Security Hub switched on or off, standards changed, findings taken in", "A hub that nobody touched leaves no event."),
    ]);

    private static Control Setting(string id, string asks, Condition events, string counts, string limits, Basis basis = Basis.Events) =>
        new() { Id = id, Asks = asks, Basis = basis, Events = events, Counts = counts, Limits = limits, AtMostPartial = true };
}
