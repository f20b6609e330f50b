using System.Globalization;
using Responder.Events;

namespace Responder.Detections.SecurityGroups;

/// <summary>
/// One rule that a call adds or changes, read from whichever of the shapes the record has: <c>securityGroupRuleSet</c> of the response,
/// <c>ipPermissions</c> or the flat form of the request, or the wrapper of ModifySecurityGroupRules.
/// </summary>
internal sealed record RuleChange(string Protocol, int From, int To, IReadOnlyList<AddressRange> Ranges, bool HasPrefixList, string? RuleId)
{
    public const int HighestPort = 65535;

    /// <summary>tcp, udp or "all protocols": only these have ports.</summary>
    public bool HasPorts => Protocol is "tcp" or "udp" or "-1";

    public bool AllProtocols => Protocol == "-1";

    /// <summary>"all protocols", "tcp 22", "tcp 8000-9000", "icmp".</summary>
    public string Describe() => AllProtocols ? "all protocols"
        : !HasPorts ? Protocol
        : From == 0 && To == HighestPort ? "all " + Protocol + " ports"
        : From == To ? FormattableString.Invariant($"{Protocol} {From}")
        : FormattableString.Invariant($"{Protocol} {From}-{To}");

    /// <summary>The rules that the call asked for or AWS says it made; the response first, since it knows the rule ids.</summary>
    public static IReadOnlyList<RuleChange> Of(CloudTrailEvent e)
    {
        var rules = new List<RuleChange>();
        foreach (var item in e.Response["securityGroupRuleSet"].Items)
        {
            if (item.IsObject) rules.Add(FromRule(item, Name(item["securityGroupRuleId"])));
        }

        var request = e.Request;
        var modify = request["ModifySecurityGroupRulesRequest"];
        foreach (var item in (modify.Exists ? modify : request)["SecurityGroupRule"].Items)
        {
            var rule = item["SecurityGroupRule"];
            if (rule.IsObject) rules.Add(FromRule(rule, Name(item["SecurityGroupRuleId"])));
        }

        foreach (var permission in request["ipPermissions"].Items)
        {
            if (permission.IsObject) rules.Add(FromPermission(permission));
        }

        if (request["cidrIp"].Exists || request["cidrIpv6"].Exists) rules.Add(FromPermission(request));
        return rules;
    }

    /// <summary>The group that is changed: its id, else its name.</summary>
    public static string? GroupOf(CloudTrailEvent e)
    {
        var request = e.Request["ModifySecurityGroupRulesRequest"].Exists ? e.Request["ModifySecurityGroupRulesRequest"] : e.Request;
        return Name(request["groupId"]) ?? Name(request["groupName"])
            ?? e.Response["securityGroupRuleSet"].Items.Select(static item => Name(item["groupId"])).FirstOrDefault(static id => id is not null);
    }

    private static RuleChange FromRule(JsonView rule, string? id) => Create(
        rule["ipProtocol"], rule["fromPort"], rule["toPort"],
        Texts(rule["cidrIpv4"]).Concat(Texts(rule["cidrIpv6"])).Concat(Texts(rule["cidrIp"])),
        rule["prefixListId"].Exists, id);

    private static RuleChange FromPermission(JsonView permission)
    {
        // A list may hold objects or bare addresses, and IPv6 addresses have been seen in either list.
        var ranges = permission["ipRanges"].Items.Concat(permission["ipv6Ranges"].Items).SelectMany(static range => range.IsObject
            ? Texts(range["cidrIp"]).Concat(Texts(range["cidrIpv6"]))
            : Texts(range));
        return Create(
            permission["ipProtocol"], permission["fromPort"], permission["toPort"],
            ranges.Concat(Texts(permission["cidrIp"])).Concat(Texts(permission["cidrIpv6"])),
            permission["prefixListIds"].Items.Any(), null);
    }

    internal static RuleChange Create(JsonView protocolView, JsonView fromView, JsonView toView, IEnumerable<string> ranges, bool hasPrefixList, string? id)
    {
        var protocol = protocolView.Text?.Trim().ToLowerInvariant() switch
        {
            null or "" or "-1" or "all" => "-1", // nothing said is no limit
            "6" => "tcp",
            "17" => "udp",
            "1" => "icmp",
            "58" => "icmpv6",
            { } other => other,
        };
        var (from, to) = (Port(fromView, 0), Port(toView, HighestPort));
        if (from > to) (from, to) = (to, from);
        return new RuleChange(protocol, from, to, [.. ranges.Select(AddressRange.Parse)], hasPrefixList, id);
    }

    private static int Port(JsonView view, int unlimited) => view.Integer is { } port and >= 0 ? (int)Math.Min(port, HighestPort) : unlimited;

    private static IEnumerable<string> Texts(JsonView view) => view.Text is { Length: > 0 } text ? [text] : [];

    private static string? Name(JsonView view) => view.Text is { Length: > 0 } text ? text : null;

    /// <summary>The rule in the shorthand of <c>--ip-permissions</c>, with the given ranges only.</summary>
    public string ToCliPermission(IEnumerable<AddressRange> ranges)
    {
        var parts = new List<string> { "IpProtocol=" + Protocol };
        if (!AllProtocols && (HasPorts || Protocol.StartsWith("icmp", StringComparison.Ordinal)))
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"FromPort={(HasPorts ? From : -1)}"));
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"ToPort={(HasPorts ? To : -1)}"));
        }

        var (v4, v6) = (ranges.Where(static range => !range.IsV6).ToList(), ranges.Where(static range => range.IsV6).ToList());
        if (v4.Count > 0) parts.Add("IpRanges=[" + string.Join(',', v4.Select(static range => "{CidrIp=" + range.Text + "}")) + "]");
        if (v6.Count > 0) parts.Add("Ipv6Ranges=[" + string.Join(',', v6.Select(static range => "{CidrIpv6=" + range.Text + "}")) + "]");
        return string.Join(',', parts);
    }
}
