using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Logs;

/// <summary>Logs that services write by themselves, besides those of networks.</summary>
internal sealed class ServiceLoggingEnded : IDetection
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
        new("mediastore", "StopAccessLogging", "Access log of a media container ended", Severity.Medium),
    ];

    public DetectionInfo Info { get; } = new()
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

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (CallTable.Find(Info, s_calls, e, CallTable.Named(
            e, "name", "clusterIdentifier", "loadBalancerArn", "loadBalancerName", "resourceArn", "id", "firewallName", "firewallArn",
            "accessLogSubscriptionIdentifier", "logGroupName", "logGroupIdentifier", "destinationName", "workspaceId",
            "identifier")) is { } finding) yield return finding;
    }
}
