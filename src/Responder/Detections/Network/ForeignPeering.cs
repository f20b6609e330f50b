using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Network;

/// <summary>A network of ours joined with one of a foreign account.</summary>
internal sealed class ForeignPeering : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "network.foreign-peering",
        Title = "Network joined with one of a foreign account",
        Description = "A VPC peering with another account was asked for or accepted, or that account was let to a VPC endpoint service. "
            + "Private addresses reach across from then on, past every gateway; routes and security groups still decide what passes.",
        Severity = Severity.Medium,
        Watches =
        [
            Watch.Calls(
                "ec2.amazonaws.com", "CreateVpcPeeringConnection", "AcceptVpcPeeringConnection", "ModifyVpcEndpointServicePermissions",
                "AcceptTransitGatewayPeeringAttachment", "CreateTransitGatewayPeeringAttachment"),
        ],
        Techniques = ["T1599", "T1563"],
        Controls = ["cis:5.5", "pci-dss:1.2.1", "pci-dss:1.4.1", "soc2:CC6.6", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            ["Whose the other account is, and which routes point to the peering: aws ec2 describe-vpc-peering-connections"],
            ["If nobody knows it: delete the peering, and the routes to it", "Cut off {actor} until it has explained itself"],
            ["A partner's or another company account is connected by agreement: list it in TRUSTED_ACCOUNT_IDS"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var request = e.Request[e.EventName + "Request"] is { IsObject: true } wrapped ? wrapped : e.Request;
        var answered = e.Response["vpcPeeringConnection"] is { Exists: true } peering ? peering
            : e.Response["CreateVpcPeeringConnectionResponse"]["vpcPeeringConnection"];
        var isService = e.EventName == "ModifyVpcEndpointServicePermissions";
        string?[] accounts = isService
            ? [.. Added(request).Select(AccountOf)]
            : [request["peerOwnerId"].Text, request["peerAccountId"].Text, answered["requesterVpcInfo"]["ownerId"].Text,
                answered["accepterVpcInfo"]["ownerId"].Text];
        var foreign = accounts.OfType<string>().Where(account => account.Length > 0 && !Estate.IsOurs(account, e)).Distinct().ToList();
        if (foreign.Count == 0) yield break;
        var everyone = foreign.Contains("*");
        var resource = request["vpcPeeringConnectionId"].Text ?? request["serviceId"].Text ?? request["vpcId"].Text;
        yield return new Finding(
            Info, everyone ? Severity.High : Severity.Medium,
            $"{(isService ? "Endpoint service opened to" : "Peering with")} {(everyone ? "everyone" : "foreign account " + foreign[0])}")
        {
            Resource = resource,
            Reasons = [.. foreign.Take(5).Select(static account => $"Account {account}")],
        };
    }

    private static IEnumerable<string> Added(JsonView request)
    {
        var added = request["addAllowedPrincipals"];
        var list = added["AllowedPrincipal"] is { Exists: true } inner ? inner : request["AddAllowedPrincipals"];
        return list.Items.Select(static item => item.Text ?? item["content"].Text ?? item["principal"].Text).OfType<string>();
    }

    private static string? AccountOf(string principal) => principal == "*" ? "*"
        : AwsArn.TryParse(principal, out var arn) ? arn.AccountId : principal;
}
