using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

internal sealed class RootUsed : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.root-used",
        Title = "Root used by a person",
        Description = "Somebody signed in as root or changed something as root. Hardly anything needs root, and nothing limits it, so "
            + "every use is worth "
            + "a call. Reading is recorded only; AWS services that act in root's name are not persons.",
        Severity = Severity.High,
        Watches = [new Watch(null, [], WatchKind.Root)],
        Techniques = ["T1078.004"],
        Controls = ["cis:1.7", "cis:4.3", "pci-dss:8.2.2", "soc2:CC6.1", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            CheckFirst: [
                "Whether the holder of root knows of it: telephone, do not write to root's mailbox",
                "Everything root did in the last hours"],
            Do:
            [
                "When nobody knows it: change root's password, register MFA anew, delete root access keys, end other sessions",
                "List users, roles, keys and trust policies created since",
                "Root cannot be quarantined by the responder",
            ],
            BenignCauses: [
                "One of the few tasks that need root (closing the account, changing the support plan), announced beforehand",
                "Root being secured: MFA registered, keys deleted"]),
    };

    /// <summary>The steps for a session of AssumeRoot: nobody signed in, and root's password and MFA have nothing to do with it.</summary>
    private static readonly Runbook s_ofAssumedRoot = new(
        CheckFirst: [
            "Who called AssumeRoot, and for which task: its event in the management account, or in the delegated administrator's, names "
                + "{actor}",
            "Everything root did in this account in the last quarter of an hour: such a session lasts no longer"],
        Do:
        [
            "When nobody asked for it: cut off the caller of AssumeRoot in his own account, for nothing here holds him",
            "Switch it off in the management account until that is clear: aws iam disable-organizations-root-sessions",
            "Put back what the session took away: a policy of a bucket or queue, credentials of root",
        ],
        BenignCauses: [
            "A locked bucket or queue policy is being repaired by the cloud team",
            "Root's credentials in member accounts are being removed, announced beforehand"]);

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!e.Actor.IsRoot || e.Actor.IsAwsServiceOnItsOwn || e.Outcome != CallOutcome.Succeeded) yield break;

        var who = ConsoleLogin.Who(e);
        var call = CallClass.ServiceOf(e) + " " + e.EventName;
        var (severity, title) = e.EventSource == "signin.amazonaws.com"
            ? e.EventName switch
            {
                "ConsoleLogin" => (Severity.High, $"R{who[1..]} signed in to the console"),
                // A step of a sign-in that ends in its own ConsoleLogin event.
                "CheckMfa" => (Severity.None, ""),
                // Anybody who knows the address can ask for the mail.
                "PasswordRecoveryRequested" => (Severity.Medium, $"Password recovery of {who} requested"),
                _ => (Severity.High, $"R{who[1..]} called {call}"),
            }
            : CallClass.IsRead(e) ? (Severity.Low, $"R{who[1..]} read: {call}")
            : (Severity.High, $"R{who[1..]} called {call}");
        if (severity == Severity.None) yield break;

        yield return new Finding(Info, severity, title)
        {
            Target = ConsoleLogin.Principal(e),
            Runbook = e.Actor.IsAssumedRoot ? s_ofAssumedRoot : Info.Runbook,
            Says = [title],
            Reasons = [
                e.Actor.IsAssumedRoot
                    ? "An AssumeRoot session of central root management, not a sign-in as root"
                    : ConsoleLogin.MfaUsed(e) switch
                    {
                        true => "With MFA",
                        false => "Without MFA",
                        _ => "Whether with MFA is not in the record",
                    },
                .. e.Actor.InvokedBy is { } through ? (string[])[$"Through the service {through}, with root's own session"] : [],
                ConsoleLogin.From(e)],
        };
    }
}
