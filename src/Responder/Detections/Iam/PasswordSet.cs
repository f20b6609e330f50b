using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class PasswordSet : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.password-set",
        Title = "Console password changed",
        Description =
            "A console password was set. Set for another user, the caller can sign in as that user; a required reset does not help, "
            + "since whoever knows the password resets it. Changing one's own is noted, no more.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("UpdateLoginProfile", "ChangePassword")],
        Techniques = ["T1098.001", "T1531"],
        Controls = ["cis:4.4", "pci-dss:8.3.1", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.308(a)(5)(ii)(D)", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Did {target} ask for a new password, and by which channel was the request checked?",
                "Did {target} sign in since, from where, and with MFA? Was its MFA device deactivated as well?",
            ],
            Do:
            [
                "If {target} knows nothing of it: aws iam delete-login-profile --user-name {target}, then cut off {actor}.",
                "Open console sessions of {target} go on: revoke them with a deny policy until it is clear who they are.",
            ],
            BenignCauses: ["The help desk resets a forgotten password.", "A person whose role session is the help desk's resets his own."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        // ChangePassword has no user name at all: it always means the caller's own password, and CloudTrail hides the rest.
        if (e.EventName == "ChangePassword" && IamCall.NameIn(e.Request["userName"]) is null && !e.Actor.IsRoot)
        {
            var self = Ownership.Caller(e);
            return new Finding(
                Info, Severity.Low, $"Own console password changed by {self?.ToString() ?? "an unnamed user"}")
            { Target = self };
        }

        var owner = Ownership.Read(e);
        if (owner.IsOwn && IamCall.NameIn(e.Request["userName"]) is null)
        {
            return new Finding(Info, Severity.Medium, "Console password changed, whose is not in the event")
            {
                Reasons = ["IAM requires the user's name of this call, so the event lacks what was sent."],
            };
        }

        if (owner.IsOwn) return new Finding(Info, Severity.Low, $"Own console password changed by {owner.Of}") { Target = owner.Holder };
        if (owner.Whose == Whose.Roots)
        {
            return new Finding(Info, Severity.Critical, "Console password of root changed")
            {
                Target = owner.Holder,
                Reasons = ["Whoever set root's password can sign in without limits."],
            };
        }

        return new Finding(Info, Severity.High, $"Console password of {owner.Of} changed by somebody else")
        {
            Target = owner.Holder,
            Reasons = PasswordReasons.Of(e, owner, owner.Whose == Whose.Unknown
                ? "The event does not say whose password it is, so it counts as another user's."
                : "Whoever called knows another user's password."),
        };
    }
}
