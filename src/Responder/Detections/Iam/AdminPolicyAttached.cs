using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>AWS's own AdministratorAccess or IAMFullAccess, recognized by its full ARN, was attached to a user, role or group.</summary>
internal sealed class AdminPolicyAttached : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.admin-policy-attached",
        Title = "Administrator policy attached",
        Description = "AWS's managed policy AdministratorAccess or IAMFullAccess was attached to a user, role or group. Its holder can do "
            + "everything in the account, this alarm's removal included; it is the usual last step of a privilege escalation.",
        Severity = Severity.Critical,
        Watches = [IamCall.Watch("AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy")],
        Techniques = ["T1098.003", "T1078.004"],
        Controls = [
            "cis:1.16", "cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "soc2:CC7.2", "hipaa:164.308(a)(4)(ii)(C)",
            "hipaa:164.312(b)"],
        DefaultStage = Stage.Contain,
        Runbook = new Runbook(
            CheckFirst:
            [
                "Is there a change ticket or a break-glass call that names {target}? Ask the person behind {actor}, not by the same "
                    + "channel.",
                "What has {target} done since: aws cloudtrail lookup-events --region {region} --lookup-attributes "
                    + "AttributeKey=Username,AttributeValue={target}",
                "How did {actor} come to be allowed to attach policies, and what else did it change in the last hour?",
            ],
            Do:
            [
                "If nobody planned it, take the policy away: {undo}",
                "Deactivate, do not delete, the access keys of user {user}: their ids are needed for the investigation.",
                "Look for other doors opened meanwhile: new users, keys, login profiles, role trusts, federation providers.",
                "Revoke the open sessions of role {role}: roles that they assumed and keys that they made outlive the policy.",
            ],
            BenignCauses:
            [
                "Break-glass access during an incident, announced beforehand.",
                "The first set-up of an account, or a pipeline that provisions an administrators' role (make it a trusted principal).",
            ]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        if (ManagedPolicies.KindOf(policyArn) != ManagedPolicyKind.Administrator) return null;

        var target = IamCall.Target(e);
        var policy = IamCall.PolicyName(policyArn);
        return new Finding(Info, Severity.Critical, $"{policy} attached to {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            Reasons = PolicyGrants.GrantReasons(
                e, target,
                $"{policyArn} gives full control of {(policy == "IAMFullAccess" ? "IAM and so of the account" : "the account")}."),
            Grant = target is null ? null : new AdministratorGrant(PolicyArn: policyArn),
            UndoCommand = IamCall.Command(target, "detach", "policy", ("--policy-arn", policyArn)),
        };
    }
}
