using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class PermissionsBoundaryWeakened : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.permissions-boundary-weakened",
        Title = "Permissions boundary removed or weakened",
        Description =
            "A permissions boundary caps what a user or role can do, whatever its policies say. Removed, or replaced by one that allows "
            + "everything, the cap is gone. A customer policy as boundary is read; unread it stays MEDIUM.",
        Severity = Severity.High,
        Watches =
        [
            IamCall.Watch(
                "DeleteUserPermissionsBoundary", "DeleteRolePermissionsBoundary", "PutUserPermissionsBoundary",
                "PutRolePermissionsBoundary"),
        ],
        Techniques = ["T1098.003", "T1562.001"],
        Controls = ["cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Which boundary did {target} have before: the last PutPermissionsBoundary or Create event says it.",
                "Was it a quarantine? Then somebody frees a contained principal.",
                "What do the policies of {target} allow without it?",
            ],
            Do:
            [
                "If nobody planned it: put the previous boundary back, and cut off {actor}.",
                "Read what {target} did since the boundary was gone.",
            ],
            BenignCauses: [
                "A platform team that replaces its standard boundary by a newer version.", "The release of a quarantined principal."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var target = IamCall.Target(e);
        var who = IamCall.Describe(target, e);
        if (e.EventName.StartsWith("Delete", StringComparison.Ordinal))
        {
            return new Finding(Info, Severity.High, $"Permissions boundary of {who} removed")
            {
                Target = target,
                Reasons = PolicyGrants.GrantReasons(e, target, "Nothing caps its policies any more."),
            };
        }

        var boundary = e.Request["permissionsBoundary"].Text;
        if (string.IsNullOrEmpty(boundary)) return null; // iam.request-missing

        var weak = new Finding(
            Info, Severity.High, $"Permissions boundary of {who} set to {IamCall.PolicyName(boundary)}, which caps nothing")
        {
            Target = target,
            Resource = boundary,
            Reasons = PolicyGrants.GrantReasons(e, target, "A boundary that allows administrator rights caps nothing."),
        };
        var unread = weak with
        {
            Severity = Severity.Medium,
            Title = $"Permissions boundary of {who} set to {IamCall.PolicyName(boundary)}",
            Reasons = PolicyGrants.GrantReasons(e, target, "What the boundary allows is not in the event and was not read."),
        };
        return ManagedPolicies.KindOf(boundary) switch
        {
            ManagedPolicyKind.Administrator => weak,
            ManagedPolicyKind.Escalation => unread with
            {
                Reasons = PolicyGrants.GrantReasons(
                    e, target, "The boundary allows a lot; whether the one before allowed less is not in the event.")
            },
            ManagedPolicyKind.Customer => unread with
            {
                Question = new Question.PolicyDocument(boundary),
                WhenAnswered = answer => answer is Answer.PolicyDocument read
                    ? Read(weak, unread, PolicyGrants.Judge(e, read.Document, target, boundary))
                    : unread,
            },
            ManagedPolicyKind.Unreadable => unread,
            // AWSDenyAll and AWS's narrow policies cap more than they free.
            _ => null,
        };
    }

    // Nearly every boundary allows the services and leaves IAM out, as PowerUserAccess does; only one that lets IAM be written caps
    // nothing.
    private static Finding? Read(Finding weak, Finding unread, IdentityVerdict verdict) => verdict.Level switch
    {
        PowerLevel.Administrator => weak with { Reasons = verdict.Reasons },
        PowerLevel.EscalationCapable => unread with { Reasons = verdict.Reasons },
        PowerLevel.PowerUser => unread with { Severity = Severity.Low, Reasons = verdict.Reasons },
        PowerLevel.Unreadable => unread,
        _ => null,
    };
}
