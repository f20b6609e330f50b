using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

/// <summary>
/// Calls in an organization after which another account, a service, or root of a member account can do more; also accounts that are closed
/// or get another e-mail address.
/// </summary>
internal sealed class OrganizationPowerGiven : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("organizations", "RegisterDelegatedAdministrator", "Account made administrator of a service for the organization",
            Severity.Medium),
        new("organizations", "PutResourcePolicy", "Management of the organization delegated", Severity.Medium),
        new("organizations", "EnableAWSServiceAccess", "AWS service let into all accounts of the organization", Severity.Low),
        new("organizations", "InviteOrganizationToTransferResponsibility", "Billing of the organization offered to another one",
            Severity.Medium),
        new("organizations", "CloseAccount", "Account of the organization closed", Severity.Medium),
        new("cloudtrail", "RegisterOrganizationDelegatedAdmin", "Account made administrator of the organization's trails", Severity.Medium),
        new("fms", "AssociateAdminAccount", "Account made administrator of Firewall Manager for the organization", Severity.Medium),
        new("fms", "PutAdminAccount", "Account made administrator of Firewall Manager for the organization", Severity.Medium),
        new("iam", "EnableOrganizationsRootSessions", "Root of member accounts can be assumed", Severity.Medium),
        new("iam", "EnableOrganizationsRootCredentialsManagement", "Root credentials of member accounts can be managed", Severity.Low),
        new("account", "StartPrimaryEmailUpdate", "E-mail address of a member account's root is about to change", Severity.Medium),
        new("account", "AcceptPrimaryEmailUpdate", "E-mail address of a member account's root changed", Severity.Medium),
        new("account", "CloseAccount", "Account closed", Severity.Medium),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "account.organization-power-given",
        Title = "Power over accounts of the organization given or used",
        Description = "Another account became administrator of a service for the whole organization, root of member accounts can be "
            + "assumed or is reached by another mailbox, "
            + "or an account was closed. Such calls are made when an organization is set up, and seldom afterwards.",
        Severity = Severity.Medium,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1098", "T1484", "T1531"],
        Controls = ["cis:4.15", "pci-dss:7.2.1", "soc2:CC6.1", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "What {resource} is, and who asked for it: aws organizations list-delegated-administrators",
                "What the account that received the power did since",
            ],
            Do: ["Take it back from the management account: aws organizations deregister-delegated-administrator, delete-resource-policy "
                + "or disable-aws-service-access; aws iam disable-organizations-root-sessions",
                "A closed account can be reopened by AWS Support for 90 days", "Cut off {actor} until it has explained itself"],
            BenignCauses: [
                "The organization is being set up, or a security account takes over a service",
                "An account is retired, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var resource = CallTable.Named(e, "accountId", "memberAccountId", "adminAccount", "servicePrincipal");
        if (CallTable.Find(Info, s_calls, e, resource) is { } finding) yield return finding with { Reasons = Reasons(e, finding) };
    }

    private static IReadOnlyList<string> Reasons(CloudTrailEvent e, Finding finding) =>
        CallTable.Named(e, "servicePrincipal") is { } service ? [.. finding.Reasons, "Service: " + service]
        // Some of these calls have no parameters, so missing ones are no reason.
        : e.RequestOmitted ? finding.Reasons : [];
}
