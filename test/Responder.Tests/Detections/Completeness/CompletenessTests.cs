using System.Globalization;
using System.Text;
using Responder.Detections;
using Responder.Detections.Iam;

namespace Responder.Tests.Detections.Completeness;

/// <summary>
/// The catalogue against AWS's service models: models.txt lists every operation that takes a role to run as, a policy, an account to share
/// with, a public switch or addresses, or that ends logs, backups or guards. Each is watched, or left out for one of ten reasons.
/// </summary>
public class CompletenessTests
{
    private static readonly Dictionary<string, string> s_reasons = new(StringComparer.Ordinal)
    {
        ["data"] = "recorded as a data event, or by no trail",
        ["grammar"] = "its policy is no IAM policy: rules, Cedar, a life cycle",
        ["own"] = "it names principals or resources of the account itself",
        ["addresses"] = "addresses that something of ours has, not who may come in",
        ["narrows"] = "it only takes away, describes or starts something, or states all anew and does not say what was there",
        ["logs"] = "the role only lets the service read or write its own records",
        ["again"] = "another call that has to come before or after it is watched",
        ["name"] = "it is only named like a role, a log, a backup or a guard",
        ["inside"] = "it reaches nobody outside until a watched call opens it",
        ["retired"] = "a service that is closed to new customers",
    };

    private static readonly string s_folder = Repository.PathOf("test", "Responder.Tests", "Detections", "Completeness");

    /// <summary>
    /// A role has one candidate for each member that may name it, as <c>operation.member</c>: one that is watched tells nothing of others.
    /// </summary>
    private static readonly List<Candidate> s_candidates =
    [
        .. Lines("models.txt").SelectMany(static words => words.Length == 3
            ? [new Candidate(words[0], words[1], words[2])]
            : words[3..].Select(member => new Candidate(words[0], words[1], $"{words[2]}.{member}"))),
    ];

    /// <summary>A line without a member leaves out all members of the operation.</summary>
    private static readonly Dictionary<Candidate, string> s_leftOut = Lines("left-out.txt")
        .SelectMany(static words => s_candidates.Where(c => (c.Kind, c.Service) == (words[0], words[1])
                && (c.Operation == words[2] || c.Call == words[2]))
            .DefaultIfEmpty(new Candidate(words[0], words[1], words[2])).Select(c => (Candidate: c, Reason: words[3])))
        .ToDictionary(static line => line.Candidate, static line => line.Reason);

    /// <summary>
    /// The detections that judge each kind. A call is not watched for its public switch because somebody watches the role in it.
    /// </summary>
    private static readonly Dictionary<string, HashSet<string>> s_judges = new(StringComparer.Ordinal)
    {
        ["role"] = ["iam.privileged-role-passed", "iam.roles-anywhere-trust-changed"],
        ["policy"] =
        [
            "iam.admin-inline-policy-put", "iam.admin-policy-version", "iam.policy-created", "iam.role-trust-opened",
            "identity-center.permission-set-widened", "kms.key-policy-opened", "resource.policy-opened", "s3.bucket-policy-opened",
        ],
        ["share"] =
        [
            "data.copied-outside", "ec2.image-or-snapshot-shared", "kms.foreign-grant-created", "network.foreign-peering",
            "rds.snapshot-shared", "resource.shared-outside", "resource.policy-opened", "s3.bucket-policy-opened",
        ],
        ["public"] =
        [
            "rds.database-opened-to-world", "ec2.public-sharing-block-removed", "s3.public-access-block-weakened",
            "resource.shared-outside",
        ],
        ["network"] =
        [
            "network.acl-opened-to-world", "network.lightsail-opened-to-world", "network.prefix-list-opened-to-world",
            "security-group.egress-opened-to-world", "security-group.ingress-opened-to-world", "rds.database-opened-to-world",
        ],
        ["end"] =
        [
            "account.detection-narrowed", "account.detection-service-disabled", "account.network-logs-deleted", "backup.recovery-ended",
            "ec2.default-encryption-disabled", "logs.alarm-silenced", "logs.log-group-deleted", "logs.service-logging-ended",
            "network.firewall-removed", "s3.public-access-block-weakened", "trail.deleted", "trail.logging-stopped",
            "account.organization-guardrail-removed",
        ],
        ["weaken"] =
        [
            "account.detection-narrowed", "account.detection-service-disabled", "account.network-logs-deleted",
            "account.organization-guardrail-removed", "account.organization-power-given", "backup.recovery-ended", "logs.alarm-silenced",
            "logs.service-logging-ended", "network.firewall-removed", "trail.event-data-store-weakened", "trail.weakened",
        ],
    };

    private sealed record Candidate(string Kind, string Service, string Operation)
    {
        public string Call => Operation.Split('.')[0];

        public string? Member => Operation.Split('.') is [_, var member] ? member : null;
    }

    [Fact]
    public void Every_candidate_is_watched_or_left_out_with_a_reason()
    {
        var open = s_candidates.Where(static c => !IsWatched(c, null) && !s_leftOut.ContainsKey(c)).ToList();
        Assert.True(
            open.Count == 0,
            "neither watched nor left out: " + string.Join(", ", open.Select(static c => $"{c.Kind} {c.Service} {c.Operation}")));
    }

    [Fact]
    public void What_is_left_out_is_a_candidate_that_nothing_watches_and_has_one_of_ten_reasons()
    {
        Assert.Equal(10, s_reasons.Count);
        Assert.All(s_leftOut, static line => Assert.Contains(line.Value, s_reasons.Keys));
        var needless = s_leftOut.Keys.Where(static c => !s_candidates.Contains(c) || IsWatched(c, null)).ToList();
        Assert.True(needless.Count == 0, "left out, but watched or no candidate: " + string.Join(", ", needless));
    }

    [Fact]
    public void At_most_a_quarter_is_left_out() =>
        Assert.True(s_leftOut.Count * 4 <= s_candidates.Count, $"{s_leftOut.Count} of {s_candidates.Count}");

    /// <summary><c>RESPONDER_APPROVE=1</c> writes the list anew; review the difference, then commit.</summary>
    [Fact]
    public void The_list_of_role_carriers_is_what_the_models_tell_and_nobody_leaves_out()
    {
        var path = Repository.PathOf("src", "Responder", "Detections", "Iam", "role-carriers.txt");
        var text = File.ReadAllText(path);
        var head = text[..text.IndexOf("\n" + "access-analyzer ", StringComparison.Ordinal)];
        var lines = s_candidates.Where(static c => c.Kind == "role" && !s_leftOut.ContainsKey(c))
            .GroupBy(static c => $"{c.Service} {c.Call}")
            .Select(static of => $"{of.Key} {string.Join(' ', of.Select(static c => c.Member))}");
        Approval.Check(path, $"{head}\n{string.Join('\n', lines)}\n", "The list of role carriers is");
    }

    [Theory]
    [InlineData("iam.privileged-role-passed")]
    [InlineData("resource.policy-opened")]
    [InlineData("resource.shared-outside")]
    [InlineData("rds.database-opened-to-world")]
    [InlineData("logs.service-logging-ended")]
    [InlineData("network.firewall-removed")]
    [InlineData("backup.recovery-ended")]
    public void Without_a_detection_candidates_are_open(string id)
    {
        var open = s_candidates.Where(c => !IsWatched(c, id) && !s_leftOut.ContainsKey(c)).ToList();
        Assert.True(open.Count > 0, id);
    }

    [Fact]
    public void The_page_counts_what_is_watched_and_what_is_left_out()
    {
        const string Begin = "<!-- completeness: counted by a test -->\n";
        const string End = "<!-- /completeness -->\n";
        var path = Repository.PathOf("docs", "detections.md");
        var page = File.ReadAllText(path);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= Begin.Length && to >= from, "docs/detections.md has no place for the counts");
        Approval.Check(path, page[..from] + Counts() + page[to..], "The counts in docs/detections.md are");
    }

    private static string Counts()
    {
        var text = new StringBuilder("| Kind | Operations | Watched | Left out |\n|---|---|---|---|\n");
        foreach (var (kind, what) in ((string, string)[])[
            ("role", "a role to run as"), ("policy", "a resource policy"), ("share", "an account or principal to share with"),
            ("public", "a public switch"), ("network", "addresses"), ("end", "logs, backups or guards end"),
            ("weaken", "logs, backups or guards set anew")])
        {
            // An operation is left out when all of its members are.
            var of = s_candidates.Where(c => c.Kind == kind).GroupBy(static c => (c.Service, c.Call)).ToList();
            var left = of.Count(static members => members.All(s_leftOut.ContainsKey));
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {of.Count} | {of.Count - left} | {left} |\n");
        }

        var roles = s_candidates.Where(static c => c.Kind == "role").ToList();
        text.Append(CultureInfo.InvariantCulture, $"\nThe operations that take a role name it in {roles.Count} members, of which ")
            .Append(CultureInfo.InvariantCulture, $"{roles.Count(s_leftOut.ContainsKey)} are left out.\n");
        text.Append("\nReasons for leaving out:\n\n");
        foreach (var (reason, what) in s_reasons)
            text.Append(CultureInfo.InvariantCulture, $"- {what} ({s_leftOut.Values.Count(value => value == reason)})\n");
        return text.ToString();
    }

    /// <param name="without">The id of a detection that does not count; null: all count.</param>
    private static bool IsWatched(Candidate candidate, string? without) => s_judges[candidate.Kind].Where(id => id != without)
        .Where(id => id != "iam.privileged-role-passed" || candidate.Member is not { } member || RoleCarriers.All.Any(carrier =>
            carrier.Service == candidate.Service && carrier.Call == candidate.Call && carrier.Reads(member.TrimEnd('='))))
        .SelectMany(static id => DetectionCatalog.Default.Find(id)!.Info.Watches)
        .Any(watch => watch.Kind == WatchKind.Calls && watch.EventSource == candidate.Service + ".amazonaws.com"
            && watch.EventNames.Any(name => EventNamePattern.Matches(name, candidate.Call)));

    private static IEnumerable<string[]> Lines(string file) => File.ReadLines(Path.Combine(s_folder, file))
        .Where(static line => line.Length > 0 && !line.StartsWith('#')).Select(static line => line.Split(' '));
}
