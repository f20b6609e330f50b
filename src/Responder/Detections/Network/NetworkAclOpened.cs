using System.Globalization;
using Responder.Detections.SecurityGroups;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Network;

/// <summary>
/// An inbound entry of a network ACL that lets the world in. Default ACLs do so from the start, and security groups still apply.
/// </summary>
internal sealed class NetworkAclOpened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "network.acl-opened-to-world",
        Title = "Network ACL opened to the world",
        Description = "An inbound entry of a network ACL allows the whole internet. A default ACL does that from the start and security "
            + "groups still decide, "
            + "so a new wide entry is recorded only; an entry made for an administrative or data port alone, or a closed entry replaced by "
                + "an open one, is told.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls("ec2.amazonaws.com", "CreateNetworkAclEntry", "ReplaceNetworkAclEntry")],
        Techniques = ["T1562.007", "T1133"],
        Controls = ["cis:4.11", "cis:5.1", "pci-dss:1.3.1", "soc2:CC6.6", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Which subnets use it and what stands in them: aws ec2 describe-network-acls "
                    + "--network-acl-ids {resource} --region {region}",
                "Whether a security group behind it admits the same port from the world",
                "Whether {actor} has a change open for this network",
            ],
            Do:
            [
                "Delete the entry, or put the former one back; a network ACL has no memory, so this cuts connections at once: {undo}",
                "Read the VPC flow logs of the subnets for accepted connections since the call",
            ],
            BenignCauses: [
                "A public subnet of a new network: its ACL repeats the default",
                "Return traffic on the ephemeral ports, which an ACL must allow by hand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var request = e.Request;
        var acl = request["networkAclId"].Text is { Length: > 0 } id ? id : null;
        var named = acl is null ? "a network ACL" : "network ACL " + acl;
        if (e.RequestOmitted || !request.IsObject)
        {
            yield return new Finding(Info, e.RequestOmitted ? Severity.Medium : Severity.Low, $"Entry of {named} set, content unknown")
            {
                Resource = acl,
                Reasons = ["The call worked, and the event does not say what was set"],
            };
            yield break;
        }

        if (request["egress"].Flag == true || !string.Equals(request["ruleAction"].Text, "allow", StringComparison.OrdinalIgnoreCase))
            yield break;
        var ranges = RuleChange.RangesIn(request["cidrBlock"], request["ipv6CidrBlock"]);
        var rule = RuleChange.Create(
            request["aclProtocol"], request["portRange"]["from"], request["portRange"]["to"], ranges, false, false, null);
        if (Exposure.WorldRules([rule]) is not [var (_, world)]) yield break;

        var port = rule.HasPorts && !rule.AllProtocols ? SensitivePorts.FirstIn(rule.From, rule.To) : null;
        var aimed = port is not null && rule.To - rule.From < Exposure.WideRange;
        var replaced = e.EventName == "ReplaceNetworkAclEntry" && (rule.AllProtocols || port is not null);
        yield return new Finding(
            Info, aimed || replaced ? Severity.Medium : Severity.Low,
            $"{Capital(named)} opened to the world: {rule.Describe()} from {world[0].Text}")
        {
            Resource = acl,
            Reasons =
            [
                aimed ? "Opens administrative or data port " + port
                    : replaced ? "An entry that was there was replaced by one that admits the world"
                    : "A default network ACL admits as much; security groups still decide",
            ],
            UndoCommand = Undo(e, acl),
        };
    }

    /// <summary>Deletes a new entry; null for a replaced one, because the event does not say what it was before.</summary>
    private static ShellCommand? Undo(CloudTrailEvent e, string? acl) => acl is not null && e.EventName == "CreateNetworkAclEntry"
        && e.Request["ruleNumber"].Integer is { } number
        ? Shell.Command(
            "aws ec2 delete-network-acl-entry", ("--network-acl-id", acl), "--ingress",
            ("--rule-number", number.ToString(CultureInfo.InvariantCulture)), CommandPart.Region(e.Region))
        : null;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
