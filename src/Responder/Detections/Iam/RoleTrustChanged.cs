using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>The ordinary change of a role's trust; iam.role-trust-opened covers the dangerous ones.</summary>
internal sealed class RoleTrustChanged : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.role-trust-changed",
        Title = "Role created or its trust changed",
        Description =
            "A role was created or its trust policy replaced, and it trusts an AWS service, this account, our organisation or a confined "
            + "federation. Logged and counted for the record of permission changes; wider trust is alerted separately.",
        Severity = Severity.Low,
        Watches = [IamCall.Watch("UpdateAssumeRolePolicy", "CreateRole")],
        Techniques = ["T1098.003"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst: ["Does the service or principal that is trusted now belong to the work of {target}?"],
            Do: ["If not: restore the previous trust policy from the last event before this one."],
            BenignCauses: ["Everyday work of administrators and infrastructure code."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (RoleTrust.Read(e, Estate) is not { } trust) return null;
        if (trust.Verdict.IsOpen || trust.Verdict.Widest is Audience.Unreadable or Audience.CannotBeTold) return null;
        // A policy that trusts nobody only narrows, and a new role that nobody can assume is harmless.
        if (trust.Verdict.Widest == Audience.Nobody && !trust.IsForTagsOnly) return null;

        return new Finding(Info, Severity.Low, trust.IsNew ? $"New {trust.Name} created" : $"Trust of {trust.Name} changed")
        {
            Target = trust.Role,
            Resource = trust.Role?.Arn,
            Reasons = trust.Verdict.Reasons,
            Says = [trust.Name, .. trust.Verdict.WaysIn],
            Width = (int)trust.Verdict.Widest,
        };
    }
}
