using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

internal sealed class ContactsChanged() : TableDetection(s_calls, "alternateContactType", "regionName", "accountName")
{
    private static readonly TableCall[] s_calls =
    [
        new("account", "DeleteAlternateContact", "Alternate contact deleted", OfContact),
        new("account", "PutAlternateContact", "Alternate contact changed", OfContact),
        new("account", "PutContactInformation", "Contact of the account changed", Severity.Low),
        new("account", "EnableRegion", "Region enabled", Severity.Low),
        new("account", "PutAccountName", "Account renamed", Severity.Low),
    ];

    public override DetectionInfo Info { get; } = new()
    {
        Id = "account.settings-changed",
        Title = "Contacts or regions of the account changed",
        Description =
            "The security contact was changed or removed, so that AWS's abuse notices go elsewhere, or a region was enabled, in "
            + "which nothing forwards events yet.",
        Severity = Severity.Low,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1535", "T1562"],
        Controls = ["cis:1.2", "pci-dss:12.10.1", "soc2:CC7.4", "hipaa:164.308(a)(6)(ii)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Who receives the security notices of the account now: aws account get-alternate-contact --alternate-contact-type "
                + "SECURITY",
                "Whether the forwarder is deployed in the region that was enabled",
            ],
            Do:
            [
                "Put the contact back, or disable the region again",
                "Deploy the forwarder there",
            ],
            BenignCauses:
            [
                "The security team has a new address",
                "A product is rolled out to a new region",
            ]),
    };

    private static Severity OfContact(CloudTrailEvent e) => CallTable.Unread(e)
        || CallTable.Is(e.Request["alternateContactType"], "SECURITY")
        ? Severity.Low
        : Severity.None;
}
