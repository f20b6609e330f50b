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
            "An AWS managed policy that leads to administrator, or gives nearly everything else, was attached to a user, role or group: "
            + "PowerUserAccess, AdministratorAccess-Amplify and others, told by their documents (docs/managed-policies.md). Policies that "
            + "pass roles to the services that they name, or change what runs already, are MEDIUM.",
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
        var kind = ManagedPolicies.KindOf(policyArn);
        if (kind is not (ManagedPolicyKind.Escalation or ManagedPolicyKind.MayEscalate)) return null;

        var leads = kind == ManagedPolicyKind.Escalation;
        var target = IamCall.Target(e);
        return new Finding(
            Info, leads ? Severity.High : Severity.Medium, $"{IamCall.PolicyName(policyArn)} attached to {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            Reasons = PolicyGrants.GrantReasons(
                e, target, leads
                    ? $"{policyArn} is not AdministratorAccess, but its holder can get there or do nearly everything."
                    : $"{policyArn} passes roles to services that it names, or changes what runs already: how far that leads depends on "
                        + "the roles of the account."),
            UndoCommand = IamCall.Command(target, "detach", "policy", ("--policy-arn", policyArn)),
        };
    }
}
