namespace Responder.Tests.Ordinary.Steps;

/// <summary>Networks as templates and modules create them. Shapes: facts.md, "AuthorizeSecurityGroupIngress", "CreateRoute".</summary>
internal static class NetworkSteps
{
    /// <summary>One rule: a port range, and who may use it (an address range, or a security group).</summary>
    internal sealed record Rule(string Protocol, int From, int To, string Source);

    public static readonly Rule EverythingOut = new("-1", -1, -1, "0.0.0.0/0");

    public static string CreateSecurityGroup(Journal log, Site site, string name, string vpc)
    {
        var id = site.Random.Id("sg");
        log.Call("ec2", "CreateSecurityGroup",
            new
            {
                groupName = name,
                groupDescription = name,
                vpcId = vpc,
                tagSpecificationSet = Journal.Items(
                    new { resourceType = "security-group", tags = new[] { new { key = "Name", value = name } } })
            },
            new
            {
                requestId = site.Random.Uuid(),
                _return = true,
                groupId = id,
                securityGroupArn = site.Arn("ec2", "security-group/" + id)
            });
        return id;
    }

    public static void Ingress(Journal log, Site site, string group, params Rule[] rules) =>
        Change(log, site, "AuthorizeSecurityGroupIngress", group, egress: false, rules);

    public static void Egress(Journal log, Site site, string group, params Rule[] rules) =>
        Change(log, site, "AuthorizeSecurityGroupEgress", group, egress: true, rules);

    public static void Revoke(Journal log, Site site, string call, string group, params Rule[] rules) =>
        log.Call("ec2", call, new { groupId = group, ipPermissions = Journal.Items([.. rules.Select(Permission)]) }, new
        {
            requestId = site.Random.Uuid(),
            _return = true,
        });

    public static void DeleteSecurityGroup(Journal log, Site site, string group) =>
        log.Call(
            "ec2", "DeleteSecurityGroup", new { groupId = group }, new { requestId = site.Random.Uuid(), _return = true, groupId = group });

    /// <summary>Creates a VPC with a public and a private subnet.</summary>
    public static (string Vpc, string Subnet, string RouteTable, string Gateway) CreateVpc(Journal log, Site site)
    {
        var random = site.Random;
        var (vpc, gateway, table) = (random.Id("vpc"), random.Id("igw"), random.Id("rtb"));
        log.Call(
            "ec2", "CreateVpc", new { cidrBlock = "10.20.0.0/16", instanceTenancy = "default", amazonProvidedIpv6CidrBlock = false }, new
            {
                requestId = random.Uuid(),
                vpc = new { vpcId = vpc, state = "pending", cidrBlock = "10.20.0.0/16" },
            });
        log.Call("ec2", "ModifyVpcAttribute", new { vpcId = vpc, enableDnsHostnames = new { value = true } }, new
        {
            requestId = random.Uuid(),
            _return = true,
        });
        string[] subnets = [random.Id("subnet"), random.Id("subnet")];
        foreach (var subnet in subnets)
        {
            var block = subnet == subnets[0] ? "10.20.0.0/24" : "10.20.1.0/24";
            log.Call("ec2", "CreateSubnet", new { vpcId = vpc, cidrBlock = block, availabilityZone = site.Region + "a" }, new
            {
                requestId = random.Uuid(),
                subnet = new { subnetId = subnet, vpcId = vpc, cidrBlock = block },
            });
        }

        log.Call("ec2", "CreateInternetGateway", new { }, new
        {
            requestId = random.Uuid(),
            internetGateway = new { internetGatewayId = gateway, attachmentSet = new { } },
        });
        log.Call("ec2", "AttachInternetGateway", new { internetGatewayId = gateway, vpcId = vpc }, new
        {
            requestId = random.Uuid(),
            _return = true,
        });
        log.Call("ec2", "CreateRouteTable", new { vpcId = vpc }, new
        {
            requestId = random.Uuid(),
            routeTable = new { routeTableId = table, vpcId = vpc },
        });
        log.Call("ec2", "CreateRoute", new { routeTableId = table, destinationCidrBlock = "0.0.0.0/0", gatewayId = gateway }, new
        {
            requestId = random.Uuid(),
            _return = true,
        });
        log.Call("ec2", "AssociateRouteTable", new { routeTableId = table, subnetId = subnets[0] }, new
        {
            requestId = random.Uuid(),
            associationId = random.Id("rtbassoc"),
            associationState = new { state = "associated" },
        });
        var (privateTable, nat) = (random.Id("rtb"), random.Id("nat"));
        log.Call("ec2", "AllocateAddress", new { domain = "vpc" }, new
        {
            requestId = random.Uuid(),
            publicIp = random.Address(),
            domain = "vpc",
            allocationId = random.Id("eipalloc"),
        });
        log.Call(
            "ec2", "CreateNatGateway", new
            {
                CreateNatGatewayRequest = new { SubnetId = subnets[0], AllocationId = random.Id("eipalloc") },
            }, new { CreateNatGatewayResponse = new { natGateway = new { natGatewayId = nat, vpcId = vpc } } });
        log.Call("ec2", "CreateRouteTable", new { vpcId = vpc }, new
        {
            requestId = random.Uuid(),
            routeTable = new { routeTableId = privateTable, vpcId = vpc },
        });
        log.Call("ec2", "CreateRoute", new { routeTableId = privateTable, destinationCidrBlock = "0.0.0.0/0", natGatewayId = nat }, new
        {
            requestId = random.Uuid(),
            _return = true,
        });
        return (vpc, subnets[0], table, gateway);
    }

    /// <summary>Creates a network ACL that admits HTTPS and the answers to its own calls.</summary>
    public static string CreateNetworkAcl(Journal log, Site site, string vpc)
    {
        var acl = site.Random.Id("acl");
        log.Call("ec2", "CreateNetworkAcl", new { vpcId = vpc }, new
        {
            requestId = site.Random.Uuid(),
            networkAcl = new { networkAclId = acl, vpcId = vpc, @default = false },
        });
        foreach (var (number, egress, from, to) in ((int, bool, int, int)[])[
            (100, false, 443, 443), (110, false, 1024, 65535), (100, true, 443, 443), (110, true, 1024, 65535)])
        {
            log.Call("ec2", "CreateNetworkAclEntry",
                new
                {
                    networkAclId = acl,
                    ruleNumber = number,
                    egress,
                    ruleAction = "allow",
                    icmpTypeCode = new { },
                    portRange = new
                    {
                        from,
                        to,
                    },
                    aclProtocol = "6",
                    cidrBlock = "0.0.0.0/0"
                },
                new { requestId = site.Random.Uuid(), _return = true });
        }

        return acl;
    }

    public static void CreateFlowLogs(Journal log, Site site, string vpc, string group, string role) => log.Call("ec2", "CreateFlowLogs",
        new
        {
            CreateFlowLogsRequest = new
            {
                ResourceType = "VPC",
                ResourceId = new
                {
                    tag = 1,
                    content = vpc,
                },
                TrafficType = "ALL",
                LogDestinationType = "cloud-watch-logs",
                LogGroupName = group,
                DeliverLogsPermissionArn = site.RoleArn(role),
                MaxAggregationInterval = 600,
                ClientToken = site.Random.Uuid(),
            },
        },
        new
        {
            CreateFlowLogsResponse = new
            {
                requestId = site.Random.Uuid(),
                unsuccessful = "",
                clientToken = site.Random.Uuid(),
                flowLogIdSet = new
                {
                    item = site.Random.Id("fl"),
                },
            }
        });

    private static void Change(Journal log, Site site, string call, string group, bool egress, Rule[] rules) => log.Call("ec2", call,
        new { groupId = group, ipPermissions = Journal.Items([.. rules.Select(Permission)]) },
        new
        {
            requestId = site.Random.Uuid(),
            _return = true,
            securityGroupRuleSet = Journal.Items([.. rules.Select(rule => Answer(site, group, egress, rule))])
        });

    private static object Permission(Rule rule)
    {
        var groups = rule.Source.StartsWith("sg-", StringComparison.Ordinal)
            ? Journal.Items(new { groupId = rule.Source })
            : Journal.Items();
        var ranges = rule.Source.StartsWith("sg-", StringComparison.Ordinal)
            ? Journal.Items()
            : Journal.Items(new { cidrIp = rule.Source });
        return rule.Protocol == "-1"
            ? new { ipProtocol = rule.Protocol, groups, ipRanges = ranges, ipv6Ranges = new { }, prefixListIds = new { } }
            : new
            {
                ipProtocol = rule.Protocol,
                fromPort = rule.From,
                toPort = rule.To,
                groups,
                ipRanges = ranges,
                ipv6Ranges = new { },
                prefixListIds = new { }
            };
    }

    private static object Answer(Site site, string group, bool egress, Rule rule)
    {
        var (id, owner) = (site.Random.Id("sgr"), site.Account);
        return rule.Source.StartsWith("sg-", StringComparison.Ordinal)
            ? new
            {
                groupOwnerId = owner,
                groupId = group,
                securityGroupRuleId = id,
                isEgress = egress,
                ipProtocol = rule.Protocol,
                fromPort = rule.From,
                toPort = rule.To,
                referencedGroupInfo = new { groupId = rule.Source, userId = owner }
            }
            : new
            {
                groupOwnerId = owner,
                groupId = group,
                securityGroupRuleId = id,
                isEgress = egress,
                ipProtocol = rule.Protocol,
                fromPort = rule.From,
                toPort = rule.To,
                cidrIpv4 = rule.Source
            };
    }
}
