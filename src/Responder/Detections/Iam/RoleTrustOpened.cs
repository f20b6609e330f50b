using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class RoleTrustOpened : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.role-trust-opened",
        Title = "Role trust opened",
        Description =
            "A role now trusts everyone, a foreign account, or any identity of a federation. Whoever is meant can become the role from "
            + "outside, without any credential of this account; it is a favourite back door. A trust policy that cannot be read stays "
                + "MEDIUM.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("UpdateAssumeRolePolicy", "CreateRole")],
        Techniques = ["T1098.003", "T1484.002"],
        Controls = ["cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.1", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whose is the account or provider that is trusted now: a partner, a tool we bought, or nobody we know?",
                "What may the role do: aws iam list-attached-role-policies --role-name {target}; aws iam list-role-policies --role-name "
                    + "{target}",
                "Was it assumed from there already: look for AssumeRole events whose sharedEventID or userIdentity.accountId is foreign.",
            ],
            Do:
            [
                "If nobody planned it: put the previous trust policy back with aws iam update-assume-role-policy (the last event before "
                    + "this one holds it), or delete a new role.",
                "Revoke the role's sessions: closing the trust does not end those that are open.",
                "Cut off {actor}.",
            ],
            BenignCauses:
            [
                "A vendor's onboarding (its account with an ExternalId): right, but worth knowing.",
                "A role for a CI system that is confined by audience only; confine it by subject.",
            ]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (RoleTrust.Read(e, Estate) is not { } trust) return null; // iam.request-missing or iam.request-omitted
        var unreadable = trust.Verdict.Widest is Audience.Unreadable or Audience.CannotBeTold;
        if (!trust.Verdict.IsOpen && !unreadable) return null;

        return new Finding(Info, unreadable ? Severity.Medium : Severity.High, Title(trust))
        {
            Target = trust.Role,
            Resource = trust.Role?.Arn,
            Reasons = trust.Verdict.Reasons,
            Says = [trust.Name, .. trust.Verdict.WaysIn],
            Width = (int)trust.Verdict.Widest,
            UndoCommand = trust is { IsNew: true, Role: { } role }
                ? Shell.Command("aws iam delete-role", ("--role-name", role.Name))
                : null,
        };
    }

    private static bool IsOrganization(string id) => id.StartsWith("o-", StringComparison.Ordinal);

    private static string Title(RoleTrust trust)
    {
        var whom = trust.Verdict.Widest switch
        {
            Audience.Everyone => "everyone",
            Audience.Foreign when trust.Verdict.ForeignAccounts.Any(static id => !IsOrganization(id)) => "foreign account "
                + string.Join(", ", trust.Verdict.ForeignAccounts),
            Audience.Foreign when trust.Verdict.ForeignAccounts.Count > 0 => "foreign organisation "
                + string.Join(", ", trust.Verdict.ForeignAccounts),
            Audience.Foreign => "a foreign organisation",
            Audience.OpenFederation => "any identity of a federation",
            Audience.CannotBeTold => "a principal whose account cannot be told",
            _ => null,
        };
        if (whom is null) return $"Trust policy of {trust.Name} cannot be read";
        return trust.IsNew ? $"New {trust.Name} trusts {whom}" : $"Trust of {trust.Name} opened to {whom}";
    }
}
