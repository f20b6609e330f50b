using System.Text.Json.Nodes;

namespace Responder.Cli.Tests.Reading;

/// <summary>Records are found in whatever services and people have wrapped around them, and what only resembles a record is not taken
/// for one.</summary>
public sealed class WrappingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_records_give_the_same_answer_in_every_wrapping_and_packing()
    {
        var oracle = JsonNode.Parse(Python.Run("wrapped_logs.py", [], null, _folder.Root))!.AsObject();
        Assert.True(oracle.Count > 40);
        foreach (var (name, ids) in oracle)
        {
            var run = await Cli.RunAsync("hunt", "deletions", Path.Combine(_folder.Root, name), "--since", "2026-01-01", "--format",
                "json");
            Assert.True(run.ExitCode == 0, $"{name}: exit code {run.ExitCode}\n{run.Error}");
            Assert.True(ids!.AsArray().Count > 10);
            Assert.True(
                ids.AsArray().Select(static id => (string)id!).SequenceEqual(run.Json.Select(static row =>
                    row.GetProperty("event_id").GetString())),
                $"{name}: {run.Lines.Count} rows instead of {ids.AsArray().Count}\n{run.Error}");
        }

        // In a folder all of them are read, whatever their names, and every copy but one is a duplicate.
        var all = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        var summary = all.Json[^1];
        Assert.Equal((0, 60, 0), (all.ExitCode, summary.GetProperty("records").GetInt64() - summary.GetProperty("duplicates").GetInt64(),
            summary.GetProperty("malformed").GetInt64()));
        Assert.True(summary.GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task A_wrapped_record_is_judged_like_the_record_itself()
    {
        var record = Samples.Attach().ToJsonString();
        var answer = new JsonObject
        {
            ["EventName"] = "AttachUserPolicy",
            ["EventSource"] = "iam.amazonaws.com",
            ["CloudTrailEvent"] =
            record
        };
        var summary = (await BacktestAsync("lookup.jsonl", answer.ToJsonString() + "\n")).Json[^1];
        Assert.Equal((1, 1), (summary.GetProperty("records").GetInt32(), summary.GetProperty("wouldContain").GetInt32()));
    }

    [Theory]
    [InlineData("""{"EventId":"1","EventName":"DeleteTrail","EventSource":"cloudtrail.amazonaws.com","Username":"mallory"}""", "userIdentity and eventVersion are missing")]
    [InlineData("""{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectRemoved:Delete","eventTime":"2026-03-04T09:00:00Z","userIdentity":{"principalId":"AWS:A"},"eventID":"x"}]}""", "a notification of aws:s3, no CloudTrail record")]
    [InlineData("""{"class_uid":6003,"category_uid":6,"metadata":{"product":{"name":"CloudTrail"}},"api":{"operation":"DeleteTrail"}}""", "an OCSF event (Security Lake)")]
    [InlineData("""[[{"eventName":"DeleteTrail"},{"eventSource":"cloudtrail.amazonaws.com"},{"userIdentity":"{type=IAMUser, arn=x}"}]]""", "a row of a query of CloudTrail Lake")]
    [InlineData("""{"Message":"{not json"}""", "is not valid JSON")]
    [InlineData("""{"awslogs":{"data":"***"}}""", "no base64")]
    [InlineData("""{"awslogs":{"data":"H4sIAAAAAAAA"}}""", "gzip data end early")]
    public async Task What_only_resembles_a_record_or_is_not_read_is_named(string text, string reason)
    {
        var run = await BacktestAsync("input.json", text);
        Assert.Equal((3, 1, 0), (run.ExitCode, run.Json[^1].GetProperty("malformed").GetInt32(),
            run.Json[^1].GetProperty("findings").GetInt32()));
        Assert.False(run.Json[^1].GetProperty("complete").GetBoolean());
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aggregates_and_digests_are_named_and_leave_the_exit_code()
    {
        const string Aggregate = """{"Records":[{"eventVersion":"1.0","accountId":"111122223333","eventId":"a","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","eventSource":"s3.amazonaws.com","timeWindow":{"windowStart":"2026-03-04T10:00:00Z","windowEnd":"2026-03-04T10:05:00Z"},"summary":{"primaryDimension":{"dimension":"eventName","statistics":[{"name":"DeleteObject","value":240},{"name":"GetObject","value":12}]}}}]}""";
        foreach (var (text, said) in ((string, string)[])[
            (Aggregate, "an aggregate of 252 calls of s3.amazonaws.com"),
            ("""{"awsAccountId":"111122223333","digestStartTime":"2026-03-04T10:00:00Z","digestS3Bucket":"b","logFiles":[]}""", "a digest")])
        {
            var run = await BacktestAsync("input.json", text);
            Assert.Equal((0, 0), (run.ExitCode, run.Json[^1].GetProperty("malformed").GetInt32()));
            Assert.Contains(said, run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 3)]
    [InlineData(6, 3)]
    public async Task Records_may_be_wrapped_four_deep_and_what_is_deeper_is_named(int depth, int exitCode)
    {
        var text = Samples.Attach().ToJsonString();
        for (var i = 0; i < depth; i++) text = new JsonObject { [i % 2 == 0 ? "Message" : "Body"] = text }.ToJsonString();
        var run = await BacktestAsync("deep.json", text);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 0 ? 1 : 0, run.Json[^1].GetProperty("findings").GetInt32());
        Assert.Equal(exitCode == 0, run.Json[^1].GetProperty("complete").GetBoolean());
        if (exitCode != 0) Assert.Contains("wrapped more than 4 deep", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_EventBridge_delivers_needs_neither_caller_nor_version()
    {
        var record = Samples.Attach();
        record.Remove("userIdentity");
        record.Remove("eventVersion");
        Assert.Equal(3, (await BacktestAsync("bare.json", record.ToJsonString())).ExitCode);
        Assert.Equal(0, (await BacktestAsync("delivered.json", Samples.Delivered(record).ToJsonString())).ExitCode);
    }

    [Fact]
    public async Task Blanks_do_not_count_towards_the_size_of_an_event()
    {
        var record = Samples.Attach(id: "large");
        record["requestParameters"]!["list"] = new JsonArray([.. Enumerable.Range(0, 60_000).Select(static i => (JsonNode)i)]);
        var indented = record.ToJsonString(new() { WriteIndented = true, IndentSize = 8 }).Replace("\n", "\r\n        ",
            StringComparison.Ordinal);
        Assert.True(indented.Length > 1024 * 1024 && record.ToJsonString().Length < 1024 * 1024);
        var summary = (await BacktestAsync("large.json", indented)).Json[^1];
        Assert.Equal((0, 1), (summary.GetProperty("malformed").GetInt32(), summary.GetProperty("findings").GetInt32()));
    }

    [Fact]
    public async Task A_pipe_is_read_once_and_gives_a_timeline_all_the_same()
    {
        var log = _folder.Write("log.json", new JsonObject
        {
            ["Records"] = new JsonArray(Samples.Attach(),
            Samples.Attach(user: "bob"))
        }.ToJsonString());
        var pipe = Path.Combine(_folder.Root, "pipe");
        try
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", [pipe]);
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("mkfifo is not here.");
        }

        var alice = $"arn:aws:iam::{Samples.Account}:user/alice";
        var writing = Task.Run(() =>
        {
            using var to = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            to.Write(File.ReadAllBytes(log));
        }, TestContext.Current.CancellationToken);
        var piped = await Cli.RunAsync("timeline", alice, pipe, "--format", "json");
        await writing;
        var direct = await Cli.RunAsync("timeline", alice, log, "--format", "json");
        Assert.Equal(3, direct.Lines.Count);
        Assert.Equal(direct.Output.Replace(log, pipe, StringComparison.Ordinal), piped.Output);
    }

    private Task<CliRun> BacktestAsync(string name, string text) =>
        Cli.RunAsync("backtest", _folder.Write(name, text), "--format", "json");
}
