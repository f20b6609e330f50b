using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Analysis.Bursts;

/// <summary>
/// Refused console logins as root: 3 within 15 minutes, from whatever source. The window is longer than elsewhere because people log in by
/// hand.
/// </summary>
internal sealed class RootLogins : IBurst
{
    public const int Refused = 3;

    public DetectionInfo Info { get; } = new()
    {
        Id = BurstIds.RootLogins,
        Title = "Several logins as root refused",
        Description = "At least 3 console logins as root were refused within 15 minutes: somebody tries to guess the password of the one "
            + "identity that nothing can restrict.",
        Severity = Severity.High,
        Scope = DetectionScope.Burst,
        Watches = [new Watch("signin.amazonaws.com", ["ConsoleLogin"], WatchKind.SignIn)],
        Techniques = ["T1110.001", "T1078.004"],
        Controls = ["cis:4.6", "pci-dss:10.2.4", "soc2:CC7.2", "hipaa:164.308(a)(5)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst: ["Whether a login as root succeeded afterwards", "Whether the holder of root was trying"],
            Do: ["When nobody of yours tried: make sure that root has MFA and that its mailbox is safe, then change its password"],
            BenignCauses: ["The holder of root with a forgotten password"]),
    };

    public TimeSpan Window { get; } = TimeSpan.FromMinutes(15);

    public BurstSignal? SignalOf(CloudTrailEvent e) => IsRefusedRootLogin(e)
        ? BurstSignal.Of(this, e, "root of " + (e.Actor.AccountId ?? e.AccountId ?? "an unknown account"))
        : null;

    public string? Judge(BurstTally tally) => tally.Calls >= Refused
        ? $"{tally.Calls} logins as root refused within 15 minutes, {tally.From}"
        : null;

    internal static bool IsRefusedRootLogin(CloudTrailEvent e) =>
        e.Outcome == CallOutcome.Refused && e.Actor.IsRoot && e.Is("signin.amazonaws.com", "ConsoleLogin") && !e.IsDataOrNetworkCopy
            && !e.Actor.IsAwsServiceOnItsOwn;
}
