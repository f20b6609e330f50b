using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

internal sealed class EventsExcluded : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.events-excluded",
        Title = "Trail no longer records management events",
        Description = "PutEventSelectors, classic or advanced, took management events out of the trail: all of them, the writing ones, the "
            + "reading ones, "
            + "or those of some services. The trail still reports that it is logging, which makes this quieter than StopLogging.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches = [Watch.Calls("cloudtrail.amazonaws.com", "PutEventSelectors")],
        Techniques = ["T1562.008"],
        Controls = ["cis:4.5", "cis:3.1", "pci-dss:10.2.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "The selectors as they are now: aws cloudtrail get-event-selectors --trail-name {resource} --region {region}",
                "Whether another trail still records the management events",
            ],
            Do:
            [
                "Record all management events again, and add back the data event selectors that you had: {undo}",
                "Treat the time since the call as unobserved: list new users, keys, roles and policies by their creation dates",
                "Cut off {actor} until it has explained itself",
            ],
            BenignCauses: [
                "A second trail was narrowed to data events to save cost, while another records management events",
                "KMS or RDS Data API events excluded for volume"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var name = TrailName.Of(e);
        var trail = TrailName.Describe(name);
        if ((Coverage.Of(e.Request) ?? Coverage.Of(e.Response)) is not { } coverage)
        {
            yield return new Finding(
                Info, e.RequestOmitted ? Severity.Critical : Severity.Medium,
                $"Event selectors of {trail} changed, the change is not in the record")
            {
                Resource = name,
                Reasons =
                [
                    e.RequestOmitted
                        ? "CloudTrail left the selectors out because the request was padded beyond its limit; read the trail itself"
                        : "The call succeeded, but its parameters are missing: read the trail itself",
                ],
                UndoCommand = Undo(e, name),
            };
            yield break;
        }

        (Severity Severity, string What, string Reason)? verdict = coverage switch
        {
            { Writes: CoverageLevel.Off, Reads: CoverageLevel.Off } =>
                (Severity.Critical, "no longer records management events", "Nothing that changes the account is recorded by it"),
            { Writes: CoverageLevel.Off } =>
                (Severity.Critical, "no longer records writing management events", "Nothing that changes the account is recorded by it"),
            { Reads: CoverageLevel.Off } =>
                (Severity.High, "no longer records reading management events", "Reconnaissance leaves no trace in it"),
            { Writes: CoverageLevel.Narrowed } or { Reads: CoverageLevel.Narrowed } =>
                (Severity.High, "no longer records some management events", "Excluded: " + string.Join(", ", coverage.Excluded)),
            _ => null,
        };
        if (verdict is not { } found) yield break;

        yield return new Finding(Info, found.Severity, $"{TrailName.Begin(name)} {found.What}")
        {
            Resource = name,
            Reasons = [found.Reason],
            UndoCommand = Undo(e, name),
        };
    }

    private static ShellCommand? Undo(CloudTrailEvent e, string? name) => TrailName.Command(
        e, name, "put-event-selectors", "--trail-name",
        CommandPart.Fixed("--event-selectors", """[{"ReadWriteType":"All","IncludeManagementEvents":true}]"""));
}
