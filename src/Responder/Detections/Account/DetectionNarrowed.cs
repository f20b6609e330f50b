using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

/// <summary>
/// Detection services that still run but see less; <see cref="DetectionServiceDisabled"/> covers those that are switched off.
/// </summary>
internal sealed class DetectionNarrowed : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("guardduty", "CreateFilter", "GuardDuty archives some findings unseen", Severity.Medium, Archives),
        new("guardduty", "UpdateFilter", "GuardDuty archives some findings unseen", Severity.Medium, Archives),
        new("guardduty", "UpdatePublishingDestination", "GuardDuty findings are published elsewhere", Severity.Medium),
        new("guardduty", "UpdateOrganizationConfiguration", "GuardDuty no longer starts in new accounts", Severity.Medium,
            StopsInNewAccounts),
        new("guardduty", "DeleteThreatIntelSet", "Threat list of GuardDuty deleted", Severity.Medium),
        new("guardduty", "DeleteThreatEntitySet", "Threat list of GuardDuty deleted", Severity.Medium),
        new("guardduty", "UpdateThreatIntelSet", "Threat list of GuardDuty switched off", Severity.Medium, Deactivates),
        new("guardduty", "UpdateThreatEntitySet", "Threat list of GuardDuty switched off", Severity.Medium, Deactivates),
        new("guardduty", "ArchiveFindings", "Findings of GuardDuty archived", Severity.Low),
        new("securityhub", "BatchDisableStandards", "Standards of Security Hub disabled", Severity.Medium),
        new("securityhub", "UpdateStandardsControl", "Control of Security Hub disabled", Severity.Medium,
            static e => CallTable.Is(e.Request["controlStatus"], "DISABLED")),
        new("securityhub", "BatchUpdateStandardsControlAssociations", "Controls of Security Hub disabled", Severity.Medium,
            DisablesControls),
        new("securityhub", "CreateAutomationRule", "Security Hub suppresses some findings unseen", Severity.Medium, Suppresses),
        new("securityhub", "BatchUpdateAutomationRules", "Security Hub suppresses some findings unseen", Severity.Medium, Suppresses),
        new("securityhub", "CreateAutomationRuleV2", "Security Hub suppresses some findings unseen", Severity.Medium, Suppresses),
        new("securityhub", "UpdateAutomationRuleV2", "Security Hub suppresses some findings unseen", Severity.Medium, Suppresses),
        new("securityhub", "UpdateOrganizationConfiguration", "Security Hub no longer starts in new accounts", Severity.Medium,
            StopsInNewAccounts),
        new("securityhub", "DeleteFindingAggregator", "Security Hub no longer gathers the findings of other regions", Severity.Medium),
        new("macie2", "CreateFindingsFilter", "Macie archives some findings unseen", Severity.Medium, Archives),
        new("macie2", "UpdateFindingsFilter", "Macie archives some findings unseen", Severity.Medium, Archives),
        new("macie2", "UpdateOrganizationConfiguration", "Macie no longer starts in new accounts", Severity.Medium, StopsInNewAccounts),
        new("macie2", "UpdateAutomatedDiscoveryConfiguration", "Macie no longer looks for sensitive data by itself", Severity.Medium,
            static e => CallTable.Is(e.Request["status"], "DISABLED")),
        new("config", "DeleteConfigRule", "AWS Config rule deleted", Severity.Medium),
        new("config", "DeleteOrganizationConfigRule", "AWS Config rule of the organization deleted", Severity.Medium),
        new("config", "DeleteConformancePack", "Conformance pack deleted", Severity.Medium),
        new("config", "DeleteOrganizationConformancePack", "Conformance pack of the organization deleted", Severity.Medium),
        new("config", "DeleteConfigurationAggregator", "AWS Config aggregator deleted", Severity.Medium),
        new("access-analyzer", "DeleteAnalyzer", "IAM Access Analyzer deleted", Severity.Medium),
        new("access-analyzer", "CreateArchiveRule", "IAM Access Analyzer archives some findings unseen", Severity.Low),
        new("access-analyzer", "UpdateArchiveRule", "IAM Access Analyzer archives some findings unseen", Severity.Low),
        new("inspector2", "Disable", "Inspector switched off", Severity.Medium),
        new("inspector2", "CreateFilter", "Inspector suppresses some findings unseen", Severity.Low, Suppresses),
        new("inspector2", "UpdateFilter", "Inspector suppresses some findings unseen", Severity.Low, Suppresses),
        new("inspector2", "DisassociateMember", "Member account disassociated from Inspector", Severity.Low),
        new("inspector2", "DisableDelegatedAdminAccount", "Inspector administrator of the organization removed", Severity.Medium),
        new("securitylake", "DeleteDataLake", "Security Lake deleted", Severity.Medium),
        new("securitylake", "DeleteAwsLogSource", "Security Lake no longer takes a source", Severity.Medium),
        new("detective", "DisableOrganizationAdminAccount", "Detective administrator of the organization removed", Severity.Medium),
        new("detective", "DeleteGraph", "Detective switched off", Severity.Medium),
        new("detective", "DeleteMembers", "Member accounts removed from Detective", Severity.Low),
        new("detective", "UpdateOrganizationConfiguration", "Detective no longer starts in new accounts", Severity.Medium,
            StopsInNewAccounts),
        new("guardduty", "DeleteMalwareProtectionPlan", "GuardDuty no longer scans the objects of a bucket", Severity.Medium),
        new("inspector2", "UpdateOrganizationConfiguration", "Inspector no longer starts in new accounts", Severity.Medium,
            static e => e.Request["autoEnable"].Members.Any(static kind => kind.Value.Flag == false)),
        new("inspector2", "DeleteCisScanConfiguration", "Scan for CIS benchmarks deleted", Severity.Low),
        new("inspector2", "DeleteCodeSecurityScanConfiguration", "Scan of code deleted", Severity.Low),
        new("macie2", "BatchUpdateAutomatedDiscoveryAccounts", "Macie no longer looks for sensitive data in some accounts",
            Severity.Medium, static e => CallTable.IsOff(e.Request["accounts"], "status")),
        new("macie2", "UpdateResourceProfileDetections", "Macie overlooks some kinds of sensitive data", Severity.Low,
            static e => e.Request["suppressDataIdentifiers"].Items.Any(static kind => kind.IsObject)),
        new("securityhub", "DeleteConfigurationPolicy", "Central configuration of Security Hub deleted", Severity.Medium),
        new("securityhub", "StartConfigurationPolicyDisassociation", "Accounts taken off the central configuration of Security Hub",
            Severity.Medium),
        new("securityhub", "UpdateSecurityHubConfiguration", "Security Hub no longer enables new controls", Severity.Low,
            static e => e.Request["autoEnableControls"].Flag == false),
        new("securityhub", "DeleteAggregatorV2", "Security Hub no longer gathers the findings of other regions", Severity.Medium),
        new("securitylake", "UpdateDataLake", "Security Lake keeps its data for a short time only", Severity.Medium,
            static e => e.Request["configurations"].Items.Any(
                static one => one["lifecycleConfiguration"]["expiration"]["days"].Number is > 0 and < 90)),
        new("securitylake", "DeregisterDataLakeDelegatedAdministrator", "Security Lake administrator of the organization removed",
            Severity.Medium),
        new("auditmanager", "DeregisterAccount", "Audit Manager switched off", Severity.Medium),
        new("auditmanager", "DeregisterOrganizationAdminAccount", "Audit Manager administrator of the organization removed",
            Severity.Medium),
        new("auditmanager", "UpdateAssessmentStatus", "Audit Manager gathers no evidence for an assessment", Severity.Low,
            static e => CallTable.Is(e.Request["status"], "INACTIVE")),
        new("ecr", "PutImageScanningConfiguration", "Container images are no longer scanned", Severity.Low,
            static e => e.Request["imageScanningConfiguration"]["scanOnPush"].Flag == false),
        new("ecr", "PutRegistryScanningConfiguration", "Container images of the registry are no longer scanned", Severity.Low,
            static e => !e.Request["rules"].Items.Any(static rule => rule.IsObject)),
        new("access-analyzer", "UpdateFindings", "Findings of IAM Access Analyzer archived", Severity.Low,
            static e => CallTable.Is(e.Request["status"], "ARCHIVED")),
        new("config", "PutRetentionConfiguration", "AWS Config keeps its history for a short time only", Severity.Medium,
            static e => e.Request["retentionPeriodInDays"].Number is > 0 and < 90),
        new("iot", "DeleteAccountAuditConfiguration", "Audits of IoT switched off", Severity.Low),
        new("iot", "DeleteScheduledAudit", "Audit of IoT deleted", Severity.Low),
        new("cloudtrail", "DeregisterOrganizationDelegatedAdmin", "Administrator of the organization's trails removed", Severity.Low),
        new("bedrock", "DeleteEnforcedGuardrailConfiguration", "Guardrail on all model invocations removed", Severity.Medium),
        new("bedrock", "DeleteGuardrail", "Guardrail on model invocations deleted", Severity.Low),
        new("ec2", "DeleteVpcEncryptionControl", "Encryption within a network no longer enforced", Severity.Low),
    ];

    /// <summary>What belongs to the installation: the buckets to which AWS Config may deliver.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "account.detection-narrowed",
        Title = "Detection service sees or tells less",
        Description = "A rule, standard, analyzer or aggregator was removed, or findings are archived before anybody sees them. The "
            + "service still runs and looks healthy, "
            + "which makes this quieter than switching it off.",
        Severity = Severity.Medium,
        PagesTrustedActors = true,
        Watches = [.. CallTable.Watches(s_calls), Watch.Calls("config.amazonaws.com", "PutDeliveryChannel")],
        Techniques = ["T1562.001"],
        Controls = ["cis:4.9", "cis:1.20", "pci-dss:10.4.1", "soc2:CC7.1", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "Which findings {resource} brought or now hides: list the archived ones of the last days",
                "Whether {actor} works on these services at all"],
            Do: ["Put the rule back, or delete the filter", "Read the findings that were archived since"],
            BenignCauses: [
                "A suppression rule for a known scanner", "Rules and standards replaced by newer ones",
                "A stack was removed together with its rules"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var resource = CallTable.Named(
            e, "configRuleName", "organizationConfigRuleName", "conformancePackName", "organizationConformancePackName",
            "configurationAggregatorName", "analyzerName", "standardsControlArn", "standardsSubscriptionArns", "findingAggregatorArn",
            "resourceTypes", "graphArn",
            "filterName", "name", "ruleName", "destinationId", "threatIntelSetId", "detectorId", "id");
        if (CallTable.Find(Info, s_calls, e, resource) is { } finding) yield return finding;
        if (e.Is("config.amazonaws.com", "PutDeliveryChannel") && !e.Actor.IsAwsServiceOnItsOwn
            && e.Request["deliveryChannel"]["s3BucketName"].Text is { Length: > 0 } bucket && !Estate.IsOwnLogBucket(bucket, e))
            yield return new Finding(Info, Severity.Medium, $"AWS Config delivers to bucket {bucket}, which is not known as ours")
            {
                Resource = bucket,
                Reasons = ["Whoever owns the bucket reads the configuration of the account, and whatever reads ours no longer sees it"],
            };
    }

    private static bool Archives(CloudTrailEvent e) => CallTable.Unread(e) || CallTable.Is(e.Request["action"], "ARCHIVE");

    private static bool DisablesControls(CloudTrailEvent e) => CallTable.Unread(e)
        || e.Request["standardsControlAssociationUpdates"].Items.Any(
            static update => CallTable.Is(update["associationStatus"], "DISABLED"));

    /// <summary>True for a Security Hub automation rule or an Inspector filter that hides the findings it matches.</summary>
    private static bool Suppresses(CloudTrailEvent e) => CallTable.Unread(e) || CallTable.Is(e.Request["action"], "SUPPRESS")
        || Hides(e.Request) || e.Request["updateAutomationRulesRequestItems"].Items.Any(Hides);

    private static bool Hides(JsonView rule) => !CallTable.Is(rule["ruleStatus"], "DISABLED")
        && rule["actions"].Items.Any(static action => CallTable.Is(action["findingFieldsUpdate"]["workflow"]["status"], "SUPPRESSED")
            || CallTable.Is(action["findingFieldsUpdate"]["workflow"]["status"], "RESOLVED")
            || action["findingFieldsUpdate"]["statusId"].Number is >= Suppressed and <= Archived);

    /// <summary>The states of OCSF that take a finding out of sight: suppressed, resolved, archived.</summary>
    private const int Suppressed = 3;

    private const int Archived = 5;

    private static bool Deactivates(CloudTrailEvent e) => CallTable.Unread(e) || e.Request["activate"].Flag == false;

    private static bool StopsInNewAccounts(CloudTrailEvent e) => CallTable.Unread(e)
        || e.Request["autoEnable"].Flag == false || CallTable.Is(e.Request["autoEnableOrganizationMembers"], "NONE");
}
