using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class ServiceCredentialCreated : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.service-credential-created",
        Title = "Service credential, SSH key or certificate added to a user or switched on again",
        Description =
            "A service-specific credential (CodeCommit, Keyspaces, Bedrock API key), an SSH public key or a signing certificate was "
            + "added to a user, reset, or made active again. It outlives passwords and access keys, and key rotation does not see it.",
        Severity = Severity.High,
        Watches =
        [
            IamCall.Watch(
                "CreateServiceSpecificCredential", "ResetServiceSpecificCredential", "UploadSSHPublicKey", "UploadSigningCertificate",
                "UpdateServiceSpecificCredential", "UpdateSSHPublicKey", "UpdateSigningCertificate"),
        ],
        Techniques = ["T1098.001", "T1098.004"],
        Controls = ["cis:4.4", "pci-dss:8.2.4", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Did {target} ask for it? For which service is it?",
                "aws iam list-service-specific-credentials --user-name {target}; aws iam list-ssh-public-keys --user-name {target}; aws "
                    + "iam list-signing-certificates --user-name {target}",
            ],
            Do:
            [
                "If {target} knows nothing of it: set it to Inactive, then look at what the service logged.",
                "Cut off {actor} if it made credentials for others.",
            ],
            BenignCauses: ["A developer who sets up Git access or a Bedrock API key for himself."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        // As for access keys, anything that is not clearly a deactivation counts.
        var activated = e.EventName.StartsWith("Update", StringComparison.Ordinal);
        if (activated && e.Request["status"].Text is "Inactive" or "Expired") return null;

        var what = e.EventName switch
        {
            "UploadSSHPublicKey" or "UpdateSSHPublicKey" => "SSH public key",
            "UploadSigningCertificate" or "UpdateSigningCertificate" => "signing certificate",
            _ => "service credential",
        };
        var owner = Ownership.Read(e, e.Response["serviceSpecificCredential"]["userName"]);
        var severity = owner.Whose switch { Whose.Roots => Severity.Critical, Whose.Own => Severity.Medium, _ => Severity.High };
        return new Finding(Info, severity, $"{char.ToUpperInvariant(what[0])}{what[1..]} {(activated ? "switched on" : "set")} for "
            + $"{owner.Of}{(owner.IsOwn ? " by itself" : "")}")
        {
            Target = owner.Holder,
            Resource = e.Request["serviceName"].Text,
            Reasons = [
                owner.IsOwn
                ? activated
                ? "The holder switched on his own."
                : "The caller made it for himself."
                : $"Whoever called can use this {what} as another user."],
        };
    }
}
