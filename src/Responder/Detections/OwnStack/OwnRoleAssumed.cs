using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

/// <summary>
/// Somebody assumed a role with which people release or contain by hand. Both are used a few times a year, so each use is told. In a member
/// account CloudTrail names the caller's account and not the caller.
/// </summary>
internal sealed class OwnRoleAssumed : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.role-assumed",
        Title = "Role of releases or of containment by hand assumed",
        Description =
            "Somebody assumed ReleaseRole, which lifts quarantines, or OperatorRole, which contains by hand, or the role of either "
            + "in a member account. A person on call does that during an incident; at any other time somebody may be about to free an "
            + "intruder. HIGH for a session that the roles' trust policies do not name: without MFA, or from another account than the "
            + "responder's. AssumeRole counts as a read: a trail that writes only write events, and a region without the forwarder, "
            + "cannot tell it.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        IsWorkOfOwnRoles = true,
        Watches =
        [
            new Watch("sts.amazonaws.com", ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"])
            {
                OnRoles = StackNames.PeoplesRoles,
                Holding = "responder",
            },
        ],
        Techniques = ["T1078.004", "T1548.005"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.2", "soc2:CC6.1", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether {actor} is on call, and which incident is being handled: responder incidents list",
                "What the session did since: responder timeline --session with the access key of the event",
            ],
            Do: ["End the role's sessions if nobody on call opened this one: IAM console, role, Revoke sessions",
                "Cut off {actor} if nobody can explain it"],
            BenignCauses: ["Somebody on call contains or releases", "A drill"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!Info.Watches[0].Matches(e) || e.Request["roleArn"].Text is not { } role || !AwsArn.TryParse(role, out var arn))
            yield break;
        var isElsewhere = e.Actor.AccountId is not { } caller || caller != arn.AccountId;
        var isMembers = !arn.Name.StartsWith(StackNames.Stack + "-", StringComparison.Ordinal);
        string? unnamed = e.EventName != "AssumeRole" ? "The session came from an identity provider, which its trust policy does not name"
            // Home's roles assume those of the members; of whom, the record of the member account does not say.
            : isMembers ? null
            : isElsewhere ? "The session came from another account, which its trust policy does not name"
            : e.Actor.MfaAuthenticated == false ? "The session has no MFA, which its trust policy asks for"
            : null;
        yield return new Finding(
            Info, unnamed is null ? Severity.Medium : Severity.High,
            $"Role {PlainText.OneLine(arn.Name, 64)} of the responder assumed"
                + (e.Request["roleSessionName"].Text is { } session ? $" as {PlainText.OneLine(session, 64)}" : ""))
        {
            Resource = role,
            Reasons =
            [
                .. unnamed is null ? (string[])[] : [unnamed],
                arn.Name.Contains("Operator", StringComparison.OrdinalIgnoreCase)
                    ? "The role contains by hand and throws the kill switch; it lifts nothing"
                    : "The role lifts quarantines and gives back what they took",
            ],
        };
    }
}
