using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>
/// Names of the parameters under the root. All stay within SSM's rules: 1,011 characters, 15 levels, <c>[a-zA-Z0-9_.-/]</c>.
/// </summary>
public sealed class ParameterNames(string root)
{
    public string Mode => root + "/mode";

    public string IncidentsRoot => root + "/incidents";

    public string QuarantinesRoot => root + "/quarantines";

    public string BudgetRoot => root + "/budget";

    public string Root => root;

    /// <summary>What runs, as the function that gets the pulse says it: <see cref="RunningBuild"/>.</summary>
    public string Running => root + "/running";

    /// <summary>
    /// The parameter that the hourly pulse writes. It is beside the root, not below it: it is no record, and writing it is no tampering.
    /// </summary>
    public string Pulse => root + "-pulse";

    /// <summary><c>/security/incidents/2026-11-21/&lt;event id&gt;</c>: the record of an incident, by the day of the call (UTC).</summary>
    public string Incident(CloudTrailEvent e, DateTimeOffset now) => Record(e, now, Encode(e.IncidentId));

    /// <summary>
    /// The record that the uncontained findings of one hour share: same detection, actor, target and account. The actor's part of the key
    /// is something that a caller cannot rotate.
    /// </summary>
    public string SharedIncident(CloudTrailEvent e, Finding finding, DateTimeOffset now) =>
        Record(e, now, DedupKey(e, finding) + "-" + Hour(e.EventTime ?? now));

    /// <summary>
    /// The record that all further events of one cause share for the rest of an hour, once its pages are used up.
    /// </summary>
    public string FloodIncident(CloudTrailEvent e, string cause, DateTimeOffset now) =>
        Record(e, now, "many-" + Hash(cause) + "-" + Hour(e.EventTime ?? now));

    /// <summary>
    /// What a finding has in common with others of its kind: detection, actor's issuer, account. The target is left out: its name may be
    /// anything, and a loop can make up as many as it likes.
    /// </summary>
    public static string CauseOf(CloudTrailEvent e, Finding finding) => Hash(finding.Detection.Id, e.Actor.StableId, e.AccountId ?? "");

    /// <summary>What an actor's calls about somebody whom IAM does not know have in common.</summary>
    public static string NobodyCauseOf(CloudTrailEvent e) => Hash("nobody", e.Actor.StableId, e.AccountId ?? "");

    /// <summary>
    /// A stable key for (detection, actor's issuer, target, account): 32 hex digits, nothing that anybody chose. Alerting services store it
    /// (docs/alerts.md), so what it is made of never changes; a golden test pins it.
    /// </summary>
    public static string DedupKey(CloudTrailEvent e, Finding finding) => Hash(
        finding.Detection.Id, e.Actor.StableId,
        finding.Target is { } principal ? $"{principal.Kind}:{principal.AccountId}:{principal.Name}" : finding.Resource ?? "",
        e.AccountId ?? "");

    /// <summary>32 hex digits. The parts are length-prefixed, so that no choice of names makes two different tuples equal.</summary>
    private static string Hash(params ReadOnlySpan<string> parts)
    {
        var key = new StringBuilder();
        foreach (var part in parts) key.Append(part.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(part);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())).AsSpan(0, 16));
    }

    /// <summary><c>/security/quarantines/&lt;account&gt;/user.mallory</c>. Lower case: IAM names are unique whatever their case.</summary>
    public string Ledger(Principal principal) =>
        $"{QuarantinesRoot}/{Encode(principal.AccountId ?? "unknown")}/"
        + $"{principal.Kind.ToString().ToLowerInvariant()}.{Encode(principal.Name.ToLowerInvariant())}";

    /// <summary>Where a rename of the ledger's principal is written down.</summary>
    public static string RenamedOf(string ledger) => ledger + "/renamed";

    /// <summary>Where a containment is written down that IAM did not know whom to apply to.</summary>
    public static string WantedOf(string ledger) => ledger + "/wanted";

    /// <summary>True for the name of a note beside a ledger: of a rename, or of a containment that waits.</summary>
    public static bool IsNote(string name) =>
        name.EndsWith("/renamed", StringComparison.Ordinal) || name.EndsWith("/wanted", StringComparison.Ordinal);

    /// <summary>
    /// <c>/security/budget/containments</c>: who has a place of the current hour. The stack makes it, because a full store still
    /// overwrites.
    /// </summary>
    public string Places => BudgetRoot + "/containments";

    /// <summary>
    /// <c>/security/release</c>: the plan of a release for which a full store had no room. The stack makes it, because a full store still
    /// overwrites.
    /// </summary>
    public string Plan => root + "/release";

    /// <summary><c>/security/budget/pages</c>: what each cause has said in the current hour.</summary>
    public string Pages => BudgetRoot + "/pages";

    /// <summary><c>/security/settings</c>: below it the stack writes down its own settings, for the commands of people.</summary>
    public string SettingsRoot => root + "/settings";

    /// <summary>
    /// <c>/security-drill</c>: below it a drill writes down whom it makes. It is beside the root, not below it: whoever drills has none of
    /// our roles, and nobody else may write below the root.
    /// </summary>
    public string DrillRoot => root + "-drill";

    /// <summary><c>/security-drill/last</c>: when the last drill was, and how it went.</summary>
    public string LastDrill => DrillRoot + "/last";

    private string Budget(DateTimeOffset now) =>
        $"{BudgetRoot}/{now.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture)}";

    /// <summary>
    /// <c>/security/budget/2026-11-21T08/123456789012/user.mallory</c>: its version counts how often the principal's quarantine was put
    /// back in that hour (UTC).
    /// </summary>
    public string PutBacks(Principal principal, DateTimeOffset now) => Budget(now) + Ledger(principal)[QuarantinesRoot.Length..];

    private string Record(CloudTrailEvent e, DateTimeOffset now, string id) =>
        $"{IncidentsRoot}/{(e.EventTime ?? now).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}/{id}";

    private static string Hour(DateTimeOffset time) => time.UtcDateTime.ToString("HH", CultureInfo.InvariantCulture);

    /// <summary>
    /// Keeps letters, digits, '-' and '.', and writes every other byte of the UTF-8 text as <c>_XX</c>. Reversible up to 200 characters; a
    /// longer result is cut and ends in a hash.
    /// </summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.') encoded.Append(c);
            else encoded.Append('_').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        if (encoded.Length <= 200) return encoded.ToString();
        return encoded.ToString(0, 160) + "_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
