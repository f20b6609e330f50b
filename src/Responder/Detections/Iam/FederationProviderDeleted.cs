using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class FederationProviderDeleted : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.federation-provider-deleted",
        Title = "SAML or OIDC provider deleted",
        Description = "An identity provider was deleted. Everybody who signs in through it is locked out, which slows the defenders down; "
            + "deleted and created again it may come back as somebody else's.",
        Severity = Severity.Medium,
        Watches = [IamCall.Watch("DeleteSAMLProvider", "DeleteOpenIDConnectProvider")],
        Techniques = ["T1531"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Can people still sign in? Which roles trust {resource}?",
                "Was the provider unused and due to go?",
            ],
            Do:
            [
                "If nobody planned it: create it again from the identity provider's own metadata, and cut off {actor}.",
                "Use the break-glass access if nobody can sign in.",
            ],
            BenignCauses: ["Clean-up after moving to Identity Center or to another CI system."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var provider = e.Request["sAMLProviderArn"].Text ?? e.Request["openIDConnectProviderArn"].Text;
        var what = e.EventName == "DeleteSAMLProvider" ? "SAML provider" : "OIDC provider";
        return new Finding(
            Info, Severity.Medium,
            $"{what} {(AwsArn.TryParse(provider, out var arn) ? arn.Name : provider ?? "without a name in the event")} deleted")
        {
            Resource = provider,
            Reasons = ["Nobody can sign in through it any more."],
        };
    }
}
