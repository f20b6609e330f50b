using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class AccessKeyCreated : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.access-key-created",
        Title = "Access key created",
        Description =
            "A long-term access key was created. Made for another user, whoever made it can act as that user from anywhere, until "
            + "somebody notices; made for root, it opens the account without limits.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("CreateAccessKey")],
        Techniques = ["T1098.001"],
        Controls = [
            "cis:1.4", "cis:1.13", "cis:4.4", "pci-dss:8.2.4", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Did the holder, {target}, ask for a key? Whoever called saw its secret.",
                "Has the new key been used, and from where: aws iam list-access-keys --user-name {target}, then aws iam "
                    + "get-access-key-last-used",
            ],
            Do:
            [
                "If the holder knows nothing of it, deactivate the key, do not delete it yet: {undo}",
                "Read what the key did since it was made, in every region.",
                "Cut off {actor}: it can make the next key.",
                "A {root} key: sign in as root, delete the key, change the password, check root's MFA devices.",
            ],
            BenignCauses: ["Key rotation by its owner, or by a rotation job for service users.", "Onboarding by an administrator."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var key = e.Response["accessKey"];
        var owner = Ownership.Read(e, key["userName"]);
        var (severity, reason) = owner.Whose switch
        {
            Whose.Roots => (Severity.Critical, "A root key has every right, and no policy can confine it."),
            Whose.Own => (Severity.Medium, "The caller made it for himself: a stolen session can be turned into a lasting one."),
            Whose.Anothers => (Severity.High, "The caller now holds the secret of another user."),
            _ => (Severity.High, "The event does not say whose key it is, so it counts as another user's."),
        };
        var keyId = key["accessKeyId"].Text;
        return new Finding(
            Info, severity, owner.Whose == Whose.Roots
            ? "Access key created for root"
            : $"Access key created for {owner.Of}{(owner.IsOwn ? " by itself" : "")}")
        {
            Target = owner.Holder,
            Resource = keyId,
            Reasons = [reason],
            UndoCommand = keyId is null || owner.Holder is null || owner.Whose == Whose.Roots
                ? null
                : Shell.Command(
                    "aws iam update-access-key", ("--user-name", owner.Holder.Name), ("--access-key-id", keyId), ("--status", "Inactive")),
        };
    }
}
