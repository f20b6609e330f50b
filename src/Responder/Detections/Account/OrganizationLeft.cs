using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

internal sealed class OrganizationLeft : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "account.organization-left",
        Title = "Account left its organization or joined another",
        Description =
            "An account that leaves is free from every service control policy, from the organization's trail and from its delegated "
            + "security services at once. It leaves by LeaveOrganization, or by accepting the invitation of another organization "
            + "(AcceptHandshake, a direct transfer); the management account sees that it departed. What the organization prevented is "
            + "possible from now on.",
        Severity = Severity.High,
        PagesTrustedActors = true,
        Watches =
        [
            Watch.Calls(
                "organizations.amazonaws.com", "LeaveOrganization", "AcceptHandshake", "AccountDepartedOrganization",
                "AccountJoinedOrganization"),
        ],
        Techniques = ["T1562.001", "T1666"],
        Controls = ["cis:4.15", "pci-dss:10.2.1", "soc2:CC6.1", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether the account is still listed: aws organizations list-accounts, from the management account",
                "Whether a trail of the account's own still logs; the organization trail no longer does",
            ],
            Do:
            [
                "Invite the account again from the management account and let a trusted administrator accept",
                "Create a trail in the account meanwhile",
                "Cut off {actor} until it has explained itself",
            ],
            BenignCauses: ["The account is sold or moved to another organization, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var account = Moved(e) ?? e.Actor.AccountId ?? e.AccountId;
        var named = $"Account {account ?? "(not named)"}";
        var (severity, title, reason) = e.EventName switch
        {
            "AccountJoinedOrganization" => (Severity.Low, $"{named} joined the organization",
                "Policies and trails of the organization cover it now"),
            "AccountDepartedOrganization" => (Severity.High, $"{named} departed from the organization",
                "Organizations tells it, whichever way the account took"),
            "AcceptHandshake" when IsOfMembers(e) => (Severity.None, "", ""),
            "AcceptHandshake" => (Severity.High, $"{named} accepted the invitation of an organization",
                "An account in an organization leaves it so (direct transfer), and no LeaveOrganization is recorded"),
            _ => (Severity.High, $"{named} left its organization",
                "No service control policy and no organization trail covers it any more"),
        };
        if (severity == Severity.None) yield break;
        yield return new Finding(Info, severity, title)
        {
            Resource = account,
            Reasons = [reason],
            IsTampering = severity >= Severity.High,
        };
    }

    /// <summary>
    /// True when the handshake is one among the members of an organization (all features, a service role), after which nobody has left.
    /// </summary>
    private static bool IsOfMembers(CloudTrailEvent e) => e.Response["handshake"]["action"].Text is { Length: > 0 } action
        && !CallTable.Is(e.Response["handshake"]["action"], "INVITE") && !action.Contains("TRANSFER", StringComparison.OrdinalIgnoreCase);

    /// <summary>The account that a service event tells of; null in the record of a call.</summary>
    private static string? Moved(CloudTrailEvent e) => e.ServiceEventDetails["accountId"].Text ?? e.Request["accountId"].Text;
}
