using System.Globalization;
using System.Text;
using Responder.Detections;

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
        ["narrows"] = "it only takes away, describes or starts something",
        ["logs"] = "the role only lets the service read or write its own records",
        ["again"] = "another call that has to come before or after it is watched",
        ["name"] = "it is only named like a log, a backup or a guard",
        ["inside"] = "it reaches nobody outside until a watched call opens it",
        ["retired"] = "a service that is closed to new customers",
    };

    private static readonly string s_folder = Repository.PathOf("test", "Responder.Tests", "Detections", "Completeness");

    private static readonly List<Candidate> s_candidates =
        [.. Lines("models.txt").Select(static words => new Candidate(words[0], words[1], words[2]))];

    private static readonly Dictionary<Candidate, string> s_leftOut = Lines("left-out.txt")
        .ToDictionary(static words => new Candidate(words[0], words[1], words[2]), static words => words[3]);

    private static readonly List<Watch> s_watches = [.. DetectionCatalog.Default.Detections.SelectMany(static d => d.Info.Watches)
        .Where(static w => w is { Kind: WatchKind.Calls, EventSource: not null })];

    private sealed record Candidate(string Kind, string Service, string Operation);

    [Fact]
    public void Every_candidate_is_watched_or_left_out_with_a_reason()
    {
        var open = s_candidates.Where(static c => !IsWatched(c, s_watches) && !s_leftOut.ContainsKey(c)).ToList();
        Assert.True(open.Count == 0, "neither watched nor left out: " + string.Join(", ", open));
    }

    [Fact]
    public void What_is_left_out_is_a_candidate_that_nothing_watches_and_has_one_of_ten_reasons()
    {
        Assert.Equal(10, s_reasons.Count);
        Assert.All(s_leftOut, static line => Assert.Contains(line.Value, s_reasons.Keys));
        var needless = s_leftOut.Keys.Where(static c => !s_candidates.Contains(c) || IsWatched(c, s_watches)).ToList();
        Assert.True(needless.Count == 0, "left out, but watched or no candidate: " + string.Join(", ", needless));
    }

    [Fact]
    public void At_most_a_quarter_is_left_out() =>
        Assert.True(s_leftOut.Count * 4 <= s_candidates.Count, $"{s_leftOut.Count} of {s_candidates.Count}");

    [Theory]
    [InlineData("lambda.foreign-layer-added")]
    [InlineData("iam.privileged-role-passed")]
    [InlineData("resource.policy-opened")]
    [InlineData("logs.service-logging-ended")]
    [InlineData("network.firewall-removed")]
    [InlineData("backup.recovery-ended")]
    public void Without_a_detection_candidates_are_open(string id)
    {
        var rest = DetectionCatalog.Default.Detections.Where(d => d.Info.Id != id).SelectMany(static d => d.Info.Watches)
            .Where(static w => w is { Kind: WatchKind.Calls, EventSource: not null }).ToList();
        var open = s_candidates.Where(c => !IsWatched(c, rest) && !s_leftOut.ContainsKey(c)).ToList();
        // What it shares with the carriers of roles is watched by them still.
        Assert.True(open.Count > 0 || id == "lambda.foreign-layer-added", id);
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
            ("public", "a public switch"), ("network", "addresses"), ("end", "logs, backups or guards end")])
        {
            var of = s_candidates.Where(c => c.Kind == kind).ToList();
            var left = of.Count(s_leftOut.ContainsKey);
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {of.Count} | {of.Count - left} | {left} |\n");
        }

        text.Append("\nReasons for leaving out:\n\n");
        foreach (var (reason, what) in s_reasons)
            text.Append(CultureInfo.InvariantCulture, $"- {what} ({s_leftOut.Values.Count(value => value == reason)})\n");
        return text.ToString();
    }

    private static bool IsWatched(Candidate candidate, List<Watch> watches) => watches.Exists(watch =>
        watch.EventSource == candidate.Service + ".amazonaws.com"
        && watch.EventNames.Any(name => EventNamePattern.Matches(name, candidate.Operation)));

    private static IEnumerable<string[]> Lines(string file) => File.ReadLines(Path.Combine(s_folder, file))
        .Where(static line => line.Length > 0 && !line.StartsWith('#')).Select(static line => line.Split(' '));
}
