using System.Globalization;
using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SecurityGroups;

/// <summary>
/// One rule that a call adds or changes, read from whichever form the record has: <c>securityGroupRuleSet</c> of the response,
/// <c>ipPermissions</c> or the flat form of the request, or the wrapper of ModifySecurityGroupRules.
/// </summary>
internal sealed record RuleChange(
    string Protocol, int From, int To, IReadOnlyList<AddressRange> Ranges, bool HasPrefixList, bool HasGroup, string? RuleId)
{
    public const int HighestPort = 65535;

    /// <summary>True for tcp, udp and "all protocols": only these have ports.</summary>
    public bool HasPorts => Protocol is "tcp" or "udp" or "-1";

    public bool AllProtocols => Protocol == "-1";

    /// <summary>"all protocols", "tcp 22", "tcp 8000-9000", "icmp".</summary>
    public string Describe() => AllProtocols ? "all protocols"
        : !HasPorts ? Protocol
        : From == 0 && To == HighestPort ? "all " + Protocol + " ports"
        : From == To ? FormattableString.Invariant($"{Protocol} {From}")
        : FormattableString.Invariant($"{Protocol} {From}-{To}");

    /// <summary>
    /// The rules that the call asked for or that AWS says it made; those of the response come first, because they have rule ids.
    /// </summary>
    public static IReadOnlyList<RuleChange> Of(CloudTrailEvent e)
    {
        var rules = new List<RuleChange>();
        foreach (var item in List(e.Response["securityGroupRuleSet"]))
        {
            if (item.IsObject) rules.Add(FromRule(item, Name(item["securityGroupRuleId"])));
        }

        var request = e.Request;
        foreach (var modification in Modifications(e))
        {
            foreach (var item in List(modification["SecurityGroupRule"]))
            {
                var rule = item["SecurityGroupRule"].Unwrapped;
                if (rule.IsObject) rules.Add(FromRule(rule, Name(item["SecurityGroupRuleId"])));
            }
        }

        foreach (var permission in List(request["ipPermissions"]))
        {
            if (permission.IsObject) rules.Add(FromPermission(permission));
        }

        if (request["cidrIp"].Exists || request["cidrIpv6"].Exists) rules.Add(FromPermission(request));
        return rules;
    }

    /// <summary>
    /// True when the record of a successful call names no source: no addresses, prefix list or group. AWS refuses such a rule, so the
    /// record must have lost its source.
    /// </summary>
    /// <param name="rules">The rules of this call.</param>
    public static bool NameNoSource(CloudTrailEvent e, IReadOnlyList<RuleChange> rules) =>
        rules.All(static rule => rule.Ranges.Count == 0 && !rule.HasPrefixList && !rule.HasGroup)
        && !e.Request["sourceSecurityGroupName"].Exists && !e.Request["sourceSecurityGroupId"].Exists;

    /// <summary>The group that is changed: its id, or else its name; null when the event names neither.</summary>
    public static string? GroupOf(CloudTrailEvent e)
    {
        return Modifications(e).Select(static request => Name(request["groupId"]) ?? Name(request["groupName"]))
            .FirstOrDefault(static name => name is not null)
            ?? List(e.Response["securityGroupRuleSet"]).Select(static item => Name(item["groupId"]))
            .FirstOrDefault(static id => id is not null);
    }

    private static RuleChange FromRule(JsonView rule, string? id) => Create(
        rule["ipProtocol"], rule["fromPort"], rule["toPort"], RangesIn(rule["cidrIpv4"], rule["cidrIpv6"], rule["cidrIp"]),
        rule["prefixListId"].Exists, rule["referencedGroupInfo"].Exists || rule["referencedGroupId"].Exists, id);

    private static RuleChange FromPermission(JsonView permission)
    {
        var ranges = new List<AddressRange>();
        foreach (var list in (ReadOnlySpan<JsonView>)[permission["ipRanges"], permission["ipv6Ranges"]])
        {
            // A list may hold objects or bare addresses, and IPv6 addresses have been seen in either list.
            foreach (var range in List(list))
                ranges.AddRange(range.IsObject ? RangesIn(range["cidrIp"], range["cidrIpv6"]) : RangesIn(range));
        }

        ranges.AddRange(RangesIn(permission["cidrIp"], permission["cidrIpv6"]));
        return Create(
            permission["ipProtocol"], permission["fromPort"], permission["toPort"], ranges,
            List(permission["prefixListIds"]).Any(), List(permission["groups"]).Any(), null);
    }

    internal static RuleChange Create(
        JsonView protocolView, JsonView fromView, JsonView toView, IReadOnlyList<AddressRange> ranges, bool hasPrefixList, bool hasGroup,
        string? id)
    {
        var protocol = protocolView.Text?.Trim().ToLowerInvariant() switch
        {
            null or "" or "-1" or "all" => "-1", // no protocol given means no limit
            "6" => "tcp",
            "17" => "udp",
            "1" => "icmp",
            "58" => "icmpv6",
            { } other => other,
        };
        var (from, to) = (Port(fromView, 0), Port(toView, HighestPort));
        if (from > to) (from, to) = (to, from);
        return new RuleChange(protocol, from, to, ranges, hasPrefixList, hasGroup, id);
    }

    /// <summary>The wrapper of ModifySecurityGroupRules, or else the request itself.</summary>
    private static IEnumerable<JsonView> Modifications(CloudTrailEvent e)
    {
        var wrapper = e.Request["ModifySecurityGroupRulesRequest"].Unwrapped;
        return wrapper.Exists ? List(wrapper) : [e.Request];
    }

    /// <summary>The elements of a list, however it is wrapped: as text, in <c>items</c>, or in an array of such wrappers.</summary>
    private static IEnumerable<JsonView> List(JsonView view)
    {
        foreach (var item in view.Unwrapped.Items)
        {
            var element = item.Unwrapped;
            if (element.IsObject && (element["items"].Exists || element["item"].Exists))
            {
                foreach (var inner in element.Items) yield return inner.Unwrapped;
            }
            else
            {
                yield return element;
            }
        }
    }

    private static int Port(JsonView view, int unlimited) => view.Integer is { } port and >= 0
        ? (int)Math.Min(port, HighestPort)
        : unlimited;

    /// <summary>The address ranges in these texts; a missing value, or one that is no text, adds none.</summary>
    internal static List<AddressRange> RangesIn(params ReadOnlySpan<JsonView> views)
    {
        var ranges = new List<AddressRange>(views.Length);
        foreach (var view in views)
        {
            if (view.Text is { Length: > 0 } text) ranges.Add(AddressRange.Parse(text));
        }

        return ranges;
    }

    private static string? Name(JsonView view) => view.Text is { Length: > 0 } text ? text : null;

    /// <summary>The option with the given ranges of these rules, in shorthand where that takes their texts as they are.</summary>
    public static CommandPart ToCliPermissions(
        string option, IReadOnlyList<(RuleChange Rule, IReadOnlyList<AddressRange> Ranges)> open)
    {
        var isPlain = open.All(static o =>
            CommandPart.IsShorthand(o.Rule.Protocol) && o.Ranges.All(static r => CommandPart.IsShorthand(r.Text)));
        return isPlain
            ? CommandPart.List(option, [.. open.Select(static o => o.Rule.ToShorthand(o.Ranges))])
            : CommandPart.Json(option, new JsonArray([.. open.Select(static o => o.Rule.ToJson(o.Ranges))]));
    }

    private string ToShorthand(IReadOnlyList<AddressRange> ranges)
    {
        var parts = new List<string> { "IpProtocol=" + Protocol };
        if (CliPorts is var (from, to))
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"FromPort={from}"));
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"ToPort={to}"));
        }

        foreach (var (list, member, own) in Lists(ranges))
            parts.Add($"{list}=[{string.Join(',', own.Select(range => $"{{{member}={range.Text}}}"))}]");
        return string.Join(',', parts);
    }

    private JsonObject ToJson(IReadOnlyList<AddressRange> ranges)
    {
        var json = new JsonObject { ["IpProtocol"] = Protocol };
        if (CliPorts is var (from, to)) (json["FromPort"], json["ToPort"]) = (from, to);
        foreach (var (list, member, own) in Lists(ranges))
            json[list] = new JsonArray([.. own.Select(range => new JsonObject { [member] = range.Text })]);
        return json;
    }

    /// <summary>The ports that the AWS CLI wants; null for a protocol that has none.</summary>
    private (int From, int To)? CliPorts => AllProtocols ? null
        : HasPorts ? (From, To)
        : Protocol.StartsWith("icmp", StringComparison.Ordinal) ? (-1, -1)
        : null;

    private static IEnumerable<(string List, string Member, IReadOnlyList<AddressRange> Ranges)> Lists(IReadOnlyList<AddressRange> ranges)
    {
        AddressRange[] v4 = [.. ranges.Where(static range => !range.IsV6)];
        AddressRange[] v6 = [.. ranges.Where(static range => range.IsV6)];
        if (v4.Length > 0) yield return ("IpRanges", "CidrIp", v4);
        if (v6.Length > 0) yield return ("Ipv6Ranges", "CidrIpv6", v6);
    }
}
