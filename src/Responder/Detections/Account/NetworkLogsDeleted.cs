using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

internal sealed class NetworkLogsDeleted : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("ec2", "DeleteFlowLogs", "VPC flow logs deleted", Severity.Medium),
        new("route53resolver", "DeleteResolverQueryLogConfig", "DNS query logging deleted", Severity.Medium),
        new("route53resolver", "DisassociateResolverQueryLogConfig", "DNS query logging of a VPC ended", Severity.Medium),
        new("wafv2", "DeleteLoggingConfiguration", "WAF logging ended", Severity.Medium),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "account.network-logs-deleted",
        Title = "Network logging ended",
        Description = "VPC flow logs, DNS query logs or WAF logs are no longer written. They are the only witnesses of connections, "
            + "and of data that leaves; GuardDuty has streams of its own and still sees.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.008"],
        Controls = ["cis:3.7", "pci-dss:10.2.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: ["Which VPCs have no flow log now: aws ec2 describe-flow-logs", "Whether the VPC itself was being removed"],
            Do: ["Create the flow log again (aws ec2 create-flow-logs)", "Look at what was started or opened in {region} since"],
            BenignCauses: [
                "A VPC is removed together with its flow logs",
                "Flow logs move to another destination: a new one was created just before"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var flowLogs = e.Request["DeleteFlowLogsRequest"]["FlowLogId"];
        var ids = string.Join(", ", flowLogs.Items.Select(static id => id.Text ?? id["content"].Text).OfType<string>());
        var resource = ids.Length > 0 ? ids : CallTable.Named(e, "flowLogIds", "resolverQueryLogConfigId", "resourceArn");
        if (CallTable.Find(Info, s_calls, e, resource) is { } finding) yield return finding;
    }
}
