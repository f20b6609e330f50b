using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Cli.Tests.Html;
using Responder.Cli.Tests.Integrity;

namespace Responder.Cli.Tests.Backtest;

/// <summary>Every command that reads logs reads a bucket as it reads a folder, and gives the same result.</summary>
public sealed class S3PathTests : IDisposable
{
    private const string Folder = "AWSLogs/123456789012/CloudTrail/us-east-1/";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeBucket _bucket = new("trail-logs");

    public void Dispose()
    {
        _bucket.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_hunt_over_a_bucket_gives_the_rows_of_the_copy_and_opens_only_what_its_days_reach()
    {
        Put(Folder + "2026/03/04/a.json.gz", Samples.Attach(user: "first", id: "1"));
        Put(Folder + "2026/03/04/b.json.gz", Samples.Attach(user: "second", id: "2"));
        Put(Folder + "2024/01/01/old.json.gz", Samples.Attach(user: "old", id: "3"));
        Put(
            "AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/03/04/"
            + "123456789012_CloudTrail-Digest_us-east-1_t_us-east-1_20260304T100000Z.json.gz",
            new JsonObject { ["digestS3Bucket"] = "x" });
        string[] question = ["hunt", "administrator-attachments", "--until", "2026-03-05T00:00:00Z", "--format", "csv"];

        var run = await Cli.RunAsync([.. question, "s3://trail-logs/AWSLogs/", "--endpoint", _bucket.Url]);

        Assert.Equal((await Cli.RunAsync([.. question, _folder.Root])).Output, run.Output);
        Assert.Equal((0, 3), (run.ExitCode, run.Lines.Count));
        Assert.StartsWith("2 rows from 2 records", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("; 1 files lie outside of it\n", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(
            _bucket.Calls, static call => call.Contains("old", StringComparison.Ordinal)
            || call.Contains("Digest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hunt_asks_only_the_account_and_region_that_were_named()
    {
        Put(Folder + "2026/03/04/a.json.gz", Samples.Attach(user: "here", id: "1"));
        Put("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/04/a.json.gz",
            Samples.Attach(user: "elsewhere", account: "111122223333", id: "2"));
        var mixed = _folder.Write("mixed.json", Samples.Attach(user: "elsewhere-too", account: "111122223333", id: "3").ToJsonString());
        string[] question = [
            "hunt", "administrator-attachments", "--until", "2026-03-05T00:00:00Z", "--format", "json", "s3://trail-logs", mixed,
            "--endpoint", _bucket.Url];

        var run = await Cli.RunAsync([.. question, "--account", "123456789012"]);
        Assert.Equal(["here"], run.Json.Select(static row => row.GetProperty("given_to").GetString()));
        Assert.DoesNotContain(_bucket.Calls, static call => call.Contains("111122223333", StringComparison.Ordinal));

        Assert.Empty((await Cli.RunAsync([.. question, "--region", "eu-west-1"])).Lines);
        Assert.Equal(2, (await Cli.RunAsync([.. question, "--account", "12"])).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync("hunt", "administrator-attachments", mixed, "--endpoint", _bucket.Url)).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync("hunt", "administrator-attachments", mixed, "--profile", "audit")).ExitCode);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("arn:aws:iam::123456789012:role/deploy")]
    [InlineData("AKIAALICE0000000EXAMPLE")]
    [InlineData("03")]
    public async Task A_timeline_over_a_bucket_is_that_of_the_copy(string subject)
    {
        foreach (var (record, i) in Intrusion.Records().Select(static (record, i) => (record, i)))
            Put($"{Folder}2026/03/04/{i:00}.json.gz", record);

        var run = await Cli.RunAsync("timeline", subject, "s3://trail-logs", "--endpoint", _bucket.Url, "--format", "json");

        var copy = await Cli.RunAsync("timeline", subject, _folder.Root, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.NotEqual(0, run.Json[^1].GetProperty("events").GetInt32());
        Assert.Equal(copy.Output.Replace(_folder.Root, "s3://trail-logs", StringComparison.Ordinal), run.Output);
    }

    [Fact]
    public async Task A_timeline_over_logs_in_the_order_of_their_time_fetches_each_file_twice_and_shows_the_time_asked_for()
    {
        foreach (var (record, i) in Intrusion.Records().Select(static (record, i) => (record, i)))
            Put($"{Folder}2026/03/04/{i:00}.json.gz", record);
        Put(Folder + "2026/01/01/old.json.gz", Samples.Attach(user: "alice", id: "old"));

        var run = await Cli.RunAsync(
            "timeline", "arn:aws:iam::123456789012:user/alice", "s3://trail-logs", "--endpoint", _bucket.Url, "--since", "2026-03-04",
            "--format", "json");

        // All files are read twice, because all of them tell who is to be followed.
        foreach (var file in (string[])["/old.json", "/00.json", "/11.json"])
            Assert.Equal(2, _bucket.Calls.Count(call => call.Contains(file, StringComparison.Ordinal)));
        Assert.Equal(Intrusion.Records().Count() + 1, run.Json[^1].GetProperty("records").GetInt32());
        Assert.DoesNotContain(run.Json.SkipLast(1), static line => line.GetProperty("eventId").GetString() == "old");
    }

    [Fact]
    public async Task Evidence_from_a_bucket_is_that_of_the_copy_and_its_digests_are_checked_in_the_bucket()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        using var place = new Workplace();
        trail.WriteTo(place.Mirror);
        await using var server = await new FakeAws(trail, FakeTrail.Main).StartAsync();
        string Package(string name) => Path.Combine(place.Folder, name);

        var run = await Cli.RunAsync(
            "evidence", "--framework", "pci-dss", "s3://audit-logs/AWSLogs", "--output", Package("bucket"), "--endpoint",
            server.Url.ToString(), "--public-keys", place.Keys,
            "--incidents", _folder.Write("none.jsonl", ""), "--format", "json");
        await Cli.RunAsync(
            "evidence", "--framework", "pci-dss", Path.Combine(place.Mirror, "audit-logs"), "--output", Package("copy"), "--public-keys",
            place.Keys, "--incidents", _folder.Write("none.jsonl", ""));

        Assert.True(run.ExitCode is 0 or 3, run.Error);
        foreach (var file in (string[])[
            "controls.csv", "events.csv", "gaps.csv", "inputs.csv", "integrity.csv", "principals.csv", "findings.csv"])
        {
            Assert.Equal(
                File.ReadAllText(Path.Combine(Package("copy"), file)).Replace(place.Mirror + "/", "s3://", StringComparison.Ordinal),
                File.ReadAllText(Path.Combine(Package("bucket"), file)));
        }

        Assert.Contains(",valid", File.ReadAllText(Path.Combine(Package("bucket"), "integrity.csv")), StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync("evidence", "--verify", Package("bucket"))).ExitCode);
    }

    [Fact]
    public async Task Evidence_does_not_open_files_that_are_older_than_the_period_and_counts_them()
    {
        Put(Folder + "2026/03/04/a.json.gz", Samples.Attach(id: "1"));
        Put(Folder + "2024/01/01/old.json.gz", Samples.Attach(id: "2"));
        var package = Path.Combine(_folder.Root, "..", Path.GetFileName(_folder.Root) + "-package");
        try
        {
            var run = await Cli.RunAsync(
                "evidence", "--framework", "cis", "s3://trail-logs", "--output", package, "--since", "2026-03-01", "--endpoint",
                _bucket.Url, "--public-keys", Keys(), "--incidents", _folder.Write("none.jsonl", ""), "--format", "json");
            Assert.True(run.ExitCode == 0, run.Error);
            var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(package, "index.json"))).RootElement.GetRawText();
            Assert.Contains("\"olderFiles\":1", index.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain(_bucket.Calls, static call => call.Contains("old", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(package, recursive: true);
        }
    }

    private string Keys() => _folder.Write("keys.json", SigningKey.PublicKeys(secondAsSubjectPublicKeyInfo: false));

    /// <summary>Puts the record into the bucket and into the local copy.</summary>
    private void Put(string key, JsonNode record)
    {
        var content = FakeTrail.Gzip(Encoding.UTF8.GetBytes(record.ToJsonString()));
        _bucket.Put(key, content);
        var file = Path.Combine(_folder.Root, key);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }
}
