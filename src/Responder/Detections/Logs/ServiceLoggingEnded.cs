using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Logs;

/// <summary>Logs that services write by themselves, besides those of networks.</summary>
internal sealed class ServiceLoggingEnded()
    : TableDetection(s_calls, "name", "clusterIdentifier", "loadBalancerArn", "loadBalancerName", "resourceArn", "id", "firewallName",
        "firewallArn", "accessLogSubscriptionIdentifier", "logGroupName", "logGroupIdentifier", "destinationName", "workspaceId",
        "identifier", "dBInstanceIdentifier", "dBClusterIdentifier", "domainName", "restApiId", "namespaceName", "replicationGroupId",
        "cacheClusterId", "userPoolId", "fileSystemId", "bucketName", "verifiedAccessInstanceId", "policyName", "syncName",
        "ruleIdentifier", "ruleName")
{
    private static readonly TableCall[] s_calls =
    [
        new("bedrock", "DeleteModelInvocationLoggingConfiguration", "Logging of model invocations ended", Severity.Medium),
        new("eks", "UpdateClusterConfig", "Control-plane logs of a Kubernetes cluster ended", Severity.Medium,
            static e => e.Request["logging"]["clusterLogging"].Items.Any(static log => log["enabled"].Flag == false)),
        new("redshift", "DisableLogging", "Audit log of a data warehouse ended", Severity.Medium),
        new("elasticloadbalancing", "ModifyLoadBalancerAttributes", "Access log of a load balancer ended", Severity.Medium,
            static e => e.Request["attributes"].Items.Any(
                static a => CallTable.Is(a["key"], "access_logs.s3.enabled") && CallTable.Is(a["value"], "false"))
                || e.Request["loadBalancerAttributes"]["accessLog"]["enabled"].Flag == false),
        new("rds", "StopActivityStream", "Activity stream of a database ended", Severity.Medium),
        new("route53", "DeleteQueryLoggingConfig", "DNS query log of a zone ended", Severity.Medium),
        new("network-firewall", "UpdateLoggingConfiguration", "Logging of a network firewall changed", Severity.Medium,
            static e => !e.Request["loggingConfiguration"]["logDestinationConfigs"].Items.Any()),
        new("vpc-lattice", "DeleteAccessLogSubscription", "Access log of a service network ended", Severity.Medium),
        new("apigateway", "DeleteAccessLogSettings", "Access log of an API ended", Severity.Medium),
        new("cloudfront", "DeleteRealtimeLogConfig", "Real-time log of distributions ended", Severity.Medium),
        new("logs", "DeleteSubscriptionFilter", "Log group no longer forwards its events", Severity.Medium),
        new("logs", "DeleteDelivery", "Delivery of a log ended", Severity.Medium),
        new("logs", "DeleteDeliverySource", "Source of a log delivery deleted", Severity.Medium),
        new("logs", "DeleteDestination", "Destination of forwarded logs deleted", Severity.Medium),
        new("logs", "DeleteDataProtectionPolicy", "Masking of sensitive data in a log ended", Severity.Medium),
        new("qldb", "CancelJournalKinesisStream", "Stream of a ledger's journal ended", Severity.Medium),
        new("ivschat", "DeleteLoggingConfiguration", "Chat log ended", Severity.Medium),
        new("aps", "DeleteLoggingConfiguration", "Logging of a Prometheus workspace ended", Severity.Medium),
        new("aps", "DeleteQueryLoggingConfiguration", "Query log of a Prometheus workspace ended", Severity.Medium),
        new("aps", "DeleteScraperLoggingConfiguration", "Logging of a Prometheus scraper ended", Severity.Medium),
        new("waf", "DeleteLoggingConfiguration", "WAF logging ended", Severity.Medium),
        new("waf-regional", "DeleteLoggingConfiguration", "WAF logging ended", Severity.Medium),
        new("ds", "DeleteLogSubscription", "Log of a directory ended", Severity.Medium),
        new("securitylake", "DeleteCustomLogSource", "Security Lake no longer takes a source", Severity.Medium),
        new("workspaces-web", "DeleteSessionLogger", "Log of browser sessions ended", Severity.Medium),
        new("workspaces-web", "DisassociateSessionLogger", "Log of browser sessions ended", Severity.Medium),
        new("workspaces-web", "DeleteUserAccessLoggingSettings", "Access log of a browser portal ended", Severity.Medium),
        new("workspaces-web", "DisassociateUserAccessLoggingSettings", "Access log of a browser portal ended", Severity.Medium),
        new("ssm", "UpdateDocument", "Logging of Session Manager's sessions changed", OfSessions),
        new("ssm", "UpdateDocumentDefaultVersion", "Preferences of Session Manager put back to another version", Severity.Medium,
            IsOfSessions),
        new("ssm", "DeleteDocument", "Preferences of Session Manager deleted, with the logging of its sessions", Severity.Medium,
            IsOfSessions),
        new("mediastore", "StopAccessLogging", "Access log of a media container ended", Severity.Medium),
        new("logs", "DeleteAccountPolicy", "Policy for all log groups of the account deleted", Severity.Medium),
        new("logs", "PutLogGroupDeletionProtection", "Log group may be deleted again", Severity.Medium,
            static e => e.Request["deletionProtectionEnabled"].Flag == false),
        new("rds", "ModifyDBInstance", "Exported logs of a database ended", Severity.Medium, StopsExports),
        new("rds", "ModifyDBCluster", "Exported logs of a database cluster ended", Severity.Medium, StopsExports),
        new("redshift-serverless", "UpdateNamespace", "Audit log of a data warehouse ended", Severity.Medium,
            static e => CallTable.IsEmpty(e.Request["logExports"])),
        new("es", "UpdateDomainConfig", "Log of a search domain ended", Severity.Medium, StopsPublishing),
        new("es", "UpdateElasticsearchDomainConfig", "Log of a search domain ended", Severity.Medium, StopsPublishing),
        new("apigateway", "UpdateStage", "Access log of an API ended", Severity.Medium,
            static e => e.Request["patchOperations"].Items.Any(static patch =>
                patch["path"].Text is { } path && ((CallTable.Is(patch["op"], "remove")
                    && path.StartsWith("/accessLogSettings", StringComparison.OrdinalIgnoreCase))
                || (path.EndsWith("/logging/loglevel", StringComparison.OrdinalIgnoreCase) && CallTable.Is(patch["value"], "OFF"))))),
        new("elasticache", "ModifyReplicationGroup", "Log of a cache ended", Severity.Medium, StopsDelivery),
        new("elasticache", "ModifyCacheCluster", "Log of a cache ended", Severity.Medium, StopsDelivery),
        new("cognito-idp", "SetLogDeliveryConfiguration", "Log of a user pool ended", Severity.Medium,
            static e => CallTable.IsEmpty(e.Request["logConfigurations"])),
        new("fsx", "UpdateFileSystem", "Audit log of a file system ended", Severity.Medium,
            static e => CallTable.IsOff(e.Request["windowsConfiguration"]["auditLogConfiguration"], "fileAccessAuditLogLevel")),
        new("lightsail", "UpdateBucket", "Access log of a bucket ended", Severity.Medium,
            static e => e.Request["accessLogConfig"]["enabled"].Flag == false),
        new("ec2", "ModifyVerifiedAccessInstanceLoggingConfiguration", "Access log of Verified Access ended", Severity.Medium,
            static e => CallTable.IsOff(e.Request, "enabled")),
        new("iot", "SetV2LoggingOptions", "Log of IoT ended", Severity.Medium,
            static e => e.Request["disableAllLogs"].Flag == true || CallTable.Is(e.Request["defaultLogLevel"], "DISABLED")),
        new("ivschat", "UpdateRoom", "Chat log ended", Severity.Medium,
            static e => CallTable.IsEmpty(e.Request["loggingConfigurationIdentifiers"])),
        new("bedrock", "PutModelInvocationLoggingConfiguration", "Model invocations are logged without their content", Severity.Low,
            static e => CallTable.IsOff(e.Request["loggingConfig"], "textDataDeliveryEnabled")),
        new("observabilityadmin", "StopTelemetryEvaluation", "CloudWatch no longer looks for what is not logged", Severity.Low),
        new("observabilityadmin", "StopTelemetryEvaluationForOrganization", "CloudWatch no longer looks for what is not logged",
            Severity.Low),
        new("observabilityadmin", "DeleteTelemetryRule", "Rule that switches logs on deleted", Severity.Low),
        new("observabilityadmin", "DeleteTelemetryRuleForOrganization", "Rule that switches logs on deleted", Severity.Low),
        new("observabilityadmin", "DeleteCentralizationRuleForOrganization", "Logs of the organization are no longer gathered",
            Severity.Medium),
        new("observabilityadmin", "DeleteTelemetryPipeline", "Pipeline of logs deleted", Severity.Low),
        new("ssm", "DeleteResourceDataSync", "Inventory no longer gathered", Severity.Low),
    ];

    public override DetectionInfo Info { get; } = new()
    {
        Id = "logs.service-logging-ended",
        Title = "Logging of a service ended",
        Description =
            "The control plane of a Kubernetes cluster, model invocations, a database, a load balancer or another service no "
            + "longer writes its log. What happens there leaves no trace from now on.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.008"],
        Controls = ["pci-dss:10.2.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "What the log of {resource} was read for, and by whom",
                "What {actor} did there since",
            ],
            Do:
            [
                "Switch the log on again",
                "Look at {resource} by other means: the trail has the management calls",
            ],
            BenignCauses:
            [
                "The log moves to another destination: it was set up just before",
                "The resource is removed",
            ]),
    };

    private static bool StopsExports(CloudTrailEvent e) =>
        e.Request["cloudwatchLogsExportConfiguration"]["disableLogTypes"].Items.Any(static type => type.Text is { Length: > 0 });

    private static bool StopsPublishing(CloudTrailEvent e) => CallTable.IsOff(e.Request["logPublishingOptions"], "enabled");

    private static bool StopsDelivery(CloudTrailEvent e) => CallTable.IsOff(e.Request["logDeliveryConfigurations"], "enabled");

    /// <summary>The document that holds the preferences of Session Manager for the region.</summary>
    private static bool IsOfSessions(CloudTrailEvent e) =>
        e.Request["name"].Text?.EndsWith("SSM-SessionManagerRunShell", StringComparison.Ordinal) == true;

    /// <summary>Medium without a log group and a bucket, and where the content cannot be read.</summary>
    private static Severity OfSessions(CloudTrailEvent e)
    {
        if (!IsOfSessions(e)) return Severity.None;
        var inputs = e.Request["content"].Unwrapped["inputs"];
        return inputs["s3BucketName"].Text is { Length: > 0 } || inputs["cloudWatchLogGroupName"].Text is { Length: > 0 }
            ? Severity.None
            : Severity.Medium;
    }
}
