using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>Temporary delegation: an account outside gets rights here by a request that somebody accepts.</summary>
internal sealed class TemporaryDelegationAccepted() : TableDetection(s_calls, "delegationRequestId")
{
    private static readonly TableCall[] s_calls =
    [
        new("iam", "AcceptDelegationRequest", "Delegation request accepted", Severity.Medium),
        new("iam", "SendDelegationToken", "Delegation token sent to the requester", Severity.Medium),
        new("iam", "AssociateDelegationRequest", "Delegation request taken up", Severity.Low),
    ];

    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.temporary-delegation-accepted",
        Title = "Rights delegated to another account for a time",
        Description =
            "Somebody accepted a delegation request of a product provider, or sent the token that lets the provider use it. Until "
            + "it expires, another account acts here with the rights that the request names; its calls carry invokedByDelegate.",
        Severity = Severity.Medium,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1098", "T1199"],
        Controls = ["cis:4.4", "pci-dss:7.2.1", "pci-dss:8.2.7", "soc2:CC6.1", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Which account asked, for which rights and how long: aws iam get-delegation-request",
                "What was done since by that account: look for userIdentity.invokedByDelegate",
            ],
            Do:
            [
                "If nobody planned it: reject the request (aws iam reject-delegation-request) and remove what it created",
                "Cut off {actor}",
            ],
            BenignCauses:
            [
                "A product of a known provider is being set up",
            ]),
    };
}
