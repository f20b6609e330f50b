using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

internal sealed class RootPasswordChanged : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.root-password-changed",
        Title = "Root password created or changed",
        Description =
            "Somebody set the password of root, from inside or through the recovery mail. Whoever controls root's password and mailbox "
            + "owns the account, whatever IAM says.",
        Severity = Severity.Critical,
        Watches = [new Watch("signin.amazonaws.com", ["PasswordUpdated", "PasswordRecoveryCompleted"], WatchKind.SignIn)],
        Techniques = ["T1098", "T1078.004"],
        Controls = ["cis:4.3", "pci-dss:8.2.2", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether the holder of root knows of the change: telephone, do not write to root's mailbox",
                "Whether root's e-mail address was changed as well (EmailUpdated)",
            ],
            Do:
            [
                "When nobody knows it: recover the password through the account's own mailbox and register MFA anew",
                "When the mailbox is lost: call AWS Support",
                "Read what root did since",
            ],
            BenignCauses: ["The yearly rotation of root's password"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!e.Actor.IsRoot || e.Outcome != CallOutcome.Succeeded) yield break;
        yield return new Finding(
            Info, Severity.Critical, $"Password of {ConsoleLogin.Who(e)} " + (e.EventName == "PasswordUpdated" ? "changed" : "recovered"))
        {
            Target = ConsoleLogin.Principal(e),
            Says = [e.EventName],
            Reasons = ["Whoever set it holds root", ConsoleLogin.From(e)],
        };
    }
}
