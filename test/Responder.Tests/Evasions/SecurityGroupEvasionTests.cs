using Responder.Events;
using Responder.Tests.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Evasions;

/// <summary>Ways to open a security group that other rule sets are known to miss.</summary>
[Trap("E8")]
public class SecurityGroupEvasionTests
{
    [Fact]
    public void Flat_request_without_a_list_of_permissions() =>
        High("""{"groupId":"sg-1","ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIp":"0.0.0.0/0","ipPermissions":{}}""");

    [Fact]
    public void Nested_list_of_permissions() =>
        High("""{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{},"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{}}]}}""");

    [Fact]
    public void Port_inside_a_range_that_does_not_begin_or_end_with_it() =>
        High("""{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":10,"toPort":30,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}""");

    [Fact]
    public void All_ports_by_range()
    {
        var e = Ingress("""{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":0,"toPort":65535,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}""");
        Assert.Equal(Severity.Critical, Detected.SeverityOf(e));
    }

    [Fact]
    public void Protocol_minus_one_omits_the_ports()
    {
        var e = Ingress("""{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"-1","ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}""");
        Assert.Equal(Severity.Critical, Detected.SeverityOf(e));
    }

    [Theory]
    [InlineData("ipv6Ranges", "cidrIpv6")]
    [InlineData("ipRanges", "cidrIp")] // where it does not belong
    public void IPv6_world(string list, string field) => High(
        $$"""{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"{{list}}":{"items":[{"{{field}}":"::/0"}] } }] } }""");

    [Fact]
    public void World_in_two_halves() => High(Ranges("0.0.0.0/1", "128.0.0.0/1"));

    [Fact]
    public void Half_of_the_world_alone() => High(Ranges("128.0.0.0/1"));

    [Fact]
    public void World_in_many_blocks_of_which_none_is_large() => High(Ranges("11.0.0.0/8", "12.0.0.0/8", "13.0.0.0/8"));

    [Fact]
    public void World_in_blocks_spread_over_several_rules()
    {
        var rules = string.Join(',', Enumerable.Range(0, 32).Select(static i =>
            """{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"N.0.0.0/10"}]}}""".Replace("N", (20 + i).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        High("{\"groupId\":\"sg-1\",\"ipPermissions\":{\"items\":[" + rules + "]}}");
    }

    [Theory]
    [InlineData("10.0.0.0/0")]
    [InlineData("203.0.113.7/0")]
    [InlineData("192.168.1.1/00")]
    public void Prefix_zero_behind_an_address_that_looks_private(string cidr) => High(Ranges(cidr));

    [Fact]
    public void Many_small_blocks_of_ones_own_are_not_the_world() =>
        Detected.Nothing(
            Ingress(Ranges("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "10.0.0.0/8")), "security-group.ingress-opened-to-world");

    [Fact]
    public void Existing_rule_modified_instead_of_added()
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", "ModifySecurityGroupRules", """
            {"requestParameters":{"ModifySecurityGroupRulesRequest":{"GroupId":"sg-1","SecurityGroupRule":{"SecurityGroupRuleId":"sgr-1","tag":1,
              "SecurityGroupRule":{"CidrIpv4":"0.0.0.0/0","FromPort":22,"ToPort":22,"IpProtocol":"tcp"}}}}}
            """);
        var finding = Detected.Single(e, "security-group.ingress-opened-to-world");
        Assert.Equal(Severity.High, finding.Severity);
        Assert.Contains("--security-group-rule-ids sgr-1", finding.UndoCommand?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_rules_modified_in_one_call_of_which_one_opens()
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", "ModifySecurityGroupRules", """
            {"requestParameters":{"ModifySecurityGroupRulesRequest":{"GroupId":"sg-1","SecurityGroupRule":[
              {"SecurityGroupRuleId":"sgr-1","tag":1,"SecurityGroupRule":{"CidrIpv4":"10.0.0.0/8","FromPort":22,"ToPort":22,"IpProtocol":"tcp"}},
              {"SecurityGroupRuleId":"sgr-2","tag":2,"SecurityGroupRule":{"CidrIpv6":"::/0","IpProtocol":"-1"}}]}}}
            """);
        Assert.Equal(Severity.Critical, Detected.SeverityOf(e));
    }

    [Fact]
    public void Prefix_list_whose_addresses_the_event_does_not_show() => Assert.Equal(Severity.Medium, Detected.SeverityOf(Ingress(
        """{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"prefixListIds":{"items":[{"prefixListId":"pl-1"}]}}]}}""")));

    [Theory]
    [InlineData("Client.DryRunOperation", Severity.None)]
    [InlineData("Client.UnauthorizedOperation", Severity.Medium)]
    [InlineData("Client.InvalidPermission.Duplicate", Severity.None)]
    public void Failed_call_opens_nothing(string errorCode, Severity severity)
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress",
            $$"""{"errorCode":"{{errorCode}}","requestParameters":{"groupId":"sg-1","ipProtocol":"-1","cidrIp":"0.0.0.0/0"} }""");
        Assert.Equal(severity, Detected.SeverityOf(e));
    }

    private static void High(string request) =>
        Assert.Equal(Severity.High, Detected.Single(Ingress(request), "security-group.ingress-opened-to-world").Severity);

    private static string Ranges(params string[] cidrs) =>
        """{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[RANGES]}}]}}"""
            .Replace("RANGES", string.Join(',', cidrs.Select(static cidr => "{\"cidrIp\":\"" + cidr + "\"}")), StringComparison.Ordinal);

    private static CloudTrailEvent Ingress(string request) => EventBuilder.Of("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", $$"""{"requestParameters":{{request}} }""");

    [Theory]
    [InlineData("""{"groupId":"sg-1","ipPermissions":[{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}]}""")]
    [InlineData("""{"groupId":"sg-1","ipPermissions":"{\"items\":[{\"ipProtocol\":\"tcp\",\"fromPort\":22,\"toPort\":22,\"ipRanges\":{\"items\":[{\"cidrIp\":\"0.0.0.0/0\"}]}}]}"}""")]
    [InlineData("""{"groupId":"sg-1","ipPermissions":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":"[{\"cidrIp\":\"0.0.0.0/0\"}]"}]}""")]
    public void List_wrapped_in_a_list_or_written_as_text(string request) => High(request);

    [Theory]
    [InlineData("""[{"GroupId":"sg-1","SecurityGroupRule":{"SecurityGroupRuleId":"sgr-1","SecurityGroupRule":{"CidrIpv4":"0.0.0.0/0","FromPort":22,"ToPort":22,"IpProtocol":"tcp"}}}]""")]
    [InlineData("\"{\\\"GroupId\\\":\\\"sg-1\\\",\\\"SecurityGroupRule\\\":{\\\"SecurityGroupRule\\\":{\\\"CidrIpv4\\\":\\\"0.0.0.0/0\\\","
        + "\\\"FromPort\\\":22,\\\"ToPort\\\":22,\\\"IpProtocol\\\":\\\"tcp\\\"}}}\"")]
    public void Modification_wrapped_in_a_list_or_written_as_text(string wrapper)
    {
        var e = EventBuilder.Of(
            "ec2.amazonaws.com", "ModifySecurityGroupRules", "{\"requestParameters\":{\"ModifySecurityGroupRulesRequest\":" + wrapper
            + "}}");
        var finding = Detected.Single(e, "security-group.ingress-opened-to-world");
        Assert.Equal((Severity.High, "sg-1"), (finding.Severity, finding.Resource));
    }

    [Theory]
    [InlineData("AuthorizeSecurityGroupIngress", "null")]
    [InlineData("AuthorizeSecurityGroupIngress", """{"groupId":"sg-1","ipPermissions":{}}""")]
    [InlineData("AuthorizeSecurityGroupIngress", """{"groupId":"sg-1","ipProtocol":"tcp","fromPort":22,"toPort":22,"ipPermissions":null}""")]
    [InlineData("AuthorizeSecurityGroupIngress", """{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"-1","groups":{},"ipRanges":{},"ipv6Ranges":{},"prefixListIds":{}}]}}""")]
    [InlineData("ModifySecurityGroupRules", "null")]
    [InlineData("ModifySecurityGroupRules", "{}")]
    [InlineData("ModifySecurityGroupRules", """{"ModifySecurityGroupRulesRequest":null}""")]
    public void Call_that_worked_but_says_no_source_is_not_taken_for_harmless(string name, string request)
    {
        var e = EventBuilder.Of("ec2.amazonaws.com", name, "{\"requestParameters\":" + request + "}");
        Assert.Equal(Severity.Medium, Detected.Single(e, "security-group.ingress-opened-to-world").Severity);
    }

    [Theory]
    [InlineData("""{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"-1","groups":{"items":[{"groupId":"sg-2"}]},"ipRanges":{}}]}}""")]
    [InlineData("""{"groupName":"web","sourceSecurityGroupName":"lb","ipPermissions":{}}""")]
    public void Other_groups_as_source_are_not_the_world(string request) =>
        Detected.Nothing(Ingress(request), "security-group.ingress-opened-to-world");
}
