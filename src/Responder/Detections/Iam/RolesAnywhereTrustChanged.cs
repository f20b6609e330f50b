using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class RolesAnywhereTrustChanged : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.roles-anywhere-trust-changed",
        Title = "IAM Roles Anywhere trust created or replaced",
        Description =
            "A trust anchor names a certificate authority whose certificates open role sessions from outside AWS. An intruder's own "
            + "authority is a back door without any key to rotate.",
        Severity = Severity.High,
        Watches =
        [
            Watch.Calls(
                "rolesanywhere.amazonaws.com", "CreateTrustAnchor", "UpdateTrustAnchor", "EnableTrustAnchor", "CreateProfile",
                "UpdateProfile", "EnableProfile"),
        ],
        Techniques = ["T1484.002", "T1098.001"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Is the certificate authority ours: aws rolesanywhere list-trust-anchors --region {region}",
                "Which roles do the profiles name: aws rolesanywhere list-profiles --region {region}",
                "Were sessions opened: look for CreateSession of rolesanywhere.amazonaws.com.",
            ],
            Do:
            [
                "If nobody planned it: disable the trust anchor and the profile, and cut off {actor}.",
                "Revoke the sessions of the roles in the profile.",
            ],
            BenignCauses: ["Set-up of workloads outside AWS by the platform team."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var anchor = e.EventName.EndsWith("TrustAnchor", StringComparison.Ordinal);
        var detail = anchor ? e.Response["trustAnchor"] : e.Response["profile"];
        var name = detail["name"].Text ?? e.Request["name"].Text;
        var verb = e.EventName.StartsWith("Create", StringComparison.Ordinal)
            ? "created"
            : e.EventName.StartsWith("Enable", StringComparison.Ordinal)
            ? "enabled"
            : "changed";
        return new Finding(
            Info, anchor ? Severity.High : Severity.Medium,
            $"Roles Anywhere {(anchor ? "trust anchor" : "profile")} {name ?? "without a name in the event"} {verb}")
        {
            Resource = detail["trustAnchorArn"].Text ?? detail["profileArn"].Text ?? e.Request["trustAnchorId"].Text
                ?? e.Request["profileId"].Text ?? name,
            Reasons =
            [
                anchor
                    ? "Certificates of the authority it names open role sessions from outside AWS."
                    : "The profile says which roles certificates may open; it does nothing without a trust anchor.",
            ],
        };
    }
}
