using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.SecurityGroups;

public class IngressOpenedToWorldTests
{
    private const string Id = "security-group.ingress-opened-to-world";

    [Theory]
    [InlineData("tcp", 22, 22, "HIGH")]
    [InlineData("6", 3389, 3389, "HIGH")]
    [InlineData("TCP", 5985, 5986, "HIGH")]
    [InlineData("tcp", 9200, 9200, "HIGH")]
    [InlineData("tcp", 20, 25, "HIGH")]
    [InlineData("udp", 11211, 11211, "HIGH")]
    [InlineData("tcp", 30000, 30100, "HIGH")]
    [InlineData("tcp", 40000, 40099, "LOW")]
    [InlineData("tcp", 80, 80, "LOW")]
    [InlineData("tcp", 443, 443, "LOW")]
    [InlineData("tcp", 0, 65535, "CRITICAL")]
    [InlineData("tcp", 1, 65534, "CRITICAL")]
    [InlineData("udp", 0, 65535, "CRITICAL")]
    [InlineData("tcp", -1, -1, "CRITICAL")]
    [InlineData("tcp", 65535, 0, "CRITICAL")]
    [InlineData("-1", -1, -1, "CRITICAL")]
    [InlineData("icmp", -1, -1, "LOW")]
    [InlineData("47", -1, -1, "LOW")]
    public void Severity_follows_what_is_opened(string protocol, int from, int to, string severity)
    {
        var e = Ingress($$"""[{"ipProtocol":"{{protocol}}","fromPort":{{from}},"toPort":{{to}},"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}] } }]""");
        Assert.Equal(severity, Detected.Single(e, Id).Severity.Name());
    }

    [Theory]
    [InlineData("\"22\"", "\"22\"", "HIGH")] // ports as text
    [InlineData("null", "null", "CRITICAL")] // nothing said is no limit
    public void Ports_may_be_text_or_missing(string from, string to, string severity)
    {
        var e = Ingress($$"""[{"ipProtocol":"tcp","fromPort":{{from}},"toPort":{{to}},"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}] } }]""");
        Assert.Equal(severity, Detected.Single(e, Id).Severity.Name());
    }

    [Fact]
    public void All_ports_in_several_rules_are_all_ports()
    {
        const string open = """ "ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}} """;
        var e = Ingress($$"""[{"ipProtocol":"tcp","fromPort":0,"toPort":30000,{{open}},{"ipProtocol":"tcp","fromPort":29000,"toPort":65535,{{open}}]""");
        Assert.Equal(Severity.Critical, Detected.Single(e, Id).Severity);
    }

    [Fact]
    public void Response_is_read_when_the_request_has_no_rule_and_its_rule_id_makes_the_revoke_exact()
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", """
            {"responseElements":{"_return":true,"securityGroupRuleSet":{"items":[
              {"groupId":"sg-1","securityGroupRuleId":"sgr-9","isEgress":false,"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIpv4":"0.0.0.0/0"}]}}}
            """);
        var finding = Detected.Single(e, Id);
        Assert.Equal("Security group sg-1 opened to the world: tcp 22 from 0.0.0.0/0", finding.Title);
        Assert.Equal(
            "aws ec2 revoke-security-group-ingress --group-id sg-1 --security-group-rule-ids sgr-9 --region eu-central-1",
            finding.UndoCommand?.Text);
    }

    [Fact]
    public void A_rule_for_another_group_is_not_taken_back_with_the_one_for_the_world()
    {
        var e = Ingress("""[{"ipProtocol":"-1","groups":{"items":[{"groupId":"sg-2","userId":"123456789012"}]}},{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]""");
        var finding = Detected.Single(e, Id);
        Assert.Equal("HIGH", finding.Severity.Name());
        Assert.Equal(
            "aws ec2 revoke-security-group-ingress --group-id sg-1 --ip-permissions "
            + "'IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{CidrIp=0.0.0.0/0}]' --region eu-central-1", finding.UndoCommand?.Text);
    }

    [Fact]
    public void Without_rule_ids_the_revoke_names_the_rule_itself_and_only_what_admits_the_world()
    {
        var e = Ingress("""[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"10.0.0.0/8"},{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{"items":[{"cidrIpv6":"::/0"}]}}]""");
        Assert.Equal(
            "aws ec2 revoke-security-group-ingress --group-id sg-1 --ip-permissions "
            + "'IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]' --region eu-central-1",
            Detected.Single(e, Id).UndoCommand?.Text);
    }

    [Fact]
    public void Undo_command_quotes_what_the_event_says()
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress",
            """{"requestParameters":{"groupName":"x'; rm -rf / #","ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIp":"0.0.0.0/0","ipPermissions":{}}}""");
        Assert.Contains("""--group-name 'x'\''; rm -rf / #' """, Detected.Single(e, Id).UndoCommand?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_that_are_missing_are_not_safe()
    {
        Assert.Equal(Severity.Medium, Detected.Single(EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress"), Id).Severity);
        var omitted = EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", """{"requestParameters":{"omitted":"true","originalSize":120000}}""");
        Assert.Equal(Severity.High, Detected.Single(omitted, Id).Severity);
    }

    [Fact]
    public void Prefix_list_on_a_harmless_port_is_quiet() =>
        Detected.Nothing(Ingress("""[{"ipProtocol":"tcp","fromPort":443,"toPort":443,"prefixListIds":{"items":[{"prefixListId":"pl-1"}]}}]"""), Id);

    [Fact]
    public void Service_linked_role_that_opens_a_group_is_quiet()
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", $$"""
            {"userIdentity":{{Identities.Role("AWSServiceRoleForAmazonEKS", path: "aws-service-role/eks.amazonaws.com/")}},
             "requestParameters":{"groupId":"sg-1","ipProtocol":"-1","cidrIp":"0.0.0.0/0"} }
            """);
        Detected.Nothing(e, Id);
    }

    private static CloudTrailEvent Ingress(string permissions)
    {
        var request = $$"""{"groupId":"sg-1","ipPermissions":{"items":{{permissions}}} }""";
        return EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", $$"""{"requestParameters":{{request}} }""");
    }
}
