using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Analysis.Bursts;

/// <summary>
/// Requests for the Windows passwords of 5 different instances within 5 minutes. A refused attempt counts as well: the intention is the
/// same.
/// </summary>
internal sealed class PasswordData : IBurst
{
    public const int Instances = 5;

    public DetectionInfo Info { get; } = new()
    {
        Id = BurstIds.PasswordData,
        Title = "Windows passwords of many instances asked for",
        Description = "One principal asked for the administrator passwords of at least 5 instances within 5 minutes (GetPasswordData). "
            + "Administrators fetch one; who fetches them all wants to move on from machine to machine.",
        Severity = Severity.Medium,
        Scope = DetectionScope.Burst,
        Watches = [Watch.Calls("ec2.amazonaws.com", "GetPasswordData")],
        Techniques = ["T1552", "T1021.001"],
        Controls = ["pci-dss:10.2.5", "soc2:CC7.2", "hipaa:164.308(a)(1)(ii)(D)"],
        Runbook = new Runbook(
            CheckFirst: [
                "Which instances, and whether the principal ever did this before", "Remote desktop connections to them afterwards"],
            Do: ["Nobody knows the calls: rotate the credentials of {actor} and the passwords of the instances"],
            BenignCauses: ["A fleet tool that takes new Windows instances over"]),
    };

    public TimeSpan Window { get; } = TimeSpan.FromMinutes(5);

    public BurstSignal? SignalOf(CloudTrailEvent e) =>
        e.Is("ec2.amazonaws.com", "GetPasswordData") && e.Outcome != CallOutcome.Failed && !e.IsInsight && !e.IsDataOrNetworkCopy
            && !e.Actor.IsAwsServiceOnItsOwn
            // An attempt that does not name its instance may be about any one, so it counts as an instance of its own.
            ? BurstSignal.Of(this, e, e.Actor.StableId, e.Request["instanceId"].Text is { Length: > 0 } instance ? instance : e.IncidentId)
            : null;

    public string? Judge(BurstTally tally) =>
        tally.Subjects >= Instances ? $"passwords of {tally.Subjects} instances asked for within 5 minutes, {tally.From}" : null;
}
