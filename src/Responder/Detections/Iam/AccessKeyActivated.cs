using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class AccessKeyActivated : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.access-key-activated",
        Title = "Access key switched on again",
        Description =
            "An inactive access key was made active. Keys are deactivated when they are rotated out or leaked; switching one on again "
            + "undoes that, and gives whoever has the secret its user's rights.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("UpdateAccessKey")],
        Techniques = ["T1098.001"],
        Controls = ["cis:1.14", "cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Why was the key {resource} inactive? If it was leaked or part of an incident, it must never work again.",
                "Who holds its secret, and did {target} ask for it?",
            ],
            Do:
            [
                "Deactivate it again, and give out a new key if one is needed: {undo}",
                "Read what the key did since: aws cloudtrail lookup-events --region {region} --lookup-attributes "
                    + "AttributeKey=AccessKeyId,AttributeValue={resource}",
            ],
            BenignCauses: ["A rotation that switched off the wrong key, taken back."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        // Anything that is not clearly a deactivation counts: the API knows Active, Inactive and Expired.
        if (e.Request["status"].Text is "Inactive" or "Expired") return null;

        var owner = Ownership.Read(e);
        var severity = owner.Whose switch { Whose.Roots => Severity.Critical, Whose.Own => Severity.Medium, _ => Severity.High };
        var keyId = e.Request["accessKeyId"].Text;
        return new Finding(
            Info, severity, owner.Whose == Whose.Roots ? "Access key of root switched on" : $"Access key of {owner.Of} switched on")
        {
            Target = owner.Holder,
            Resource = keyId,
            Reasons = [
                owner.IsOwn
                ? "The holder switched on his own key."
                : "A key that was out of use works again, and not by its holder's hand."],
            UndoCommand = keyId is null || owner.Holder is not { Kind: PrincipalKind.User }
                ? null
                : Shell.Command(
                    "aws iam update-access-key", ("--user-name", owner.Holder.Name), ("--access-key-id", keyId), ("--status", "Inactive")),
        };
    }
}
