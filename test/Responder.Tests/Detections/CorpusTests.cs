using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections;

/// <summary>
/// Checks recorded and constructed events against the band in which their severity must lie. The events are not part of the project:
/// without the folder <c>shared/corpus</c> beside the checkout, these tests are skipped.
/// </summary>
public class CorpusTests(ITestOutputHelper output)
{
    private static readonly string? s_folder = FindFolder();

    [Fact]
    public void Hard_expectations_of_the_seed_set_are_met()
    {
        if (s_folder is null) Assert.Skip("no shared/corpus beside the checkout");

        var (hardMet, hard, softMet, soft, unlabelled) = (0, 0, 0, 0, 0);
        var (seedMisses, otherMisses, softMisses, softIds) = (
            new List<string>(), new List<string>(), new List<string>(), new List<string>());
        foreach (var entry in Read(s_folder))
        {
            if (entry.Band is not { } band)
            {
                unlabelled++;
                continue;
            }

            var findings = DetectionCatalog.Default.Detect(entry.Event);
            var severity = findings.Select(static finding => finding.Severity).DefaultIfEmpty(Severity.None).Max();
            var met = severity >= band.Min && severity <= band.Max;
            if (band.Hard) hard++;
            else soft++;
            if (met)
            {
                if (band.Hard) hardMet++;
                else softMet++;
                continue;
            }

            var miss = $"{entry.Id} {entry.Event.EventSource} {entry.Event.EventName}: {severity.Name()}, expected "
                + $"{band.Min.Name()}..{band.Max.Name()}"
                + $" ({band.Reason}) [{string.Join(", ", findings.Select(static finding => finding.Detection.Id))}]";
            if (!band.Hard) softIds.Add(entry.Id);
            (!band.Hard ? softMisses : ConcernsSeedSet(entry.Event) ? seedMisses : otherMisses).Add(miss);
        }

        output.WriteLine($"hard {hardMet} of {hard} in band; soft {softMet} of {soft} in band; {unlabelled} without label");
        Print("hard, seed set, outside:", seedMisses);
        Print("hard, beyond the seed set, outside:", otherMisses);
        Print("soft, outside:", softMisses);
        Assert.True(hard > 0);
        Assert.True(seedMisses.Count == 0, string.Join('\n', seedMisses));
        // The notes give a reason for every soft miss and for nothing else.
        Assert.Equal(softIds.Order(StringComparer.Ordinal), NotedIds().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_event_of_the_corpus_crashes_a_detection()
    {
        if (s_folder is null) Assert.Skip("no shared/corpus beside the checkout");

        var events = Read(s_folder).ToList();
        foreach (var entry in events)
        {
            // A finding must be sound even if nobody reads its severity.
            foreach (var finding in DetectionCatalog.Default.Detect(entry.Event)
                .Concat(DetectionCatalog.Default.DetectAsIfSucceeded(entry.Event)))
                Assert.False(string.IsNullOrWhiteSpace(finding.Title), entry.Id);
        }

        output.WriteLine($"{events.Count} events");
        Assert.NotEmpty(events);
    }

    [Theory]
    [InlineData("attach-role-policy.json", "CRITICAL")]
    [InlineData("insight.json", "MEDIUM")]
    public void Sample_records_of_the_CloudTrail_guide_are_read_as_they_stand(string file, string severity)
    {
        if (s_folder is null) Assert.Skip("no shared/corpus beside the checkout");

        var parsed = EventParser.Parse(File.ReadAllBytes(Path.Combine(s_folder, "guide", file)));
        Assert.Null(parsed.Error);
        Assert.Equal(severity, Detected.SeverityOf(parsed.Event!).Name());
    }

    /// <summary>The ids in the second column of the table in the notes.</summary>
    private static IEnumerable<string> NotedIds() => File.ReadLines(Path.Combine(Repository.Root, "docs", "severity-notes.md"))
        .Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| Event |", StringComparison.Ordinal))
        .SelectMany(static line => line.Split('|')[2].Split('`').Where(static (_, at) => at % 2 == 1));

    private void Print(string head, List<string> misses)
    {
        if (misses.Count == 0) return;
        output.WriteLine(head);
        foreach (var miss in misses) output.WriteLine("  " + miss);
    }

    /// <summary>
    /// The calls that the first release promises to judge, and everything that must not be judged: the label "none" is binding for every
    /// source.
    /// </summary>
    private static bool ConcernsSeedSet(CloudTrailEvent e)
    {
        if (e.IsInsight || e.Actor.IsRoot || e.Outcome != CallOutcome.Succeeded) return true;
        return e.EventSource switch
        {
            "signin.amazonaws.com" or "cloudtrail.amazonaws.com" => true,
            "ec2.amazonaws.com" => e.EventName.Contains("SecurityGroup", StringComparison.Ordinal),
            "kms.amazonaws.com" => e.EventName is "DisableKey" or "ScheduleKeyDeletion" or "DeleteImportedKeyMaterial" or "PutKeyPolicy"
                or "CreateKey" or "ReplicateKey",
            "s3.amazonaws.com" => e.EventName.Contains("PublicAccessBlock", StringComparison.Ordinal)
                || e.EventName is "PutBucketPolicy" or "DeleteBucketPolicy" or "PutBucketAcl" or "PutBucketCors" or "DeleteBucketCors"
                    or "PutBucketLifecycle" or "PutBucketLifecycleConfiguration" or "DeleteBucketLifecycle" or "PutBucketReplication"
                    or "DeleteBucketReplication",
            "iam.amazonaws.com" => e.EventName is "CreateUser" or "DeleteUser" or "CreateAccessKey" or "CreateLoginProfile"
                or "UpdateLoginProfile"
                or "UpdateAssumeRolePolicy" or "CreateRole" or "CreatePolicy" or "DeletePolicy" or "CreatePolicyVersion"
                    or "DeletePolicyVersion"
                or "SetDefaultPolicyVersion" or "AddUserToGroup"
                || (e.EventName.EndsWith("Policy", StringComparison.Ordinal)
                    && (e.EventName.StartsWith("Attach", StringComparison.Ordinal)
                        || e.EventName.StartsWith("Detach", StringComparison.Ordinal)
                        || e.EventName.StartsWith("Put", StringComparison.Ordinal)
                        || e.EventName.StartsWith("Delete", StringComparison.Ordinal))),
            _ => false,
        };
    }

    private static IEnumerable<Entry> Read(string folder)
    {
        var number = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadLines(file))
            {
                if (string.IsNullOrWhiteSpace(line)) continue;
                var entry = JsonNode.Parse(line)!.AsObject();
                var id = entry["id"]!.GetValue<string>();
                var record = entry["event"]!.DeepClone().AsObject();
                record["eventID"] = FormattableString.Invariant($"00000000-0000-4000-8000-{++number:x12}");

                var input = record;
                if (entry["envelope"] is JsonObject envelope)
                {
                    input = envelope.DeepClone().AsObject();
                    input["detail"] = record;
                }

                var parsed = EventParser.Parse(JsonSerializer.SerializeToUtf8Bytes(input));
                Assert.True(parsed.Error is null, $"{id}: {parsed.Error}");
                yield return new Entry(id, parsed.Event!, BandOf(entry["expect"]));
            }
        }
    }

    private static Band? BandOf(JsonNode? expect)
    {
        if (expect is null) return null;
        Assert.True(SeverityNames.TryParse(expect["min"]!.GetValue<string>(), out var min));
        Assert.True(SeverityNames.TryParse(expect["max"]!.GetValue<string>(), out var max));
        return new Band(min, max, expect["hard"]!.GetValue<bool>(), Convert.ToString(expect["reason"], CultureInfo.InvariantCulture) ?? "");
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(Repository.Root); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "corpus");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }

    private sealed record Band(Severity Min, Severity Max, bool Hard, string Reason);

    private sealed record Entry(string Id, CloudTrailEvent Event, Band? Band);
}
