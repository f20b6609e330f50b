using Responder.Detections.SecurityGroups;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Network;

internal sealed class InternetRouteAdded : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "network.internet-route-added",
        Title = "Route to an internet gateway",
        Description = "A route table sends the whole internet through an internet gateway: its subnets are public from then on. Every new "
            + "public subnet "
            + "needs such a route, so a new one is recorded only; a route that led elsewhere before and was replaced is told.",
        Severity = Severity.Low,
        Watches = [Watch.Calls("ec2.amazonaws.com", "CreateRoute", "ReplaceRoute")],
        Techniques = ["T1562.007", "T1133"],
        Controls = ["cis:4.13", "pci-dss:1.3.1", "soc2:CC6.6"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Which subnets use the table, and whether they were meant to be private: aws ec2 describe-route-tables --route-table-ids "
                    + "{resource} --region {region}",
                "Which hosts in them have public addresses",
            ],
            Do: ["Where the subnet was private on purpose, delete the route or point it at its former target: {undo}",
                "Read the VPC flow logs of the subnets since the call"],
            BenignCauses: ["A new network with public subnets", "A NAT gateway taken out of a test network"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var request = e.Request;
        if (request["gatewayId"].Text is not { } gateway || !gateway.StartsWith("igw-", StringComparison.Ordinal)) yield break;
        var (option, destination) = request["destinationCidrBlock"].Text is { Length: > 0 } v4 ? ("--destination-cidr-block", v4)
            : ("--destination-ipv6-cidr-block", request["destinationIpv6CidrBlock"].Text ?? "");
        if (destination.Length == 0 || !AddressRange.Parse(destination).IsWorld) yield break;

        var table = request["routeTableId"].Text is { Length: > 0 } id ? id : null;
        var replaced = e.EventName == "ReplaceRoute";
        yield return new Finding(
            Info, replaced ? Severity.Medium : Severity.Low,
            $"Route table {table ?? "(not named)"} sends {destination} to internet gateway {gateway}")
        {
            Resource = table,
            Reasons = [
                replaced
                ? "The route led elsewhere before: subnets that were private may be public now"
                : "Its subnets are public from now on"],
            UndoCommand = table is null || replaced ? null
                : Shell.Command(
                    "aws ec2 delete-route", ("--route-table-id", table), (option, destination), CommandPart.Region(e.Region)),
        };
    }
}
