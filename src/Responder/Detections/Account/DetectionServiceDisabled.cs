using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

internal sealed class DetectionServiceDisabled : IDetection
{
    /// <summary>Calls that blind a service, and what they do to it. A call with a condition counts only when the condition holds.</summary>
    private static readonly Entry[] s_calls =
    [
        new("config", "StopConfigurationRecorder", "AWS Config no longer records changes"),
        new("config", "DeleteConfigurationRecorder", "AWS Config recorder deleted"),
        new("config", "DeleteDeliveryChannel", "AWS Config delivery channel deleted"),
        new("config", "DeleteServiceLinkedConfigurationRecorder", "AWS Config recorder of a service deleted"),
        new("config", "DisassociateResourceTypes", "AWS Config no longer records some resource types"),
        new("config", "PutConfigurationRecorder", "AWS Config records some resource types only", RecordsLess),
        new("guardduty", "DeleteDetector", "GuardDuty switched off"),
        new("guardduty", "UpdateDetector", "GuardDuty suspended or blinded",
            static e => e.Request["enable"].Flag == false || CallTable.Unread(e) || DropsSource(e)),
        new("guardduty", "UpdateMemberDetectors", "GuardDuty no longer reads some sources of member accounts", DropsSource),
        new("guardduty", "StopMonitoringMembers", "GuardDuty no longer watches member accounts"),
        new("guardduty", "DisassociateMembers", "Member accounts disassociated from GuardDuty"),
        new("guardduty", "DeleteMembers", "Member accounts removed from GuardDuty"),
        new("guardduty", "DisassociateFromMasterAccount", "Account left its GuardDuty administrator"),
        new("guardduty", "DisassociateFromAdministratorAccount", "Account left its GuardDuty administrator"),
        new("guardduty", "DisableOrganizationAdminAccount", "GuardDuty administrator of the organization removed"),
        new("guardduty", "DeletePublishingDestination", "GuardDuty findings are no longer published"),
        new("guardduty", "CreateFilter", "GuardDuty archives every finding unseen", ArchivesEverything),
        new("guardduty", "UpdateFilter", "GuardDuty archives every finding unseen", ArchivesEverything),
        new("guardduty", "CreateIPSet", "Trusted address list given to GuardDuty", static e => e.Request["activate"].Flag != false),
        new("guardduty", "UpdateIPSet", "Trusted address list of GuardDuty changed", static e => e.Request["activate"].Flag != false),
        new("guardduty", "CreateTrustedEntitySet", "Trusted entity list given to GuardDuty",
            static e => e.Request["activate"].Flag != false),
        new("guardduty", "UpdateTrustedEntitySet", "Trusted entity list of GuardDuty changed",
            static e => e.Request["activate"].Flag != false),
        new("securityhub", "DisableSecurityHub", "Security Hub switched off"),
        new("securityhub", "DisableSecurityHubV2", "Security Hub switched off"),
        new("securityhub", "DisassociateMembers", "Member accounts disassociated from Security Hub"),
        new("securityhub", "DeleteMembers", "Member accounts removed from Security Hub"),
        new("securityhub", "DisassociateFromMasterAccount", "Account left its Security Hub administrator"),
        new("securityhub", "DisassociateFromAdministratorAccount", "Account left its Security Hub administrator"),
        new("securityhub", "DisableOrganizationAdminAccount", "Security Hub administrator of the organization removed"),
        new("securityhub", "UpdateConfigurationPolicy", "Security Hub switched off by central configuration",
            static e => e.Request["configurationPolicy"]["securityHub"]["serviceEnabled"].Flag == false),
        new("securityhub", "DisableImportFindingsForProduct", "Security Hub no longer takes the findings of a product"),
        new("macie2", "PutFindingsPublicationConfiguration", "Macie findings are no longer published", static e =>
            e.Request["securityHubConfiguration"]["publishPolicyFindings"].Flag == false
                || e.Request["securityHubConfiguration"]["publishClassificationFindings"].Flag == false),
        new("macie2", "DisableMacie", "Macie switched off"),
        new("macie2", "UpdateMacieSession", "Macie suspended",
            static e => string.Equals(e.Request["status"].Text, "PAUSED", StringComparison.OrdinalIgnoreCase) || CallTable.Unread(e)),
        new("macie2", "UpdateMemberSession", "Macie suspended in a member account",
            static e => string.Equals(e.Request["status"].Text, "PAUSED", StringComparison.OrdinalIgnoreCase) || CallTable.Unread(e)),
        new("macie2", "DisassociateMember", "Member account disassociated from Macie"),
        new("macie2", "DeleteMember", "Member account removed from Macie"),
        new("macie2", "DisassociateFromMasterAccount", "Account left its Macie administrator"),
        new("macie2", "DisassociateFromAdministratorAccount", "Account left its Macie administrator"),
        new("macie2", "DisableOrganizationAdminAccount", "Macie administrator of the organization removed"),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "account.detection-service-disabled",
        Title = "Detection service switched off or blinded",
        Description = "GuardDuty, AWS Config, Security Hub or Macie was switched off, suspended, cut off from its administrator or its "
            + "sources, or told what to overlook. "
            + "Whoever does that expects to be seen by it.",
        Severity = Severity.High,
        PagesTrustedActors = true,
        Watches = [
            .. s_calls.GroupBy(static call => call.Service)
            .Select(static service => Watch.Calls(service.Key + ".amazonaws.com", [.. service.Select(static call => call.EventName)]))],
        Techniques = ["T1562.001"],
        Controls = ["cis:4.9", "pci-dss:10.2.6", "soc2:CC7.1", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether the service runs in {region} now (guardduty list-detectors, configservice describe-configuration-recorder-status, "
                    + "securityhub describe-hub, macie2 get-macie-session)",
                "What else {actor} did in the hour before: switching off a sensor seldom comes alone",
            ],
            Do:
            [
                "Switch the service on again; findings of the gap are lost, so read the trail for it",
                "Of a trusted address list: download it and look for addresses that are not yours",
                "Cut off {actor} until it has explained itself",
            ],
            BenignCauses: ["A region or account is being retired", "The service's administrator account changes, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        foreach (var call in s_calls)
        {
            if (!e.Is(call.Service + ".amazonaws.com", call.EventName) || call.Condition?.Invoke(e) == false) continue;
            yield return new Finding(Info, Severity.High, call.What + (e.Region is { Length: > 0 } region ? " in " + region : ""))
            {
                Resource = ResourceOf(e),
                Reasons = !CallTable.Unread(e) ? [] : ["The call succeeded, but its parameters are missing: the worst is assumed"],
                UndoCommand = call.EventName == "StopConfigurationRecorder"
                    && e.Request["configurationRecorderName"].Text is { Length: > 0 } recorder
                    ? Shell.Command(
                        "aws configservice start-configuration-recorder", ("--configuration-recorder-name", recorder),
                        CommandPart.Region(e.Region))
                    : null,
            };
        }
    }

    /// <summary>
    /// True when the recorder leaves out resource types, by an inclusion or an exclusion list. The global types as a whole do not count:
    /// by design they are recorded in one region.
    /// </summary>
    private static bool RecordsLess(CloudTrailEvent e)
    {
        var group = e.Request["configurationRecorder"]["recordingGroup"];
        string[] excluded = [.. group["exclusionByResourceTypes"]["resourceTypes"].Items.Select(static type => type.Text).OfType<string>()];
        if (CallTable.Unread(e)) return true;
        if (excluded.Length > 0) return !s_globalTypes.SetEquals(excluded);
        // A list is valid only where allSupported is false, which it is as well when it is not named.
        return group["allSupported"].Flag == false || group["resourceTypes"].Items.Any(static type => type.Text is { Length: > 0 })
            || CallTable.Is(group["recordingStrategy"]["useOnly"], "INCLUSION_BY_RESOURCE_TYPES")
            || CallTable.Is(group["recordingStrategy"]["useOnly"], "EXCLUSION_BY_RESOURCE_TYPES");
    }

    private static readonly HashSet<string> s_globalTypes =
        new(StringComparer.Ordinal) { "AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User" };

    /// <summary>True when a protection (CloudTrail, DNS and flow logs are always on) or an older data source is switched off.</summary>
    private static bool DropsSource(CloudTrailEvent e) =>
        e.Request["features"].Items.Any(
            feature => (CallTable.Is(feature["status"], "DISABLED") || CallTable.Is(feature["status"], "SUSPENDED"))
                && !(CallTable.Is(feature["name"], "EKS_RUNTIME_MONITORING") && e.Request["features"].Items.Any(IsRuntimeMonitoring)))
        || HasSwitchedOff(e.Request["dataSources"], depth: 0);

    /// <summary>What takes the place of the monitoring of clusters alone, and contains it.</summary>
    private static bool IsRuntimeMonitoring(JsonView feature) =>
        CallTable.Is(feature["name"], "RUNTIME_MONITORING") && CallTable.Is(feature["status"], "ENABLED");

    private static bool HasSwitchedOff(JsonView source, int depth) => depth < 6
        && source.Members.Any(
            member => (string.Equals(member.Name, "enable", StringComparison.OrdinalIgnoreCase) && member.Value.Flag == false)
            || HasSwitchedOff(member.Value, depth + 1));

    private static bool ArchivesEverything(CloudTrailEvent e) =>
        CallTable.Is(e.Request["action"], "ARCHIVE") && e.Request["findingCriteria"].IsObject && CriteriaOf(e).Members.All(IsAnySeverity);

    /// <summary>
    /// True for a lower severity bound of 1 without an upper one: GuardDuty's severities begin at 1, so it leaves nothing out.
    /// </summary>
    private static bool IsAnySeverity((string Name, JsonView Value) criterion) =>
        string.Equals(criterion.Name, "severity", StringComparison.OrdinalIgnoreCase)
        && criterion.Value.Members.Any() && criterion.Value.Members.All(static bound => bound.Name.ToUpperInvariant() switch
        {
            "GTE" or "GREATERTHANOREQUAL" => bound.Value.Number <= 1,
            "GT" or "GREATERTHAN" => bound.Value.Number < 1,
            _ => false,
        });

    /// <summary>The criteria of a filter; CloudTrail writes them below <c>criterion</c>.</summary>
    private static JsonView CriteriaOf(CloudTrailEvent e) => e.Request["findingCriteria"]["criterion"];

    private static string? ResourceOf(CloudTrailEvent e)
    {
        foreach (var field in (string[])["configurationRecorderName", "deliveryChannelName", "detectorId", "id"])
        {
            if (e.Request[field].Text is { Length: > 0 } text) return text;
        }

        return null;
    }

    private sealed record Entry(string Service, string EventName, string What, Func<CloudTrailEvent, bool>? Condition = null);
}
