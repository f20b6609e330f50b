namespace Responder.Analysis.Backtest.Html;

/// <summary>A technique of MITRE ATT&amp;CK Enterprise and the tactics it serves.</summary>
internal sealed record AttackTechnique(string Id, string Name, IReadOnlyList<string> Tactics);

/// <summary>
/// Names and tactics of the techniques that detections refer to; a test checks the list against the catalog. Source:
/// attack.mitre.org/techniques/enterprise, version 18.
/// </summary>
internal static class AttackTechniques
{
    private const string InitialAccess = "Initial Access";
    private const string Execution = "Execution";
    private const string Persistence = "Persistence";
    private const string Escalation = "Privilege Escalation";
    private const string Evasion = "Defense Evasion";
    private const string Credentials = "Credential Access";
    private const string Discovery = "Discovery";
    private const string Lateral = "Lateral Movement";
    private const string Collection = "Collection";
    private const string Exfiltration = "Exfiltration";
    private const string Impact = "Impact";

    /// <summary>The tactic for a technique that is not in the list.</summary>
    public const string OtherTactic = "Other";

    /// <summary>In the order of the matrix.</summary>
    public static IReadOnlyList<string> Tactics { get; } =
        [InitialAccess, Execution, Persistence, Escalation, Evasion, Credentials, Discovery, Lateral, Collection, Exfiltration, Impact,
            OtherTactic];

    private static readonly Dictionary<string, AttackTechnique> s_all = ((AttackTechnique[])
    [
        new("T1020", "Automated Exfiltration", [Exfiltration]),
        new("T1021.001", "Remote Desktop Protocol", [Lateral]),
        new("T1041", "Exfiltration Over C2 Channel", [Exfiltration]),
        new("T1036.010", "Masquerade Account Name", [Evasion]),
        new("T1070", "Indicator Removal", [Evasion]),
        new("T1078", "Valid Accounts", [InitialAccess, Persistence, Escalation, Evasion]),
        new("T1078.004", "Cloud Accounts", [InitialAccess, Persistence, Escalation, Evasion]),
        new("T1087.004", "Cloud Account Discovery", [Discovery]),
        new("T1098", "Account Manipulation", [Persistence, Escalation]),
        new("T1098.001", "Additional Cloud Credentials", [Persistence, Escalation]),
        new("T1098.003", "Additional Cloud Roles", [Persistence, Escalation]),
        new("T1098.004", "SSH Authorized Keys", [Persistence, Escalation]),
        new("T1098.005", "Device Registration", [Persistence, Escalation]),
        new("T1098.006", "Additional Container Cluster Roles", [Persistence, Escalation]),
        new("T1110", "Brute Force", [Credentials]),
        new("T1110.001", "Password Guessing", [Credentials]),
        new("T1114", "Email Collection", [Collection]),
        new("T1133", "External Remote Services", [InitialAccess, Persistence]),
        new("T1136.003", "Create Cloud Account", [Persistence]),
        new("T1199", "Trusted Relationship", [InitialAccess]),
        new("T1213", "Data from Information Repositories", [Collection]),
        new("T1484", "Domain or Tenant Policy Modification", [Escalation, Evasion]),
        new("T1484.002", "Trust Modification", [Escalation, Evasion]),
        new("T1485", "Data Destruction", [Impact]),
        new("T1485.001", "Lifecycle-Triggered Deletion", [Impact]),
        new("T1486", "Data Encrypted for Impact", [Impact]),
        new("T1489", "Service Stop", [Impact]),
        new("T1490", "Inhibit System Recovery", [Impact]),
        new("T1496", "Resource Hijacking", [Impact]),
        new("T1525", "Implant Internal Image", [Persistence]),
        new("T1526", "Cloud Service Discovery", [Discovery]),
        new("T1528", "Steal Application Access Token", [Credentials]),
        new("T1530", "Data from Cloud Storage", [Collection]),
        new("T1531", "Account Access Removal", [Impact]),
        new("T1535", "Unused/Unsupported Cloud Regions", [Evasion]),
        new("T1537", "Transfer Data to Cloud Account", [Exfiltration]),
        new("T1546", "Event Triggered Execution", [Persistence, Escalation]),
        new("T1548.005", "Temporary Elevated Cloud Access", [Escalation, Evasion]),
        new("T1550.001", "Application Access Token", [Evasion, Lateral]),
        new("T1552", "Unsecured Credentials", [Credentials]),
        new("T1552.001", "Credentials In Files", [Credentials]),
        new("T1555.006", "Cloud Secrets Management Stores", [Credentials]),
        new("T1556", "Modify Authentication Process", [Persistence, Evasion, Credentials]),
        new("T1556.006", "Multi-Factor Authentication", [Persistence, Evasion, Credentials]),
        new("T1556.007", "Hybrid Identity", [Persistence, Evasion, Credentials]),
        new("T1562", "Impair Defenses", [Evasion]),
        new("T1562.001", "Disable or Modify Tools", [Evasion]),
        new("T1562.006", "Indicator Blocking", [Evasion]),
        new("T1562.007", "Disable or Modify Cloud Firewall", [Evasion]),
        new("T1562.008", "Disable or Modify Cloud Logs", [Evasion]),
        new("T1563", "Remote Service Session Hijacking", [Lateral]),
        new("T1565.001", "Stored Data Manipulation", [Impact]),
        new("T1567.002", "Exfiltration to Cloud Storage", [Exfiltration]),
        new("T1580", "Cloud Infrastructure Discovery", [Discovery]),
        new("T1599", "Network Boundary Bridging", [Evasion]),
        new("T1648", "Serverless Execution", [Execution]),
        new("T1666", "Modify Cloud Resource Hierarchy", [Evasion]),
    ]).ToDictionary(static technique => technique.Id, StringComparer.Ordinal);

    public static bool IsKnown(string id) => s_all.ContainsKey(id);

    public static AttackTechnique Of(string id) => s_all.GetValueOrDefault(id) ?? new AttackTechnique(id, id, [OtherTactic]);
}
