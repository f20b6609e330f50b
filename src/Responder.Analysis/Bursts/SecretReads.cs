using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Analysis.Bursts;

/// <summary>
/// 10 different secrets read within 5 minutes: values from Secrets Manager, and parameters read with decryption. Secrets are counted
/// instead of calls, because a workload that reads its own secret a thousand times is an ordinary one.
/// </summary>
internal sealed class SecretReads : IBurst
{
    public const int Secrets = 10;

    public DetectionInfo Info { get; } = new()
    {
        Id = BurstIds.SecretReads,
        Title = "Many different secrets read",
        Description = "One principal read at least 10 different secrets within 5 minutes (GetSecretValue, GetParameter and its relatives "
            + "with decryption). "
            + "A workload knows its few secrets; who reads all of them is carrying them away.",
        Severity = Severity.Medium,
        Scope = DetectionScope.Burst,
        Watches =
        [
            Watch.Calls("secretsmanager.amazonaws.com", "GetSecretValue"),
            Watch.Calls("ssm.amazonaws.com", "GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory")
                with { Holding = "withDecryption" },
        ],
        Techniques = ["T1555.006"],
        Controls = ["pci-dss:10.2.5", "soc2:CC7.2", "hipaa:164.308(a)(1)(ii)(D)"],
        Runbook = new Runbook(
            CheckFirst: [
                "Which secrets, and whether the principal reads them every day", "From where: a workload's addresses do not change"],
            Do: ["Nobody knows the reads: rotate the credentials of {actor}, then every secret that was read"],
            BenignCauses: [
                "A deployment tool that refreshes its state", "A backup or synchronisation of secrets",
                "A service that reads its whole configuration at its start"]),
    };

    public TimeSpan Window { get; } = TimeSpan.FromMinutes(5);

    public BurstSignal? SignalOf(CloudTrailEvent e)
    {
        if (e.Outcome != CallOutcome.Succeeded || e.IsInsight || e.IsDataOrNetworkCopy || e.Actor.IsAwsServiceOnItsOwn) return null;
        return e.EventSource switch
        {
            // BatchGetSecretValue also leaves one GetSecretValue for each secret; counting both would count twice.
            "secretsmanager.amazonaws.com" when e.EventName == "GetSecretValue" => Of(e, [e.Request["secretId"].Text]),
            "ssm.amazonaws.com" when e.Request["withDecryption"].Flag == true => e.EventName switch
            {
                "GetParameter" or "GetParameterHistory" => Of(e, [e.Request["name"].Text]),
                "GetParameters" => Of(e, [.. e.Request["names"].Items.Select(static name => name.Text)]),
                "GetParametersByPath" => Of(e, [e.Request["path"].Text is { Length: > 0 } path ? path + "/*" : null]),
                _ => null,
            },
            _ => null,
        };
    }

    public string? Judge(BurstTally tally) => tally.Subjects >= Secrets
        ? $"{tally.Subjects} different secrets read within 5 minutes, {tally.From}"
        : null;

    private BurstSignal? Of(CloudTrailEvent e, IReadOnlyList<string?> names) =>
        BurstSignal.Of(
            this, e, e.Actor.StableId, [.. names.Select(name => name is { Length: > 0 } ? e.EventSource + ":" + name : e.IncidentId)]);
}
