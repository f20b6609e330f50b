using System.Globalization;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Insights;

internal sealed class InsightStarted : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "insight.started",
        Title = "Unusual rate of calls or errors",
        Description = "CloudTrail Insights compares the rate of a call, or of its errors, with the week before and reports when it leaves "
            + "the usual range. "
            + "An Insight says that something differs, not that it is hostile. The end of one is not reported again.",
        Severity = Severity.Medium,
        Watches = [new Watch(null, [], WatchKind.Insight)],
        Techniques = ["T1580", "T1496"],
        Controls = ["pci-dss:10.4.1", "soc2:CC7.2", "hipaa:164.308(a)(1)(ii)(D)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Who made the calls: the attributions of the Insight name the identities, user agents and error codes with their averages",
                "Whether a deployment, a migration or a scan ran at that time",
            ],
            Do: ["Read the calls themselves in the trail for the Insight's minutes",
                "When nobody knows the identity behind them: rotate its credentials"],
            BenignCauses: ["A new release that calls more often", "A scheduled batch job", "A throttled client that retries"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var details = e.InsightDetails;
        // The end of an Insight reports the same anomaly again. A record that does not say whether it is a start or an end counts as a
        // start.
        if (string.Equals(details["state"].Text, "End", StringComparison.OrdinalIgnoreCase)) yield break;

        var type = details["insightType"].Text is { Length: > 0 } text ? text : "Insight";
        var call = (e.EventSource, e.EventName) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => CallClass.ServiceOf(e) + " " + e.EventName,
            ("", "") => "an unnamed call",
            _ => e.EventSource + e.EventName,
        };
        var error = details["errorCode"].Text is { Length: > 0 } code ? " " + code : "";
        yield return new Finding(Info, Severity.Medium,
            $"{type}: {call}{error} at {RatesOf(e)}")
        {
            Says = [type, call, error],
            Resource = e is { EventSource: "", EventName: "" } ? null : e.EventSource + ":" + e.EventName,
            Reasons = [.. Attributions(details["insightContext"]["attributions"])],
        };
    }

    /// <summary>"12.4 a minute, baseline 0.002".</summary>
    internal static string RatesOf(CloudTrailEvent e)
    {
        var statistics = e.InsightDetails["insightContext"]["statistics"];
        return $"{Average(statistics["insight"])} a minute, baseline {Average(statistics["baseline"])}";
    }

    private static string Average(JsonView statistic) => statistic["average"].Number switch
    {
        null => "an unknown rate",
        { } value and (> -1e9 and < 1e9) => value.ToString("0.######", CultureInfo.InvariantCulture),
        { } value => value.ToString("G6", CultureInfo.InvariantCulture),
    };

    /// <summary>The most frequent value of each of the first five attributes: "userIdentityArn arn:… (0.2 a minute)".</summary>
    private static IEnumerable<string> Attributions(JsonView attributions)
    {
        foreach (var attribution in attributions.Items.Take(5))
        {
            var name = attribution["attribute"].Text;
            var top = attribution["insight"].Items.FirstOrDefault(static value => value["value"].Text is { Length: > 0 } and not "null");
            if (name is { Length: > 0 } && top["value"].Text is { } value) yield return $"{name} {value} ({Average(top)} a minute)";
        }
    }
}
