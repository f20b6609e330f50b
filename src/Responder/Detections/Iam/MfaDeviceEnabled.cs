using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>An MFA device for somebody else is a credential for him; one's own is good, and root's has a detection of its own.</summary>
internal sealed class MfaDeviceEnabled : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.mfa-device-enabled",
        Title = "MFA device enabled for somebody else",
        Description = "An MFA device was enabled for another user, so that whoever holds the device passes his MFA: with his password or a "
            + "key of his, and where policies ask for MFA. Enabling one's own is no finding.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("EnableMFADevice")],
        Techniques = ["T1098.005", "T1556.006"],
        Controls = ["cis:1.10", "cis:4.4", "pci-dss:8.4.1", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Did {target} get a device from {actor}? Ask the person by telephone",
                "Whether the password of {target} was set, or a key made for it, about the same time",
            ],
            Do:
            [
                "If nobody asked for it, take the device off again: {undo}",
                "Cut off {actor} if it acted on other users",
            ],
            BenignCauses: ["A help desk that hands out hardware tokens and enables them"]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var owner = Ownership.Read(e);
        if (owner.Whose is Whose.Own or Whose.Roots) return null;
        var serial = e.Request["serialNumber"].Text is { Length: > 0 } text ? text : null;
        return new Finding(Info, Severity.High, $"MFA device enabled for {owner.Of}")
        {
            Target = owner.Holder,
            Resource = serial,
            Reasons = [owner.Whose == Whose.Anothers
                ? "Somebody else enabled it: whoever holds the device passes the user's MFA."
                : "The event does not say whose device it is, so it counts as another user's."],
            UndoCommand = serial is not null && owner.Holder is { } holder
                ? Shell.Command("aws iam deactivate-mfa-device", ("--user-name", holder.Name), ("--serial-number", serial))
                : null,
        };
    }
}
