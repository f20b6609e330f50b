using System.Globalization;
using Responder.Vocabulary;

namespace Responder.Detections.SecurityGroups;

/// <summary>What the rules of one call let in from the world, judged together: a range cut in pieces is still that range.</summary>
internal static class Exposure
{
    /// <summary>More ports than this in one rule are a wide range.</summary>
    public const int WideRange = 100;

    /// <summary>This many ports of a protocol count as all of them: leaving a few out changes nothing.</summary>
    public const int NearlyAllPorts = 65_000;

    /// <summary>
    /// The rules that reach the world, each with the address ranges that do. Blocks that are small by themselves count together
    /// when one call opens the same ports to more than a /8 of public addresses.
    /// </summary>
    public static IReadOnlyList<(RuleChange Rule, IReadOnlyList<AddressRange> Ranges)> WorldRules(IReadOnlyList<RuleChange> rules)
    {
        var world = new List<(RuleChange, IReadOnlyList<AddressRange>)>();
        // Most rules name private addresses or other groups.
        if (!rules.Any(static rule => rule.Ranges.Any(static range => range.IsWorld || range.Share > 0))) return world;
        foreach (var group in rules.GroupBy(static rule => (rule.Protocol, rule.From, rule.To)))
        {
            var together = group.SelectMany(static rule => rule.Ranges).Where(static range => range.Network is not null)
                .DistinctBy(static range => (range.Network, range.Prefix))
                .GroupBy(static range => range.IsV6)
                .Any(static family => family.Sum(static range => range.Share) > 1);
            foreach (var rule in group)
            {
                AddressRange[] ranges = [.. rule.Ranges.Where(range => range.IsWorld || (together && range.Share > 0))];
                if (ranges.Length > 0) world.Add((rule, ranges));
            }
        }

        return world;
    }

    /// <summary>How severe it is that these rules admit the world, and why.</summary>
    public static (Severity Severity, string Reason, RuleChange Worst) Judge(IReadOnlyList<RuleChange> rules)
    {
        foreach (var rule in rules)
        {
            if (rule.AllProtocols) return (Severity.Critical, "all protocols and ports", rule);
        }

        foreach (var protocol in (string[])["tcp", "udp"])
        {
            var open = rules.Where(rule => rule.Protocol == protocol).ToList();
            var ports = PortsOf(open);
            if (ports >= NearlyAllPorts)
                return (Severity.Critical, string.Create(CultureInfo.InvariantCulture, $"{ports} {protocol} ports"),
                    open.MaxBy(static rule => rule.To - rule.From)!);
        }

        foreach (var rule in rules)
        {
            if (rule.HasPorts && SensitivePorts.FirstIn(rule.From, rule.To) is { } port)
                return (Severity.High, "administrative or data port " + port, rule);
        }

        foreach (var rule in rules)
        {
            if (rule.HasPorts && rule.To - rule.From >= WideRange)
                return (Severity.High, string.Create(CultureInfo.InvariantCulture, $"a wide range of {rule.To - rule.From + 1} ports"),
                    rule);
        }

        return (Severity.Low, "no port that is usually administrative or a data store", rules[0]);
    }

    /// <summary>How wide the rules open: one port, several, a wide range, all.</summary>
    /// <param name="severity">What <see cref="Judge"/> says of them.</param>
    public static int WidthOf(Severity severity, IReadOnlyList<RuleChange> rules) => severity == Severity.Critical ? 4
        : rules.Any(static rule => rule.HasPorts && rule.To - rule.From >= WideRange) ? 3
        : rules.Any(static rule => rule.To > rule.From) || rules.DistinctBy(static rule => (rule.Protocol, rule.From)).Count() > 1 ? 2
        : 1;

    private static int PortsOf(IEnumerable<RuleChange> rules)
    {
        var (count, next) = (0, 0);
        foreach (var rule in rules.OrderBy(static rule => rule.From))
        {
            var from = Math.Max(rule.From, next);
            if (rule.To < from) continue;
            count += rule.To - from + 1;
            next = rule.To + 1;
        }

        return count;
    }
}
