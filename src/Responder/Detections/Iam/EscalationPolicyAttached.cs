using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// An AWS managed policy that is not an administrator policy by name, but whose holder can become administrator or do nearly everything.
/// </summary>
internal sealed class EscalationPolicyAttached : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.escalation-policy-attached",
        Title = "Policy that leads to administrator attached",
        Description =
            "PowerUserAccess, AdministratorAccess-Amplify or AWSOpsWorksRegisterCLI was attached to a user, role or group. None is "
            + "AdministratorAccess, but the last two let their holder write IAM roles or users without condition, and the first nearly "
                + "everything else.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy")],
        Techniques = ["T1098.003"],
        Controls = ["cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Does {target} need this policy for the work it is known for (Amplify deployments, a developers' sandbox)?",
                "Did {target} create or change a role, user or policy afterwards? That is the second half of the escalation.",
            ],
            Do:
            [
                "If nobody planned it, take the policy away: {undo}",
                "Review what {actor} and {target} did since: aws cloudtrail lookup-events --region {region} --lookup-attributes "
                    + "AttributeKey=Username,AttributeValue={target}",
                "Where the policy is needed, put a permissions boundary on {target}.",
            ],
            BenignCauses:
            [
                "Developers' roles in sandbox accounts often hold PowerUserAccess.",
                "Amplify's own set-up asks for AdministratorAccess-Amplify.",
            ]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        if (ManagedPolicies.KindOf(policyArn) != ManagedPolicyKind.Escalation) return null;

        var target = IamCall.Target(e);
        return new Finding(Info, Severity.High, $"{IamCall.PolicyName(policyArn)} attached to {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            Reasons = PolicyGrants.GrantReasons(
                e, target, $"{policyArn} is not AdministratorAccess, but its holder can get there or do nearly everything."),
            UndoCommand = IamCall.Command(target, "detach", "policy", ("--policy-arn", policyArn)),
        };
    }
}
