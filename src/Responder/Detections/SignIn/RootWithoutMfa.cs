using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

internal sealed class RootWithoutMfa : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.root-without-mfa",
        Title = "Root signed in to the console without MFA",
        Description =
            "A password alone opened the console for root, which no policy and no boundary limits. Either root has no MFA device, or "
            + "somebody has just removed it.",
        Severity = Severity.Critical,
        Watches = [new Watch("signin.amazonaws.com", ["ConsoleLogin"], WatchKind.SignIn)],
        Techniques = ["T1078.004"],
        Controls = ["cis:1.5", "cis:4.3", "pci-dss:8.4.1", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether the holder of root knows of the sign-in: telephone, do not write to root's mailbox",
                "What root did since: access keys, e-mail address, password, new users",
            ],
            Do:
            [
                "When nobody knows it: change root's password and register MFA through the account's own mailbox, then end other sessions",
                "Delete root access keys; list users, roles and keys created since",
                "When the mailbox is lost as well: call AWS Support",
                "Root cannot be quarantined by the responder",
            ],
            BenignCauses: ["The first sign-in to a new account, to register MFA"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!ConsoleLogin.Succeeded(e) || !e.Actor.IsRoot || ConsoleLogin.MfaUsed(e) != false) yield break;
        yield return new Finding(Info, Severity.Critical, $"R{ConsoleLogin.Who(e)[1..]} signed in to the console without MFA")
        {
            Target = ConsoleLogin.Principal(e),
            Says = [e.EventName],
            Reasons = ["A password alone opened what no policy limits", ConsoleLogin.From(e)],
        };
    }
}
