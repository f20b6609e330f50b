using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Analysis.Bursts;

/// <summary>
/// Refused calls of one principal within 5 minutes: 10 from one source, or 25 from any sources, so that changing addresses does not hide
/// them.
/// </summary>
internal sealed class RefusedCalls : IBurst
{
    public const int FromOneSource = 10;
    public const int FromAnySource = 25;

    public DetectionInfo Info { get; } = new()
    {
        Id = BurstIds.RefusedCalls,
        Title = "Many calls of one principal refused",
        Description =
            "One principal was refused at least 10 calls from one source, or 25 in all, within 5 minutes. Whoever has found a credential "
            + "tries what it opens; reads and role assumptions count as well as writes. Refusals of AWS services acting on their own never "
                + "count.",
        Severity = Severity.Medium,
        Scope = DetectionScope.Burst,
        Watches = [new Watch(null, [], WatchKind.Refused)],
        Techniques = ["T1580", "T1087.004"],
        Controls = ["cis:4.1", "pci-dss:10.2.4", "soc2:CC7.2", "hipaa:164.308(a)(1)(ii)(D)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What the principal asked for and from where: enumeration asks every service for its lists", "What of it was not refused"],
            Do: ["Nobody knows the calls: rotate the credentials of {actor}"],
            BenignCauses: [
                "A new workload whose role lacks permissions", "A scanner or inventory tool with a narrow role",
                "A person clicking through the console with a read-only role"]),
    };

    public TimeSpan Window { get; } = TimeSpan.FromMinutes(5);

    public BurstSignal? SignalOf(CloudTrailEvent e) =>
        e.Outcome != CallOutcome.Refused || e.IsInsight || e.IsDataOrNetworkCopy || e.Actor.IsAwsServiceOnItsOwn
            || RootLogins.IsRefusedRootLogin(e)
            ? null
            : BurstSignal.Of(this, e, e.Actor.StableId);

    public string? Judge(BurstTally tally) =>
        tally.MostFromOneSource >= FromOneSource || tally.Calls >= FromAnySource
            ? $"{tally.Calls} calls refused within 5 minutes, {tally.From}"
            : null;
}
