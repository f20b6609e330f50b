using System.Text;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections;

public class SampleTests
{
    private static readonly DetectionCatalog s_catalog = DetectionCatalog.Default;

    public static TheoryData<string> Names => [.. Sample.All.Select(static sample => sample.Name)];

    public static TheoryData<string> Folders => [.. Sample.All.Select(static sample => sample.Folder).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_shows_what_its_name_says(string name)
    {
        var sample = Find(name);
        var own = s_catalog.Detect(sample.Parse()).Where(finding => finding.Detection.Id == sample.Folder).ToList();

        if (sample.Quiet)
        {
            Assert.Empty(own);
            return;
        }

        Assert.NotEmpty(own);
        var expected = sample.NamedSeverity ?? s_catalog.Find(sample.Folder)!.Info.Severity;
        // If IAM has to answer a question first, the severity depends on given.yaml, which replay reads.
        if (own.All(static finding => finding.Question is null))
            Assert.Equal(expected.Name(), own.Max(static finding => finding.Severity).Name());
    }

    [Fact]
    public void Every_file_is_a_firing_or_a_quiet_sample()
    {
        Assert.All(
            Sample.All, static sample => Assert.True(sample.Fires || sample.Quiet, $"{sample.Name}: name it fires.*.json or quiet.*.json"));
    }

    [Fact]
    public void Every_sample_is_a_whole_EventBridge_event()
    {
        Assert.All(Sample.All, static sample =>
        {
            var envelope = sample.Parse().Envelope;
            Assert.True(
                envelope is { Id.Length: > 0, Source.Length: > 0, Account.Length: 12, Region.Length: > 0, Time: not null }, sample.Name);
            Assert.EndsWith(" via CloudTrail", envelope.DetailType, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_detection_has_a_folder_of_samples_and_every_folder_a_detection()
    {
        var ids = s_catalog.Detections.Select(static detection => detection.Info.Id).Order(StringComparer.Ordinal);
        var folders = Sample.All.Select(static sample => sample.Folder).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(ids, folders);
    }

    /// <summary>Keys have the form that AWS's documentation uses, so that no scanner takes a sample for a leak.</summary>
    [Fact]
    public void Access_key_ids_of_samples_end_in_EXAMPLE() => Assert.All(Sample.All, static sample =>
        Assert.DoesNotMatch(@"\bA[KS]IA(?![A-Z0-9]{9}EXAMPLE\b)[A-Z0-9]{16}\b", File.ReadAllText(sample.FullPath)));

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_has_a_firing_a_refused_and_an_opposite_call(string folder)
    {
        var samples = Sample.All.Where(sample => sample.Folder == folder).ToList();
        var watches = s_catalog.Find(folder)!.Info.Watches;

        Assert.Contains(samples, static sample => sample.Fires);
        Assert.Contains(samples, static sample => sample.Quiet && sample.Parse().Outcome == CallOutcome.Succeeded);
        // Nobody calls an Insight, so it cannot be refused.
        if (watches.Any(static watch => watch.Kind != WatchKind.Insight))
            Assert.Contains(samples, static sample => sample.Parse().Outcome == CallOutcome.Refused);
    }

    [Fact]
    public void Event_ids_are_unique_across_all_samples()
    {
        var ids = Sample.All.Select(static sample => sample.Parse().EventId ?? sample.Name).ToList();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Principals_are_unique_across_all_samples()
    {
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var shared = new List<string>();
        foreach (var sample in Sample.All)
        {
            foreach (var principal in PrincipalsOf(sample.Parse()).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                if (!owners.TryAdd(principal, sample.Name)) shared.Add($"{principal}: {owners[principal]} and {sample.Name}");
            }
        }

        Assert.True(shared.Count == 0, string.Join('\n', shared));
    }

    [Fact]
    public void Findings_of_every_sample_are_the_approved_ones()
    {
        var approved = Repository.PathOf("test", "Responder.Tests", "Detections", "samples.approved.txt");
        var actual = new StringBuilder();
        foreach (var sample in Sample.All)
        {
            var findings = s_catalog.Detect(sample.Parse())
                .Select(static finding => $"{finding.Detection.Id} {finding.Severity.Name()}{(finding.Question is null ? "" : "?")}");
            actual.Append(sample.Name).Append(" -> ").AppendJoin("; ", findings.DefaultIfEmpty("nothing")).Append('\n');
        }

        Approval.Check(approved, actual.ToString(), "samples.approved.txt is");
    }

    private static Sample Find(string name) => Sample.All.Single(sample => sample.Name == name);

    /// <summary>The users, roles and groups in a sample: who called, and whom the call is about. Root and services are left out.</summary>
    private static IEnumerable<string> PrincipalsOf(CloudTrailEvent e)
    {
        var issuer = e.Actor.Type is ActorType.Root or ActorType.AwsService or ActorType.AwsAccount ? null : e.Actor.IssuerArn;
        if (AwsArn.TryParse(issuer, out var arn)) yield return arn.Resource.Split('/')[0] + " " + arn.Name;
        foreach (var (field, kind) in ((string, string)[])[
            ("userName", "user"), ("newUserName", "user"), ("roleName", "role"), ("groupName", "group"), ("newGroupName", "group")])
        {
            if (kind == "group" && e.EventSource != "iam.amazonaws.com") continue;
            if (e.Request[field].Text is { Length: > 0 } text)
                yield return kind + " " + (AwsArn.TryParse(text, out var named) ? named.Name : text);
        }
    }
}
