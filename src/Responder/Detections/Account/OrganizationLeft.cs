using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

internal sealed class OrganizationLeft : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "account.organization-left",
        Title = "Account left its organization",
        Description =
            "LeaveOrganization frees the account from every service control policy, from the organization's trail and from its delegated "
            + "security services at once. What those prevented is possible from now on.",
        Severity = Severity.High,
        PagesTrustedActors = true,
        Watches = [Watch.Calls("organizations.amazonaws.com", "LeaveOrganization")],
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
        yield return new Finding(Info, Severity.High, $"Account {e.Actor.AccountId ?? e.AccountId ?? "(not named)"} left its organization")
        {
            Resource = e.Actor.AccountId ?? e.AccountId,
            Reasons = ["No service control policy and no organization trail covers it any more"],
        };
    }
}
