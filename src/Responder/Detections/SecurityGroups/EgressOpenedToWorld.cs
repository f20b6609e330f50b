using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SecurityGroups;

internal sealed class EgressOpenedToWorld : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "security-group.egress-opened-to-world",
        Title = "Security group may send to the world",
        Description = "An outbound rule allows every destination. That is the default of a new group, so it is recorded and not paged; "
            + "on a group that was closed on purpose it opens a way out for data.",
        Severity = Severity.Low,
        Watches = [Watch.Calls("ec2.amazonaws.com", "AuthorizeSecurityGroupEgress")],
        Techniques = ["T1562.007", "T1041"],
        Controls = ["cis:4.10", "pci-dss:1.3.2", "soc2:CC6.6"],
        Runbook = new Runbook(
            CheckFirst: ["Whether the group belongs to a subnet that must not reach the internet", "What {resource} is attached to"],
            Do: ["Where the group was closed on purpose, ask {actor} and revoke the rule: {undo}"],
            BenignCauses: ["Infrastructure code restates the default outbound rule", "A service needs to reach a public API"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var group = RuleChange.GroupOf(e);
        var world = Exposure.WorldRules(RuleChange.Of(e));
        if (world.Count == 0) yield break;

        var (rule, ranges) = world[0];
        yield return new Finding(
            Info, Severity.Low, $"Security group {group ?? "(not named)"} may send to the world: {rule.Describe()} to {ranges[0].Text}")
        {
            Resource = group,
            Reasons = ["Outbound to everywhere is the default of a new group"],
            UndoCommand = IngressOpenedToWorld.Revoke(e, group, "revoke-security-group-egress", world),
        };
    }
}
