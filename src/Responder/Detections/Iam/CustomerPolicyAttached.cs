using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>A customer managed policy was attached. Its name says nothing, so its document is read.</summary>
internal sealed class CustomerPolicyAttached : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.customer-policy-attached",
        Title = "Customer policy equal to administrator attached",
        Description =
            "A customer managed policy was attached to a user, role or group. The event holds its ARN only, so the document is read: "
            + "equal to administrator, alone or together with the policies that its holder has already, it is as bad as "
                + "AdministratorAccess, whatever its name; "
            + "unread it stays MEDIUM.",
        Severity = Severity.Critical,
        Watches = [IamCall.Watch("AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy")],
        Techniques = ["T1098.003"],
        Controls = ["cis:1.16", "cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        DefaultStage = Stage.Contain,
        Runbook = new Runbook(
            CheckFirst:
            [
                "Read the document: aws iam get-policy --policy-arn {resource}, then aws iam get-policy-version with its DefaultVersionId",
                "When did the policy get its content, and by whom: aws iam list-policy-versions --policy-arn {resource}",
                "Does {target} need what it allows?",
            ],
            Do:
            [
                "If it gives administrator or leads there and nobody planned it, contain {actor} and detach the policy: {undo}",
                "See who else holds it: aws iam list-entities-for-policy --policy-arn {resource}",
            ],
            BenignCauses: ["Infrastructure code that attaches a service's own policy to its role."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        var kind = ManagedPolicies.KindOf(policyArn);
        // Without any ARN there is nothing to read: iam.request-missing reports it. Text that is no ARN counts as unread content.
        if (string.IsNullOrEmpty(policyArn) || kind is not (
            ManagedPolicyKind.Customer or ManagedPolicyKind.Unknown or ManagedPolicyKind.Unreadable)) return null;

        var target = IamCall.Target(e);
        var unread = new Finding(
            Info, Severity.Medium, $"{(kind == ManagedPolicyKind.Unknown ? "AWS" : "Customer")} policy {IamCall.PolicyName(policyArn)} "
                + $"attached to {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            Reasons = PolicyGrants.GrantReasons(e, target, "What the policy allows is not in the event and was not read."),
            UndoCommand = IamCall.Command(target, "detach", "policy", ("--policy-arn", policyArn)),
        };
        return kind == ManagedPolicyKind.Unreadable ? unread : unread with
        {
            Question = new Question.PolicyDocument(policyArn),
            WhenAnswered = answer => answer is Answer.PolicyDocument read
                ? Read(e, unread, policyArn, PolicyDocument.Read(read.Document), kind == ManagedPolicyKind.Unknown)
                : unread,
        };
    }

    private static Finding? Read(CloudTrailEvent e, Finding unread, string policyArn, PolicyDocument document, bool ofAws)
    {
        var verdict = ofAws
            ? IdentityAccess.WhatIsGrantedByAws(document)
            : IdentityAccess.WhatIsGranted(document, e.AccountId, e.Partition);
        return verdict.Level switch
        {
            PowerLevel.Nothing => null,
            // iam.policy-attached reports it as the limited change that it is, unless it completes what the target already has.
            PowerLevel.Limited => new PartialGrant(document, policyArn, null)
                .Ask(e, unread, unread.Target, "Policy " + IamCall.PolicyName(policyArn)),
            PowerLevel.Unreadable => unread,
            PowerLevel.MayEscalate => new PartialGrant(document, policyArn, null).AskBeyond(
                e, Told(e, unread, policyArn, verdict), "Policy " + IamCall.PolicyName(policyArn)),
            _ => Told(e, unread, policyArn, verdict),
        };
    }

    private static Finding Told(CloudTrailEvent e, Finding unread, string policyArn, IdentityVerdict verdict) => unread with
    {
        Severity = PolicyGrants.SeverityOf(verdict.Level),
        Title = $"Policy {IamCall.PolicyName(policyArn)}, {PolicyGrants.Describe(verdict.Level)}, attached to "
            + $"{IamCall.Describe(unread.Target, e)}",
        Reasons = PolicyGrants.GrantReasons(e, unread.Target, verdict.Reasons),
        Grant = verdict.IsAdministrator && unread.Target is not null ? new AdministratorGrant(PolicyArn: policyArn) : null,
        Question = null,
        WhenAnswered = null,
    };
}
