using System.Text;
using System.Text.Json.Nodes;

namespace Responder.Cli.Tests.Reading;

/// <summary>Nothing is left out in silence: what was not opened, what has no time, what is outside, what differs between copies.</summary>
public sealed class FolderTests : IDisposable
{
    private const string Same = "3a2f7c1e-0000-4000-8000-000000000001";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_of_a_folder_are_told_by_their_first_bytes_and_what_is_no_log_is_counted_by_kind()
    {
        foreach (var name in (string[])["log.json", "no-extension", "lines.log", "lines.txt", "odd.bin"])
            _folder.Write(name, Samples.Attach(id: name).ToJsonString() + "\n");
        _folder.Write("README.md", "# Logs\n");
        _folder.Write("package.json", """{"name":"x","version":"1.0.0"}""");
        _folder.Write("image.png", [0x89, .. "PNG\r\n"u8, 0, 0]);
        _folder.Write("numbers.csv", "a,b\n1,2\n");
        _folder.Write("empty", "");
        _folder.Write("given.yaml", "accounts: {}\n");
        var run = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        var summary = run.Json[^1];
        Assert.Equal((0, 5, 5), (run.ExitCode, summary.GetProperty("records").GetInt32(), summary.GetProperty("files").GetInt32()));
        Assert.Equal((5, true), (summary.GetProperty("notOpened").GetInt32(), summary.GetProperty("complete").GetBoolean()));
        Assert.Contains(
            "5 files are no logs and were not opened: 1 CSV, 1 JSON of another kind, 1 empty, 1 image, 1 text; the first is",
            run.Error, StringComparison.Ordinal);
        var hunt = await Cli.RunAsync("hunt", "iam-changes", _folder.Root, "--since", "2026-01-01", "--format", "json");
        Assert.Equal((0, 5), (hunt.ExitCode, hunt.Lines.Count));
        Assert.Contains("5 files are no logs", hunt.Error, StringComparison.Ordinal);
        // What is named is a log, or something is wrong.
        foreach (var name in (string[])["README.md", "package.json", "empty"])
            Assert.Equal(3, (await Cli.RunAsync("backtest", Path.Combine(_folder.Root, name))).ExitCode);
    }

    [Theory]
    [InlineData("history.csv", "Event name,AWS access key,AWS region,Event time\nDeleteTrail,AKIA,us-east-1,x\n",
        "a table (CSV) of events")]
    [InlineData("athena.csv", "\"eventversion\",\"eventname\"\n\"1.11\",\"DeleteTrail\"\n", "a table (CSV) of events")]
    [InlineData("broken.json", "nonsense\n", "no event begins")]
    [InlineData("broken.json.gz", "nonsense\n", "no event begins")]
    public async Task What_looks_like_a_log_and_cannot_be_read_is_an_input_that_was_not_read(string name, string text, string reason)
    {
        _folder.Write("log.json", Samples.Attach().ToJsonString());
        _folder.Write(name, text);
        var run = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        Assert.Equal((3, 1, false), (run.ExitCode, run.Json[^1].GetProperty("findings").GetInt32(),
            run.Json[^1].GetProperty("complete").GetBoolean()));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.log", "<134>1 2026-11-20T10:00:00Z host trail - - - RECORD")]
    [InlineData("insights.csv", "@timestamp,@message\n2026,\"RECORD\"")]
    [InlineData("loki.json", "{\"streams\":[{\"values\":[[\"1\",RECORD]]}]}")]
    [InlineData("by-id.json", "{\"x\":RECORD}")]
    public async Task Records_inside_something_else_are_said_to_be_unread(string name, string text)
    {
        _folder.Write(name, text.Replace("RECORD", Samples.Attach().ToJsonString(), StringComparison.Ordinal));
        var run = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        Assert.Equal((3, false), (run.ExitCode, run.Json[^1].GetProperty("complete").GetBoolean()));
        Assert.Contains($"{name}: records of CloudTrail inside something else", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_packed_otherwise_is_named_and_blanks_are_nothing()
    {
        _folder.Write("blank.json", " \r\n\t ");
        _folder.Write("mark.json", [0xEF, 0xBB, 0xBF]);
        var packed = _folder.Write("log.json.bz2", [.. "BZh9"u8, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0, 1, 2, 3]);
        var folder = await Cli.RunAsync("backtest", _folder.Root);
        Assert.Equal(0, folder.ExitCode);
        Assert.Contains("3 files are no logs and were not opened: 1 bzip2 data, 2 empty", folder.Error, StringComparison.Ordinal);
        var named = await Cli.RunAsync("backtest", packed);
        Assert.Equal(3, named.ExitCode);
        Assert.Contains("log.json.bz2: bzip2 data, which is not read: expected JSON", named.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_empty_files_is_counted_and_not_followed_are_links()
    {
        for (var i = 0; i < 2000; i++) _folder.Write($"{i:0000}.json", "");
        var outside = _folder.Write("log.json", Samples.Attach().ToJsonString());
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "link.json"), outside);
        var run = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        Assert.Equal((0, 1), (run.ExitCode, run.Json[^1].GetProperty("records").GetInt32()));
        Assert.Contains("2001 files are no logs and were not opened: 2000 empty, 1 link", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_findings_of_copies_that_differ_all_count_each_detection_once_at_its_gravest()
    {
        var grave = Samples.Attach(id: Same);
        var refused = Samples.Attach(id: Same);
        refused["errorCode"] = "AccessDenied";
        refused["errorMessage"] = "no";
        var other = Samples.Attach(id: Same);
        other["eventName"] = "DeleteUser";
        // In both orders, and several copies that say the same.
        foreach (var files in (JsonObject[][])[[refused, grave, refused, grave], [grave, refused, grave], [other, refused, grave]])
        {
            foreach (var old in Directory.EnumerateFiles(_folder.Root)) File.Delete(old);
            foreach (var (i, record) in files.Index()) _folder.Write($"{i}.json", record.ToJsonString());
            var run = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
            var attached = Assert.Single(run.Json.SkipLast(1), static line =>
                line.GetProperty("detection").GetString() == "iam.admin-policy-attached");
            Assert.Equal("CRITICAL", attached.GetProperty("severity").GetString());
            // What is shown is the copy that came first, whichever led to the finding.
            Assert.EndsWith("/0.json", attached.GetProperty("file").GetString(), StringComparison.Ordinal);
            var summary = run.Json[^1];
            Assert.Equal((1, 1), (summary.GetProperty("wouldContain").GetInt32(), summary.GetProperty("records").GetInt32()
                - summary.GetProperty("duplicates").GetInt32()));
            Assert.Equal(1, summary.GetProperty("differingCopies").GetInt32());
            Assert.Contains("1 events have copies that differ", run.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Whoever can put a file beside the logs must not hide an event behind a harmless one with its id.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_that_leads_to_nothing_hides_neither_findings_nor_bursts(bool isQuietFirst)
    {
        var loud = new StringBuilder();
        var quiet = new StringBuilder();
        for (var i = 0; i < 60; i++)
        {
            var refused = Samples.Attach(id: Samples.Id("id" + i));
            (refused["eventName"], refused["errorCode"], refused["errorMessage"]) = ("GetUser", "AccessDenied", "no");
            loud.AppendLine(refused.ToJsonString());
            var harmless = Samples.Attach(id: Samples.Id("id" + i));
            harmless["eventName"] = "GetUser";
            quiet.AppendLine(harmless.ToJsonString());
        }

        loud.AppendLine(Samples.Attach(id: Samples.Id("grave")).ToJsonString());
        var listed = Samples.Attach(id: Samples.Id("grave"));
        listed["eventName"] = "ListUsers";
        quiet.AppendLine(listed.ToJsonString());
        _folder.Write(isQuietFirst ? "1.jsonl" : "0.jsonl", loud.ToString());
        var alone = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        _folder.Write(isQuietFirst ? "0.jsonl" : "1.jsonl", quiet.ToString());
        var both = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");

        Assert.Equal(
            alone.Json.SkipLast(1).Select(static line => line.GetProperty("detection").GetString()).Order(StringComparer.Ordinal),
            both.Json.SkipLast(1).Select(static line => line.GetProperty("detection").GetString()).Order(StringComparer.Ordinal));
        Assert.Contains(alone.Json, static line => line.TryGetProperty("detection", out var id) && id.GetString() == "burst.refused-calls");
        Assert.Equal((122, 61, 61, 1), (
            Of("records"), Of("duplicates"), Of("differingCopies"), Of("wouldContain")));
        Assert.Contains("61 events have copies that differ: the findings of all copies count", both.Error, StringComparison.Ordinal);
        int Of(string name) => both.Json[^1].GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Copies_that_say_the_same_are_duplicates_and_nothing_else()
    {
        var record = Samples.Attach(id: "same").ToJsonString();
        _folder.Write("log.json", $"{record}\n{record}\n{record}\n");
        var summary = (await Cli.RunAsync("backtest", _folder.Root, "--format", "json")).Json[^1];
        Assert.Equal((3, 2, 1, 0), (summary.GetProperty("records").GetInt32(), summary.GetProperty("duplicates").GetInt32(),
            summary.GetProperty("findings").GetInt32(), summary.GetProperty("differingCopies").GetInt32()));
    }

    [Fact]
    public async Task Records_without_a_time_are_counted_and_what_lies_outside_is_said()
    {
        var undated = Samples.Attach(id: "undated");
        undated["eventTime"] = "some day";
        var quiet = Samples.Attach(id: "quiet");
        quiet["eventName"] = "GetUser";
        quiet["eventTime"] = "";
        quiet["readOnly"] = true;
        _folder.Write("log.json", $"{Samples.Attach(id: "dated").ToJsonString()}\n{undated.ToJsonString()}\n{quiet.ToJsonString()}\n");
        var backtest = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        Assert.Equal((0, 2), (backtest.ExitCode, backtest.Json[^1].GetProperty("undated").GetInt32()));
        Assert.Contains("2 records are undated", backtest.Error, StringComparison.Ordinal);
        var hunt = await Cli.RunAsync("hunt", "iam-changes", _folder.Root, "--since", "2000-01-01", "--format", "json");
        Assert.Single(hunt.Lines);
        Assert.Contains("1 undated records meet the condition", hunt.Error, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(_folder.Root, "log.json"), Samples.Attach().ToJsonString());
        var outside = await Cli.RunAsync("hunt", "iam-changes", _folder.Root, "--since", "1999-01-01", "--until", "1999-02-01");
        Assert.Contains(
            "0 rows from 1 records, 1999-01-01T00:00:00Z to 1999-02-01T23:59:59Z; "
                + "every record that was read lies outside of it", outside.Error, StringComparison.Ordinal);
        Assert.Contains("every record that was read lies outside the filter",
            (await Cli.RunAsync("backtest", _folder.Root, "--until", "1999-02-01")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_were_delivered_late_are_said_to_be_unopened()
    {
        _folder.Write("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/25/late.json", Samples.Attach().ToJsonString());
        foreach (var command in (string[][])[["hunt", "iam-changes"], ["backtest"]])
        {
            var run = await Cli.RunAsync([.. command, _folder.Root, "--since", "2026-03-04", "--until", "2026-03-05", "--format", "json"]);
            Assert.Contains("not opened though they may hold events", run.Error, StringComparison.Ordinal);
        }
    }
}
