using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class WorldOpenGroups
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "world-open-groups",
        Title = "Who opened a security group to the world?",
        Definition =
            "AuthorizeSecurityGroupIngress, AuthorizeSecurityGroupEgress and ModifySecurityGroupRules of EC2 that worked and whose "
            + "request has 0.0.0.0/0 or ::/0 anywhere in it. ModifySecurityGroupRules "
            + "does not say whether the rule is ingress or egress, and two halves of the world are not seen: `responder backtest` weighs "
                + "both.",
        Days = 30,
        Where = new All(
            Call("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "ModifySecurityGroupRules"),
            new Any(new Mentions("requestParameters", "0.0.0.0/0"), new Mentions("requestParameters", "::/0"))),
        WorkedOnly = true,
        Columns = Row(new Column(
            "security_group", new FirstOf(Request("groupId"), Request("groupName"), Request("ModifySecurityGroupRulesRequest.GroupId")))),
    };
}
