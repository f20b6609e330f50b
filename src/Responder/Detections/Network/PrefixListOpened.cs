using Responder.Detections.SecurityGroups;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Network;

internal sealed class PrefixListOpened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "network.prefix-list-opened-to-world",
        Title = "Prefix list holds the world",
        Description = "Security groups, routes and firewalls refer to a prefix list by id. One that takes the whole internet in opens "
            + "every rule that names it, "
            + "without any rule being changed. A new list opens nothing until something refers to it.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls("ec2.amazonaws.com", "ModifyManagedPrefixList", "CreateManagedPrefixList")],
        Techniques = ["T1562.007", "T1133"],
        Controls = ["cis:4.10", "cis:5.2", "pci-dss:1.3.1", "soc2:CC6.6"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Who refers to the list: aws ec2 get-managed-prefix-list-associations --prefix-list-id {resource} --region {region}",
                "Which ports the security groups among them open to it",
            ],
            Do:
            [
                "Restore the former version: aws ec2 restore-managed-prefix-list-version --prefix-list-id {resource} --previous-version "
                    + "PREVIOUS --current-version CURRENT --region {region}",
                "Read the VPC flow logs of what stands behind those groups since the call",
            ],
            BenignCauses: ["A list of destinations for outbound rules, where the world is the default"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var modified = e.EventName == "ModifyManagedPrefixList";
        var wrapper = e.Request[e.EventName + "Request"];
        var request = wrapper.Exists ? wrapper : e.Request;
        var list = Text(request["prefixListId"]) ?? Text(e.Response["prefixList"]["prefixListId"])
            ?? Text(e.Response[e.EventName + "Response"]["prefixList"]["prefixListId"])
            ?? Text(request["prefixListName"]);
        if (e.RequestOmitted)
        {
            yield return new Finding(Info, Severity.Medium, $"Prefix list {list ?? "(not named)"} set, content unknown")
            {
                Resource = list,
                Reasons = ["CloudTrail left the entries out because the request was too large"],
            };
            yield break;
        }

        string[] members = modified ? ["addEntry", "addEntries"] : ["entry", "entries"];
        var ranges = members.SelectMany(member => request[member].Items).Select(static entry => Text(entry["cidr"])).OfType<string>()
            .Select(AddressRange.Parse).ToList();
        var all = new RuleChange("-1", 0, RuleChange.HighestPort, ranges, false, false, null);
        if (Exposure.WorldRules([all]) is not [var (_, world)]) yield break;

        yield return new Finding(
            Info, modified ? Severity.Medium : Severity.Low, $"Prefix list {list ?? "(not named)"} holds the world: {world[0].Text}")
        {
            Resource = list,
            Reasons = [
                modified
                ? "Every rule that refers to the list admits the world at once; which ports, the event does not say"
                : "A new list: nothing refers to it yet"],
        };
    }

    private static string? Text(JsonView view) => view.Text is { Length: > 0 } text ? text : null;
}
