using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// AWS found one of our access keys in public and quarantined its user, by a managed or an inline policy, put in the name of AWS or of
/// the user himself; so, unlike other IAM detections, this one looks at every caller.
/// </summary>
internal sealed class KeyQuarantineAttached : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "iam.key-quarantine-attached",
        Title = "AWS quarantined a leaked access key",
        Description = "AWS attaches AWSCompromisedKeyQuarantine (any version, managed or inline) to a user whose access key it found in "
            + "public. The policy blocks some abuse, not all: the key still works, and whoever found it first may already have used it.",
        Severity = Severity.High,
        Watches = [
            IamCall.Watch("AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy")],
        Techniques = ["T1552.001", "T1078.004"],
        Controls = ["cis:1.14", "pci-dss:12.10.5", "soc2:CC7.3", "hipaa:164.308(a)(6)(ii)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Open the AWS Health event and the support case: they say where the key was found.",
                "What did the keys of {target} do: aws cloudtrail lookup-events --region {region} --lookup-attributes "
                    + "AttributeKey=Username,AttributeValue={target}",
                "aws iam list-access-keys --user-name {target}",
            ],
            Do:
            [
                "Deactivate the leaked key now, then rotate it: aws iam update-access-key --user-name {target} --status Inactive "
                    + "--access-key-id KEY_ID, with the id of the leaked key",
                "Remove the secret from where it was published, history included.",
                "Look in every region for instances, functions, users and keys that nobody ordered.",
                "Leave the quarantine in place until the key is gone, then answer the support case.",
            ],
            BenignCauses: [
                "A security exercise that attaches the policy on purpose. A real one is never harmless, even when nothing happened yet."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        var inline = e.Request["policyName"].Text;
        var attached = e.EventName.StartsWith("Attach", StringComparison.Ordinal)
            && ManagedPolicies.KindOf(policyArn) == ManagedPolicyKind.Quarantine;
        var put = e.EventName.StartsWith("Put", StringComparison.Ordinal) && ManagedPolicies.IsInlineQuarantine(inline);
        if (!attached && !put) yield break;

        var target = IamCall.Target(e);
        yield return new Finding(Info, Severity.High, $"AWS's leaked-key quarantine put on {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = attached ? policyArn : null,
            Reasons =
            [
                $"{(attached ? policyArn : inline)} is how AWS marks a user whose access key it found in public.",
                "The quarantine does not stop sts:AssumeRole nor the reading of data: the key must be deactivated.",
            ],
        };
    }
}
