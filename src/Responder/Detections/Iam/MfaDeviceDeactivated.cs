using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class MfaDeviceDeactivated : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.mfa-device-deactivated",
        Title = "MFA device deactivated",
        Description =
            "An MFA device was taken from a user. From now on the password alone signs in; done to another user, it is often the step "
            + "before his password is changed.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("DeactivateMFADevice")],
        Techniques = ["T1556.006"],
        Controls = ["cis:1.10", "cis:4.4", "pci-dss:8.4.1", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Did {target} lose the device or change it? Call the person; do not ask in the console's own channels.",
                "Was a new device enabled at once: aws iam list-mfa-devices --user-name {target}",
                "Did {target} sign in without MFA since, or was its password changed?",
            ],
            Do:
            [
                "If nobody asked for it: take the password away until the person is reached: aws iam delete-login-profile --user-name "
                    + "{target}",
                "Cut off {actor} if it acted on other users.",
                "Let {target} enable a new device.",
            ],
            BenignCauses: ["A new phone: the old device is deactivated and a new one enabled within minutes."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var owner = Ownership.Read(e);
        var (severity, reason) = owner.Whose switch
        {
            Whose.Roots => (Severity.High, "Root signs in with the password alone unless another device is left."),
            Whose.Own => (Severity.Medium, "The holder took off his own device: a thief of the session would do the same."),
            Whose.Anothers => (Severity.High, "Somebody else took it off: the user's password alone now signs in."),
            _ => (Severity.High, "The event does not say whose device it was, so it counts as another user's."),
        };
        return new Finding(
            Info, severity, owner.Whose == Whose.Roots ? "MFA device of root deactivated" : $"MFA device of {owner.Of} deactivated")
        {
            Target = owner.Holder,
            Resource = e.Request["serialNumber"].Text,
            Reasons = [reason],
        };
    }
}
