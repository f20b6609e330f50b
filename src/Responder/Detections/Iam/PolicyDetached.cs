using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class PolicyDetached : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.policy-detached",
        Title = "Policy detached",
        Description =
            "A managed policy was taken from a user, role or group. Mostly that narrows; but a policy that denies, a quarantine or "
            + "an auditor's access taken away is how an intruder frees himself or blinds those who watch.",
        Severity = Severity.Low,
        Watches = [IamCall.Watch("DetachUserPolicy", "DetachRolePolicy", "DetachGroupPolicy")],
        Techniques = ["T1098", "T1562.001"],
        Controls = ["cis:1.17", "cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Did {resource} deny something or quarantine {target}? Who put it there, and why?",
                "Was it an auditor's or a security tool's access?",
            ],
            Do: ["If nobody planned it, look at what {target} did since, and attach the policy again: {undo}"],
            BenignCauses: ["Clean-up of rights that are not needed any more.", "The end of a quarantine, when its incident is closed."]),
    };

    // AWS managed policies that protect or observe an account.
    private static readonly string[] s_securityPolicies =
    [
        "AWSDenyAll", "SecurityAudit", "AmazonGuardDutyFullAccess", "AmazonGuardDutyReadOnlyAccess", "AWSSecurityHubFullAccess",
        "AWSSecurityHubReadOnlyAccess", "service-role/AWS_ConfigRole", "service-role/ConfigConformsServiceRolePolicy",
        "AmazonInspector2FullAccess",
        "AmazonMacieFullAccess", "AWSCloudTrail_FullAccess", "AWSCloudTrail_ReadOnlyAccess",
    ];

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        if (string.IsNullOrEmpty(policyArn)) return null; // iam.request-missing

        var target = IamCall.Target(e);
        var plain = new Finding(Info, Severity.Low, $"Policy {IamCall.PolicyName(policyArn)} detached from {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            UndoCommand = IamCall.Command(target, "attach", "policy", ("--policy-arn", policyArn)),
        };
        switch (ManagedPolicies.KindOf(policyArn))
        {
            case ManagedPolicyKind.Quarantine or ManagedPolicyKind.DenyAll:
                return plain with
                {
                    Severity = Severity.Medium,
                    Reasons = ["The policy denied: without it its holder has his other rights again."],
                };
            case ManagedPolicyKind.Customer:
                return Customer(plain, policyArn);
            case ManagedPolicyKind.Unreadable:
                return plain with
                {
                    Severity = Severity.Medium,
                    Reasons = ["The event does not name the policy in a form that can be read."],
                };
            default:
                return AwsArn.TryParse(policyArn, out var arn) && Array.Exists(s_securityPolicies, arn.IsAwsManagedPolicy)
                    ? plain with { Severity = Severity.Medium, Reasons = ["The policy is one that security tools or auditors work with."] }
                    : plain;
        }
    }

    private static Finding Customer(Finding plain, string policyArn)
    {
        var named = PolicyGrants.IsNamedLikeAGuardrail(IamCall.PolicyName(policyArn));
        var unread = !named ? plain : plain with
        {
            Severity = Severity.Medium,
            Reasons = ["By its name the policy took rights away; it was not read."],
        };
        return unread with
        {
            Question = new Question.PolicyDocument(policyArn),
            WhenAnswered = answer => answer switch
            {
                Answer.PolicyDocument read when PolicyGrants.Denies(read.Document) =>
                    plain with
                    {
                        Severity = Severity.Medium,
                        Reasons = ["The policy denied something: without it its holder can do more."]
                    },
                Answer.PolicyDocument => plain,
                _ => unread,
            },
        };
    }
}
