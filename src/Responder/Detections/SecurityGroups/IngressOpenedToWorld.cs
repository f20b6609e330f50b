using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SecurityGroups;

internal sealed class IngressOpenedToWorld : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "security-group.ingress-opened-to-world",
        Title = "Security group opened to the world",
        Description =
            "An inbound rule admits the whole internet, or so much of it that nobody can own it (a public IPv4 block shorter than /8, "
            + "IPv6 shorter than /12, also in pieces). Administrative and data ports are found by scanners within minutes.",
        Severity = Severity.High,
        Watches = [Watch.Calls("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules")],
        Techniques = ["T1562.007", "T1133"],
        Controls = ["cis:5.2", "cis:4.10", "pci-dss:1.3.1", "soc2:CC6.6", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Which instances, load balancers and databases use the group: aws ec2 describe-network-interfaces --filters "
                    + "Name=group-id,Values={resource} --region {region}",
                "Whether one of them has a public address, and what listens on the port",
                "Whether {actor} has a change open for this group",
            ],
            Do:
            [
                "Revoke the rule; connections that exist outlive it until they close: {undo}",
                "Read the VPC flow logs of the interfaces for accepted connections since the call",
                "If something connected, treat the hosts behind the group as compromised: isolate them and rotate what they hold",
            ],
            BenignCauses: [
                "A public load balancer or web server on 80 or 443",
                "A bastion opened on purpose for a short time; it should name addresses instead"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var rules = RuleChange.Of(e);
        var isBlind = RuleChange.NameNoSource(e, rules);
        var world = Exposure.WorldRules(rules);
        RuleChange[] lists = [.. rules.Where(static rule => rule.HasPrefixList)];
        if (!isBlind && world.Count == 0 && lists.Length == 0) yield break;

        var group = RuleChange.GroupOf(e);
        var groupText = group is null ? "a security group" : "security group " + group;

        if (isBlind)
        {
            if (e.RequestOmitted)
            {
                yield return new Finding(Info, Severity.High, $"Inbound rules of {groupText} changed, rules hidden from the trail")
                {
                    Resource = group,
                    Reasons = ["CloudTrail left the rules out because the request was padded beyond its limit; read the group itself"],
                };
            }
            else
            {
                yield return new Finding(Info, Severity.Medium, $"Inbound rules of {groupText} changed, rules not in the record")
                {
                    Resource = group,
                    Reasons = ["The call worked, but the record does not say from where the rules let in: they can be anything"],
                };
            }

            yield break;
        }

        if (world.Count > 0)
        {
            var (severity, reason, worst) = Exposure.Judge([.. world.Select(static open => open.Rule)]);
            var source = world.First(open => ReferenceEquals(open.Rule, worst)).Ranges[0];
            // Request and response describe the same rules; only those from the response have an id.
            var count = world.Any(static open => open.Rule.RuleId is not null)
                ? world.Count(static open => open.Rule.RuleId is not null)
                : world.Count;
            yield return new Finding(Info, severity, $"{Capital(groupText)} opened to the world: {worst.Describe()} from {source.Text}")
            {
                Resource = group,
                Reasons =
                [
                    $"Opens {reason}", .. e.EventName == "ModifySecurityGroupRules" ? (string[])[DirectionUntold] : [],
                    .. count > 1 ? (string[])[$"{count} rules of this call admit the world"] : [],
                ],
                Width = Exposure.WidthOf(severity, [.. world.Select(static open => open.Rule)]),
                UndoCommand = Revoke(e, group, "revoke-security-group-ingress", world),
            };
            yield break;
        }

        var (wouldBe, why, rule) = Exposure.Judge(lists);
        if (wouldBe < Severity.High) yield break;
        yield return new Finding(Info, Severity.Medium, $"{Capital(groupText)} opened to a prefix list: {rule.Describe()}")
        {
            Resource = group,
            Reasons = [$"Opens {why}, to a list whose addresses the event does not show: read the list's entries"],
        };
    }

    private const string DirectionUntold = "The event does not say whether the rule lets in or out: if aws ec2 "
        + "describe-security-group-rules shows it as outbound (IsEgress), nobody got in by it";

    /// <summary>The exact command that revokes the rules: by rule id where AWS returned one, otherwise by their content.</summary>
    internal static ShellCommand? Revoke(
        CloudTrailEvent e, string? group, string command, IReadOnlyList<(RuleChange Rule, IReadOnlyList<AddressRange> Ranges)> open)
    {
        if (group is null) return null;
        string[] ids = [.. open.Select(static change => change.Rule.RuleId).OfType<string>().Distinct()];
        return Shell.Command(
            "aws ec2 " + command, (group.StartsWith("sg-", StringComparison.Ordinal) ? "--group-id" : "--group-name", group),
            ids.Length > 0
                ? CommandPart.List("--security-group-rule-ids", ids)
                : RuleChange.ToCliPermissions("--ip-permissions", open),
            CommandPart.Region(e.Region));
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
