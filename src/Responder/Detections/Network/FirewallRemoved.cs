using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Network;

internal sealed class FirewallRemoved()
    : TableDetection(s_calls, "name", "resourceArn", "webACLArn", "webACLId", "firewallName", "firewallArn",
        "firewallRuleGroupAssociationId", "policyId", "protectionId", "protectionGroupId", "id")
{
    private static readonly TableCall[] s_calls =
    [
        new("wafv2", "DeleteWebACL", "Web ACL deleted", Severity.Medium),
        new("wafv2", "DisassociateWebACL", "Web ACL taken off what it protects", Severity.Medium),
        new("waf", "DeleteWebACL", "Web ACL deleted", Severity.Medium),
        new("waf-regional", "DeleteWebACL", "Web ACL deleted", Severity.Medium),
        new("waf-regional", "DisassociateWebACL", "Web ACL taken off what it protects", Severity.Medium),
        new("network-firewall", "DeleteFirewall", "Network firewall deleted", Severity.Medium),
        new("network-firewall", "DisassociateSubnets", "Network firewall taken off subnets", Severity.Medium),
        new("route53resolver", "DisassociateFirewallRuleGroup", "DNS firewall taken off a network", Severity.Medium),
        new("fms", "DeletePolicy", "Firewall policy of the organization deleted", Severity.Medium),
        new("fms", "DisassociateAdminAccount", "Firewall administrator of the organization removed", Severity.Medium),
        new("cloudfront", "DisassociateDistributionWebACL", "Web ACL taken off a distribution", Severity.Medium),
        new("cloudfront", "DisassociateDistributionTenantWebACL", "Web ACL taken off a distribution", Severity.Medium),
        new("network-firewall", "DeleteFirewallPolicy", "Policy of a network firewall deleted", Severity.Medium),
        new("route53resolver", "DeleteFirewallRule", "Rule of the DNS firewall deleted", Severity.Medium),
        new("route53resolver", "DeleteFirewallRuleGroup", "Rules of the DNS firewall deleted", Severity.Medium),
        new("shield", "DeleteProtection", "Protection against denial of service removed", Severity.Medium),
        new("shield", "DeleteProtectionGroup", "Group of protections against denial of service removed", Severity.Low),
        new("shield", "DisableApplicationLayerAutomaticResponse", "Automatic response to denial of service switched off", Severity.Low),
        new("shield", "DisableProactiveEngagement", "Help of AWS against denial of service switched off", Severity.Low),
        new("wafv2", "UpdateWebACL", "Web ACL has no rule any more and lets everything through", Severity.Medium, LetsAllThrough),
        new("fms", "PutPolicy", "Firewall policy of the organization no longer mends what breaks it", Severity.Low,
            static e => e.Request["policy"]["remediationEnabled"].Flag == false && e.Request["policy"]["policyId"].Exists),
    ];

    private static bool LetsAllThrough(CloudTrailEvent e) =>
        e.Request["defaultAction"]["allow"].Exists && !e.Request["rules"].Items.Any(static rule => rule.IsObject);

    public override DetectionInfo Info { get; } = new()
    {
        Id = "network.firewall-removed",
        Title = "Firewall of an application or network removed",
        Description =
            "A web ACL was deleted or taken off what it protected, a network firewall or its rules were deleted, or DNS filtering "
            + "ended. What it kept out gets in from now on.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.007"],
        Controls = ["pci-dss:1.2.1", "pci-dss:6.4.2", "soc2:CC6.6", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "What {resource} protected, and what it blocked in the last days",
                "What reached the application since",
            ],
            Do:
            [
                "Associate the web ACL again, or create the firewall anew from version control",
                "Ask {actor}; cut it off when nobody knows the change",
            ],
            BenignCauses:
            [
                "The application or stack is removed",
                "A web ACL is replaced by a newer one, associated just before",
            ]),
    };
}
