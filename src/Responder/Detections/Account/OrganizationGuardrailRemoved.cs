using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

internal sealed class OrganizationGuardrailRemoved : IDetection
{
    /// <summary>The policy that AWS attaches by default. It allows everything, so detaching it only narrows access.</summary>
    private const string FullAccess = "p-FullAWSAccess";

    private static readonly string[] s_guards =
    [
        "cloudtrail.amazonaws.com", "guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com", "config.amazonaws.com",
        "config-multiaccountsetup.amazonaws.com", "securityhub.amazonaws.com", "macie.amazonaws.com", "access-analyzer.amazonaws.com",
        "detective.amazonaws.com", "inspector2.amazonaws.com", "controltower.amazonaws.com",
    ];

    private static readonly TableCall[] s_calls =
    [
        new("organizations", "DisablePolicyType", "Policy type of the organization disabled", static e =>
            CallTable.Unread(e) || CallTable.Is(e.Request["policyType"], "SERVICE_CONTROL_POLICY")
                || CallTable.Is(e.Request["policyType"], "RESOURCE_CONTROL_POLICY")
                ? Severity.High : Severity.Medium),
        new("organizations", "DetachPolicy", "Organization policy detached", Severity.Medium,
            static e => !CallTable.Is(e.Request["policyId"], FullAccess)),
        new("organizations", "DeletePolicy", "Organization policy deleted", Severity.Medium),
        new("organizations", "UpdatePolicy", "Organization policy changed, to what is unknown", Severity.Medium, CallTable.Unread),
        new("organizations", "UpdatePolicy", "Organization policy changed to allow everything", Severity.Medium, AllowsEverything),
        new("organizations", "UpdatePolicy", "Organization policy changed", Severity.Low),
        new("controltower", "DisableControl", "Control of Control Tower disabled", Severity.Medium),
        new("controltower", "DisableBaseline", "Baseline of Control Tower taken off a unit", Severity.Medium),
        new("controltower", "DeleteLandingZone", "Landing zone deleted, with its trail and controls", Severity.High),
        new("controltower", "UpdateLandingZone", "Central logs of the landing zone switched off", Severity.High,
            static e => e.Request["manifest"].Unwrapped["centralizedLogging"]["enabled"].Flag == false),
        new("organizations", "RemoveAccountFromOrganization", "Account removed from the organization", Severity.High),
        new("organizations", "DeleteOrganization", "Organization deleted", Severity.High),
        new("organizations", "MoveAccount", "Account moved to another unit of the organization", Severity.Medium),
        new("organizations", "DisableAWSServiceAccess", "Organization no longer lets a security service into its accounts", Severity.High,
            GuardNamed),
        new("organizations", "DeregisterDelegatedAdministrator", "Administrator of a security service removed from the organization",
            Severity.High, GuardNamed),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "account.organization-guardrail-removed",
        Title = "Guardrail of the organization removed",
        Description = "A service control policy was detached, deleted or its whole type disabled, an account was taken out of the "
            + "organization or of its unit, or a security "
            + "service lost its access to the accounts. What the guardrail forbade or watched is possible and unseen from now on.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001", "T1666", "T1484"],
        Controls = ["cis:4.15", "pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC8.1", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What {resource} forbade, and for which accounts: aws organizations describe-policy",
                "What {actor} did next in the accounts that are free now"],
            Do: ["Attach the policy, or enable its type, again from the management account",
                "Cut off {actor} until it has explained itself"],
            BenignCauses: ["Policies are replaced by a landing-zone update", "An account is closed or moved, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var resource = CallTable.Named(
            e, "policyId", "policyType", "servicePrincipal", "accountId", "controlIdentifier", "enabledControlIdentifier",
            "enabledBaselineIdentifier", "landingZoneIdentifier");
        if (CallTable.Find(Info, s_calls, e, resource) is { } finding) yield return finding;
    }

    /// <summary>True for a policy that denies nothing and allows all, as if it were detached.</summary>
    private static bool AllowsEverything(CloudTrailEvent e)
    {
        if (!e.Request["content"].Exists) return false;
        var statements = PolicyDocument.Read(e.Request["content"]).Statements;
        return statements.Count > 0 && statements.All(static s => s.IsAllow) && statements.Any(static s =>
            s.MatchesAction("iam:CreateUser") && s.MatchesAction("cloudtrail:StopLogging") && s.EffectiveConditions.Count == 0);
    }

    private static bool GuardNamed(CloudTrailEvent e) =>
        CallTable.Unread(e) || s_guards.Contains(e.Request["servicePrincipal"].Text, StringComparer.OrdinalIgnoreCase);
}
