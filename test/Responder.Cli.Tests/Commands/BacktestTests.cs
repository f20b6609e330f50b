using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Cli.Terminal;

namespace Responder.Cli.Tests.Commands;

public sealed partial class BacktestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_attachment_gives_exactly_these_lines()
    {
        var file = _folder.Write(
            "event.json", Samples.Delivered(Samples.Attach(id: "11111111-2222-3333-4444-555555555555")).ToJsonString());
        var run = await Cli.RunAsync("backtest", file, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.Lines.Count);
        Assert.Equal(
            """{"eventId":"11111111-2222-3333-4444-555555555555","eventTime":"2026-03-04T09:01:07Z","eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","account":"123456789012","region":"us-east-1","actor":"arn:aws:iam::123456789012:user/alice","detection":"iam.admin-policy-attached","severity":"CRITICAL","decision":"Contain","because":"administrator rights given to user mallory","file":"""
            + JsonSerializer.Serialize(file) + ""","record":1}""",
            run.Lines[0]);
        Assert.Equal(
            """{"summary":true,"partial":false,"files":1,"unreadable":0,"digestFiles":0,"skippedFiles":0,"skippedRecords":0,"records":1,"duplicates":0,"malformed":0,"complete":true,"notOpened":0,"undated":0,"sharedIds":0,"differingCopies":0,"findings":1,"bySeverity":{"CRITICAL":1,"HIGH":0,"MEDIUM":0,"LOW":0},"wouldContain":1,"wouldContainPrincipals":[{"principal":"user mallory","account":"123456789012","detection":"iam.admin-policy-attached","eventTime":"2026-03-04T09:01:07Z","eventId":"11111111-2222-3333-4444-555555555555","events":1}],"seconds":0}""",
            Untimed(run.Lines[1]));
    }

    [Fact]
    public async Task The_result_is_the_same_whatever_the_number_of_workers_and_stands_in_input_order()
    {
        Folder();
        var one = await Cli.RunAsync("backtest", _folder.Root, "--format", "json", "--workers", "1");
        Assert.Equal(3, one.ExitCode);
        var summary = one.Json[^1];
        Assert.Equal(
            (42, 206, 10, 1),
            (Number(summary, "files"), Number(summary, "records"), Number(summary, "duplicates"), Number(summary, "malformed")));
        Assert.Equal(one.Lines.Count - 1, Number(summary, "findings"));
        var places = one.Json.SkipLast(1)
            .Where(static line => !line.GetProperty("detection").GetString()!.StartsWith("burst.", StringComparison.Ordinal))
            .Select(static line => (line.GetProperty("file").GetString()!, line.GetProperty("record").GetInt64())).ToArray();
        Assert.Equal(places.OrderBy(static place => place.Item1, StringComparer.Ordinal).ThenBy(static place => place.Item2), places);
        Assert.Equal("burst.refused-calls", one.Json[^2].GetProperty("detection").GetString());
        for (var workers = 2; workers <= 9; workers++)
        {
            var run = await Cli.RunAsync(
                "backtest", _folder.Root, "--format", "json", "--workers",
                workers.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(Untimed(one.Output), Untimed(run.Output));
            Assert.Equal(one.Error, run.Error);
        }
    }

    [Fact]
    public async Task Of_copies_in_several_files_the_first_in_input_order_counts()
    {
        var first = _folder.Write("b.json", Samples.Attach(user: "first", id: Samples.Id("same")).ToJsonString());
        var second = _folder.Write("a.json", Samples.Attach(user: "second", id: Samples.Id("same")).ToJsonString());
        foreach (var workers in (string[])["1", "4"])
        {
            var run = await Cli.RunAsync("backtest", first, second, first, "--format", "json", "--workers", workers);
            Assert.Equal(2, run.Lines.Count);
            Assert.Equal("administrator rights given to user first", run.Json[0].GetProperty("because").GetString());
            Assert.Equal(
                (3, 3, 2, 1),
                (Number(run.Json[1], "files"), Number(run.Json[1], "records"), Number(run.Json[1], "duplicates"),
                    Number(run.Json[1], "wouldContain")));
            var folder = await Cli.RunAsync("backtest", _folder.Root, "--format", "json", "--workers", workers);
            Assert.Equal("administrator rights given to user second", folder.Json[0].GetProperty("because").GetString());
        }
    }

    [Fact]
    public async Task Bursts_are_the_same_in_every_order_of_the_files_and_copies_do_not_make_one()
    {
        var files = Enumerable.Range(0, 12).Select(i => _folder.Write($"{i:00}.json", Refused(i).ToJsonString())).ToArray();
        var forward = await Cli.RunAsync(["backtest", .. files, "--format", "json"]);
        var backward = await Cli.RunAsync(["backtest", .. files.Reverse(), "--format", "json"]);
        var burst = Assert.Single(
            forward.Json, static line => line.TryGetProperty("detection", out var id) && id.GetString() == "burst.refused-calls");
        Assert.Equal("12 calls refused within 5 minutes, from 203.0.113.11", burst.GetProperty("because").GetString());
        Assert.Equal(
            ("refused-00", "MEDIUM", "Alert"),
            (burst.GetProperty("eventId").GetString(), burst.GetProperty("severity").GetString(), burst.GetProperty("decision")
            .GetString()));
        Assert.Equal(files[0], burst.GetProperty("file").GetString());
        Assert.Equal(burst.GetRawText(), backward.Json[^2].GetRawText());

        var copies = await Cli.RunAsync(["backtest", .. Enumerable.Repeat(files[0], 12), .. files[..5], "--format", "json"]);
        Assert.DoesNotContain("burst.", copies.Output, StringComparison.Ordinal);
        var off = await Cli.RunAsync(new Dictionary<string, string>
        {
            ["DETECTION_STAGES"] = "burst.refused-calls=Off",
        }, ["backtest", .. files, "--format", "json"]);
        Assert.DoesNotContain("burst.", off.Output, StringComparison.Ordinal);
        var trusted = await Cli.RunAsync(new Dictionary<string, string>
        {
            ["TRUSTED_PRINCIPAL_ARNS"] = "arn:aws:iam::123456789012:user/alice",
        }, ["backtest", .. files, "--format", "json"]);
        Assert.Equal("None", trusted.Json[^2].GetProperty("decision").GetString());
    }

    [Fact]
    public async Task Start_and_end_of_an_insight_are_one_finding_in_the_place_of_the_start()
    {
        var start = Samples.File("insight.started", "fires.json");
        var end = Samples.File("insight.started", "quiet.ended.json");
        var attach = _folder.Write("attach.json", Samples.Attach().ToJsonString());
        const string Joined = "no containment applies to this finding; lasted 3 min 17 s, 12.4 a minute, baseline 0.002083";
        foreach (var paths in (string[][])[[start, attach, end], [end, start, attach]])
        {
            var run = await Cli.RunAsync(["backtest", .. paths, "--format", "json"]);
            Assert.Equal(
                ["insight.started", "iam.admin-policy-attached"], run.Json.SkipLast(1)
                .Select(static line => line.GetProperty("detection").GetString()));
            Assert.Equal(Joined, run.Json[0].GetProperty("because").GetString());
        }

        var alone = await Cli.RunAsync("backtest", start, attach, "--format", "json");
        Assert.Equal("no containment applies to this finding", alone.Json[0].GetProperty("because").GetString());
        Assert.Equal(3, alone.Lines.Count);
        Assert.Single((await Cli.RunAsync("backtest", end, "--format", "json")).Lines);
    }

    [Fact]
    public async Task Mode_stages_and_trust_are_those_of_the_environment()
    {
        var file = _folder.Write("event.json", Samples.Attach().ToJsonString());
        async Task<(string? Decision, string? Because, long WouldContain)> With(string name, string value)
        {
            var run = await Cli.RunAsync(new Dictionary<string, string> { [name] = value }, "backtest", file, "--format", "json");
            return run.Lines.Count == 1
                ? (null, null, Number(run.Json[0], "wouldContain"))
                : (run.Json[0].GetProperty("decision").GetString(), run.Json[0].GetProperty("because").GetString(),
                    Number(run.Json[1], "wouldContain"));
        }

        Assert.Equal(("Alert", "not contained: observe mode", 1), await With("RESPONDER_MODE", "Observe"));
        Assert.Equal(("None", "trusted actor", 0), await With("TRUSTED_PRINCIPAL_ARNS", "arn:aws:iam::123456789012:user/alice"));
        Assert.Equal(0, (await With("BREAK_GLASS_ARNS", "arn:aws:iam::123456789012:user/mallory")).WouldContain);
        Assert.Equal((null, null, 0), await With("DETECTION_STAGES", "iam.admin-policy-attached=Shadow"));
        Assert.Equal("Contain", (await With("CONTAINMENT_BUDGET_PER_HOUR", "0")).Decision);
    }

    [Fact]
    public async Task Bad_input_is_named_and_the_rest_is_processed()
    {
        var good = Samples.Attach().ToJsonString();
        var bad = _folder.Write("bad.jsonl", $"{good}\nno event\n{Samples.Attach(user: "eve").ToJsonString()}\n");
        var packed = Packed(
            Samples.Attach(user: "zoe").ToJsonString() + "\n"
            + string.Join('\n', Enumerable.Range(0, 400).Select(static _ => Samples.Attach().ToJsonString())));
        var broken = _folder.Write("broken.json.gz", packed[..(packed.Length / 2)]);
        var missing = Path.Combine(_folder.Root, "missing.json");
        var run = await Cli.RunAsync("backtest", missing, bad, broken, "--format", "json", "--fail-on", "LOW");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("missing.json: no such file", run.Error, StringComparison.Ordinal);
        Assert.Contains("bad.jsonl: line 2: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("broken.json.gz: line ", run.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["mallory", "eve", "zoe"], run.Json.SkipLast(1).Take(3)
            .Select(static line => line.GetProperty("because").GetString()!.Split(' ')[^1]));
        Assert.Equal((2, 2), (Number(run.Json[^1], "files"), Number(run.Json[^1], "malformed")));
        Assert.Equal(Number(run.Json[^1], "records"), Number(run.Json[^1], "findings") + 2);
    }

    [Theory]
    [InlineData("CRITICAL", 1)]
    [InlineData("low", 1)]
    public async Task Fail_on_ends_with_one(string severity, int expected)
    {
        var file = _folder.Write("event.json", Samples.Attach().ToJsonString());
        Assert.Equal(expected, (await Cli.RunAsync("backtest", file, "--fail-on", severity)).ExitCode);
        var quiet = _folder.Write("quiet.json", Samples.Attach(policy: Samples.DenyAll).ToJsonString());
        Assert.Equal(0, (await Cli.RunAsync("backtest", quiet, "--fail-on", severity)).ExitCode);
    }

    [Fact]
    public async Task The_result_goes_to_a_file_that_is_no_input()
    {
        var file = _folder.Write("event.json", Samples.Attach().ToJsonString());
        var output = Path.Combine(_folder.Root, "result.txt");
        var json = await Cli.RunAsync("backtest", file, "--format", "json", "--output", output);
        Assert.Equal((0, ""), (json.ExitCode, json.Output));
        Assert.Equal(
            Untimed((await Cli.RunAsync("backtest", file, "--format", "json")).Output),
            Untimed(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)));
        Assert.Equal(0, (await Cli.RunAsync("backtest", file, "--output", output)).ExitCode);
        Assert.Contains(
            "user mallory", await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(2, (await Cli.RunAsync("backtest", _folder.Root, "--output", file)).ExitCode);
        Assert.Equal(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(2, (await Cli.RunAsync("backtest", file, "--output", Path.Combine(_folder.Root, "nowhere", "result.txt"))).ExitCode);
    }

    [Theory]
    [InlineData("backtest")]
    [InlineData("backtest x --format pdf")]
    [InlineData("backtest x --workers 0")]
    [InlineData("backtest x --workers many")]
    [InlineData("backtest x --fail-on sometimes")]
    public async Task Wrong_usage_ends_with_two(string arguments)
    {
        var run = await Cli.RunAsync(arguments.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.NotEqual("", run.Error);
    }

    [Fact]
    public async Task The_text_names_what_a_reader_asks_for_and_no_name_can_write_on_the_terminal()
    {
        var hostile = Samples.Attach(user: "mal\u001b[2J\u202Elory\n[red]");
        var file = _folder.Write(
            "log.jsonl", $"{hostile.ToJsonString()}\n{hostile.ToJsonString()}\nnothing\n{Samples.Attach(user: "eve").ToJsonString()}\n");
        var run = await Cli.RunAsync("backtest", file);
        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u202E', run.Output);
        Assert.Contains("4 records in 1 file", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 was a duplicate", run.Output, StringComparison.Ordinal);
        Assert.Contains("Would have been contained: 2 principals", run.Output, StringComparison.Ordinal);
        Assert.Contains(@"user mal\u001B[2J\u202Elory\u000A[red] of 123456789012", run.Output, StringComparison.Ordinal);
        Assert.Contains("Malformed: 1\n  " + file + ": line 3: ", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ +2  CRITICAL  iam\.admin-policy-attached ", run.Output);
        Assert.Matches(@"(?m)^ +2  CRITICAL  arn:aws:iam::123456789012:user/alice  \(2 HIGH or CRITICAL\)", run.Output);
    }

    [Fact]
    public async Task An_interruption_leaves_a_result_with_its_summary()
    {
        var file = _folder.Write("event.json", Samples.Attach().ToJsonString());
        using var interrupted = new CancellationTokenSource();
        await interrupted.CancelAsync();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var surroundings = new Surroundings(output, error, TextReader.Null, static _ => null);
        var code = await CommandLine.RunAsync(["backtest", file, "--format", "json"], surroundings, interrupted.Token);
        Assert.Equal(130, code);
        Assert.StartsWith("{\"summary\":true,\"partial\":true,\"files\":0,", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("0 of 1 files were read to their end", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// Writes 40 files with 5 records each, every third one compressed, then a file of copies and one that holds no event.
    /// </summary>
    private void Folder()
    {
        for (var file = 0; file < 40; file++)
        {
            var (first, name) = (file * 5, $"{file % 4}/{file:00}.json");
            var log = new JsonObject
            {
                ["Records"] = new JsonArray(
                    Samples.Attach(user: "u" + first, id: Samples.Id("a" + first)),
                    Samples.Attach(user: "u" + first, policy: Samples.DenyAll, id: Samples.Id("b" + first)),
                    Refused(first), Samples.Attach(user: "w" + first, id: Samples.Id("c" + first)),
                    // Some files end with a copy of an event from another file.
                    file % 8 == 7
                        ? Samples.Attach(user: "u0", id: Samples.Id("a0"))
                        : Samples.Attach(policy: "arn:aws:iam::aws:policy/ReadOnlyAccess", id: Samples.Id("d" + first))),
            }.ToJsonString();
            if (file % 3 == 0) _folder.Write(name + ".gz", Packed(log));
            else _folder.Write(name, log);
        }

        _folder.Write(
            "0/copies.jsonl",
            string.Join('\n', Enumerable.Range(0, 5).Select(static i => Samples.Attach(id: Samples.Id("a" + (i * 5))).ToJsonString())));
        _folder.Write("2/nothing.json", "nothing");
    }

    private static JsonObject Refused(int i)
    {
        var record = Samples.Attach(id: $"refused-{i:00}");
        record["eventSource"] = "s3.amazonaws.com";
        record["eventName"] = "ListBuckets";
        record["requestParameters"] = null;
        record["errorCode"] = "AccessDenied";
        record["eventTime"] = new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero).AddSeconds(i)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return record;
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();

    private static string Untimed(string output) => Seconds().Replace(output, "\"seconds\":0");

    [GeneratedRegex("\"seconds\":[0-9.]+")]
    private static partial Regex Seconds();
}
