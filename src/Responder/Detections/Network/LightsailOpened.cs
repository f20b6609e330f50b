using System.Globalization;
using Responder.Detections.SecurityGroups;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Network;

/// <summary>Ports of a Lightsail instance opened to the world, judged like those of a security group.</summary>
internal sealed class LightsailOpened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "network.lightsail-opened-to-world",
        Title = "Ports of a Lightsail instance opened to the world",
        Description = "Lightsail has a firewall of its own for each instance. An administrative or data port, or a wide range, that admits "
            + "any address is HIGH, all ports are CRITICAL, and a web port is LOW, as for security groups.",
        Severity = Severity.High,
        Watches = [Watch.Calls("lightsail.amazonaws.com", "OpenInstancePublicPorts", "PutInstancePublicPorts")],
        Techniques = ["T1562.007", "T1133"],
        Controls = ["cis:5.2", "pci-dss:1.3.1", "soc2:CC6.6", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            ["What listens on the port of {resource}", "Whether {actor} has a change open for it"],
            ["Close the port again: aws lightsail close-instance-public-ports --instance-name {resource} --port-info file://port.json"],
            ["A new web server, whose SSH port Lightsail opens by itself"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var instance = e.Request["instanceName"].Text;
        var worst = e.Request[e.EventName == "OpenInstancePublicPorts" ? "portInfo" : "portInfos"].Items.Where(static port => port.IsObject)
            .Where(IsWorld).Select(Judge).OrderByDescending(static port => port.Severity).FirstOrDefault();
        if (worst.Reason is null && !CallTable.Unread(e)) yield break;
        yield return new Finding(
            Info, worst.Reason is null ? Severity.Medium : worst.Severity,
            $"Ports of Lightsail instance {instance ?? "(not named)"} "
                + $"opened{(worst.Reason is null ? ", which is unknown" : " to the world")}")
        {
            Resource = instance,
            Reasons = [worst.Reason ?? "The call worked, and the event does not say what was set"],
        };
    }

    /// <summary>Without any list of addresses the port admits every one.</summary>
    private static bool IsWorld(JsonView port)
    {
        string[] ranges = [.. port["cidrs"].Items.Concat(port["ipv6Cidrs"].Items).Select(static item => item.Text).OfType<string>()];
        return (ranges.Length == 0 && !port["cidrListAliases"].Items.Any())
            || ranges.Any(static range => AddressRange.Parse(range).IsWorld);
    }

    private static (Severity Severity, string? Reason) Judge(JsonView port)
    {
        var protocol = port["protocol"].Text ?? "all";
        if (protocol.StartsWith("icmp", StringComparison.OrdinalIgnoreCase)) return (Severity.Low, "ICMP has no ports");
        var from = (int)(port["fromPort"].Number ?? 0);
        var to = (int)(port["toPort"].Number ?? 65_535);
        if (protocol.Equals("all", StringComparison.OrdinalIgnoreCase) || to - from >= Exposure.NearlyAllPorts)
            return (Severity.Critical, "all protocols and ports");
        if (SensitivePorts.FirstIn(from, to) is { } sensitive) return (Severity.High, "administrative or data port " + sensitive);
        return to - from >= Exposure.WideRange
            ? (Severity.High, string.Create(CultureInfo.InvariantCulture, $"a wide range of {to - from + 1} ports"))
            : (Severity.Low, "no port that is usually administrative or a data store");
    }
}
