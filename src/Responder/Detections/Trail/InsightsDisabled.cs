using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

internal sealed class InsightsDisabled : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.insights-disabled",
        Title = "Trail no longer looks for unusual activity",
        Description = "PutInsightSelectors with an empty list switches CloudTrail Insights off for the trail: bursts of calls or errors "
            + "are no longer "
            + "reported. The recording of the calls themselves goes on.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        Watches = [Watch.Calls("cloudtrail.amazonaws.com", "PutInsightSelectors")],
        Techniques = ["T1562.008"],
        Controls = ["cis:4.5", "pci-dss:10.4.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What is analysed now: aws cloudtrail get-insight-selectors --trail-name {resource} --region {region}",
                "Whether {actor} changed the trail in other ways"],
            Do: ["Switch Insights on again: {undo}"],
            BenignCauses: ["Insights were given up for their cost, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var selectors = e.Request["insightSelectors"].Exists ? e.Request["insightSelectors"] : e.Response["insightSelectors"];
        if (selectors.Items.Any()) yield break;

        var name = TrailName.Of(e);
        var known = selectors.Exists;
        yield return new Finding(Info, Severity.Medium, known
            ? $"{TrailName.Begin(name)} no longer looks for unusual activity"
            : $"Insight selectors of {TrailName.Describe(name)} changed, the change is not in the record")
        {
            Resource = name,
            Reasons = [known ? "No Insight type is left" : "The call succeeded, but its parameters are missing: read the trail itself"],
            UndoCommand = TrailName.Command(
                e, name, "put-insight-selectors", "--trail-name",
                CommandPart.Fixed("--insight-selectors", """[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]""")),
        };
    }
}
