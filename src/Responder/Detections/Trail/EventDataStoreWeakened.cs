using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

/// <summary>CloudTrail Lake: a second record of the account's events, with its own switches.</summary>
internal sealed class EventDataStoreWeakened : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("cloudtrail", "DeleteEventDataStore", "CloudTrail Lake event data store deleted", Severity.Critical),
        new("cloudtrail", "StopEventDataStoreIngestion", "CloudTrail Lake event data store no longer takes events", Severity.Critical),
        new("cloudtrail", "UpdateEventDataStore", "CloudTrail Lake event data store weakened", Updated),
        new("cloudtrail", "DeleteChannel", "CloudTrail Lake channel deleted", Severity.Medium),
        new("cloudtrail", "PutEventConfiguration", "Larger events are cut in CloudTrail", Severity.Medium,
            static e => CallTable.Unread(e) || CallTable.Is(e.Request["maxEventSize"], "Standard")),
        new("cloudtrail", "DeregisterOrganizationDelegatedAdmin", "CloudTrail administrator of the organization removed", Severity.High),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "trail.event-data-store-weakened",
        Title = "CloudTrail Lake event data store weakened",
        Description = "An event data store of CloudTrail Lake was deleted, stopped or told to keep less: fewer events, one region, a "
            + "shorter time, no protection "
            + "against deletion. What the store held is what an investigation would ask; a deleted store can be restored for seven days. "
            + "The event does not show the old values.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.008", "T1070"],
        Controls = ["cis:4.5", "pci-dss:10.3.2", "pci-dss:10.5.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "The store as it is now: aws cloudtrail get-event-data-store --event-data-store {resource}",
                "Whether a trail still records management events",
            ],
            Do:
            [
                "A deleted store can be restored within seven days: aws cloudtrail restore-event-data-store --event-data-store {resource}",
                "Of one that was weakened, set again what it had: aws cloudtrail update-event-data-store",
                "One that was stopped, start again: aws cloudtrail start-event-data-store-ingestion --event-data-store {resource}",
                "Cut off {actor} until it has explained itself",
            ],
            BenignCauses: ["CloudTrail Lake is given up for its cost, announced beforehand", "A store of data events only was narrowed"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var store = CallTable.Named(e, "eventDataStore", "channel", "trailName", "delegatedAdminAccountId");
        if (CallTable.Find(Info, s_calls, e, store) is not { } found) yield break;
        var finding = found with { UndoCommand = Undo(e) };
        yield return e.EventName != "UpdateEventDataStore" || CallTable.Unread(e) ? finding : finding with { Reasons = Weaknesses(e) };
    }

    /// <summary>
    /// Restores or starts a store (a deleted one is kept for seven days); null for an update, because the event lacks the old settings.
    /// </summary>
    private static ShellCommand? Undo(CloudTrailEvent e)
    {
        var verb =
            e.EventName switch
            {
                "DeleteEventDataStore" => "restore-event-data-store",
                "StopEventDataStoreIngestion" => "start-event-data-store-ingestion",
                _ => null
            };
        return verb is not null && e.Request["eventDataStore"].Text is { Length: > 0 } store
            ? Shell.Command("aws cloudtrail " + verb, ("--event-data-store", store), CommandPart.Region(e.Region))
            : null;
    }

    private static Severity Updated(CloudTrailEvent e)
    {
        if (e.RequestOmitted) return Severity.Critical;
        if (!e.Request.IsObject) return Severity.Medium;
        if (Coverage.Of(e.Request) is { Writes: CoverageLevel.Off }) return Severity.Critical;
        return Weaknesses(e).Count > 0 ? Severity.High : Severity.None;
    }

    private static List<string> Weaknesses(CloudTrailEvent e)
    {
        var reasons = new List<string>();
        switch (Coverage.Of(e.Request))
        {
            case { Writes: CoverageLevel.Off }:
                reasons.Add("It no longer takes management events that change the account");
                break;
            case { Reads: CoverageLevel.Off }:
                reasons.Add("It no longer takes management events that read");
                break;
            case { Writes: CoverageLevel.Narrowed } or { Reads: CoverageLevel.Narrowed }:
                reasons.Add("It no longer takes some management events");
                break;
        }

        if (e.Request["retentionPeriod"].Integer is { } days and < 90) reasons.Add($"It keeps events for {days} days");
        if (e.Request["multiRegionEnabled"].Flag == false) reasons.Add("It takes events of one region only");
        if (e.Request["organizationEnabled"].Flag == false) reasons.Add("It no longer takes events of member accounts");
        if (e.Request["terminationProtectionEnabled"].Flag == false) reasons.Add("It is no longer protected against deletion");
        return reasons;
    }
}
