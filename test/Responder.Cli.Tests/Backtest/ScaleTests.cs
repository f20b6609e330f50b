using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Responder.Analysis.Backtest;
using Responder.Cli.Terminal;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Tests.Backtest;

/// <summary>Buckets, their copies, filters, huge and broken files, and progress.</summary>
public sealed class ScaleTests : IDisposable
{
    private const string Other = "111122223333";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Filters_skip_files_by_their_place_and_records_by_what_they_say()
    {
        Copy();
        Assert.Equal((7, 1, 0, 0, 9), await CountsAsync());
        // Files are skipped if their day is before the first day asked for, or more than one day after the last.
        Assert.Equal((5, 1, 2, 1, 5), await CountsAsync("--since", "2026-03-05"));
        Assert.Equal((6, 1, 1, 4, 4), await CountsAsync("--until", "2026-03-04"));
        Assert.Equal((6, 1, 1, 7, 1), await CountsAsync("--until", "2026-03-04T09:01:07Z"));
        Assert.Equal((2, 1, 5, 1, 1), await CountsAsync("--account", Other));
        Assert.Equal((2, 1, 5, 1, 1), await CountsAsync("--region", "eu-west-1"));
        Assert.Equal((7, 1, 0, 0, 9), await CountsAsync("--account", Other, "--account", Samples.Account));
        // An Insight is found only in Insight files, so files of another kind are skipped.
        var insights = await RunAsync("--detection", "insight.started");
        Assert.Equal(["insight.started"], Detections(insights));
        Assert.Equal(5, insights.Json[^1].GetProperty("skippedFiles").GetInt64());
    }

    [Fact]
    public async Task A_detection_that_is_asked_for_is_all_that_is_listed_and_decided_as_ever()
    {
        Copy();
        var all = await RunAsync();
        var one = await RunAsync("--detection", "iam.admin-policy-attached");
        var lines = all.Lines.Where(
            static line => line.Contains("\"iam.admin-policy-attached\"", StringComparison.Ordinal)
            && !line.StartsWith("{\"summary\"", StringComparison.Ordinal));
        Assert.Equal(lines, one.Lines.SkipLast(1));
        Assert.NotEmpty(one.Lines.SkipLast(1));
        var none = await RunAsync("--detection", "burst.root-logins-refused");
        Assert.Equal(
            (1, 0, 0),
            (none.Lines.Count, none.Json[^1].GetProperty("wouldContain").GetInt32(), none.Json[^1].GetProperty("wouldContainPrincipals")
            .GetArrayLength()));
        // The record in the Insights' file is not read.
        Assert.Equal((9, 8), (all.Json[^1].GetProperty("records").GetInt64(), none.Json[^1].GetProperty("records").GetInt64()));
    }

    [Theory]
    [InlineData("--since", "yesterday", "--since: expected a day (2026-03-04), a time (2026-03-04T09:00Z) or an age")]
    [InlineData("--until", "2026-02-30", "--until: expected a day")]
    [InlineData("--since", "04.03.2026", "--since: expected a day")]
    [InlineData("--account", "12345", "--account: expected 12 digits")]
    [InlineData("--region", "Frankfurt", "--region: expected the name of a region")]
    [InlineData("--detection", "iam.nothing", "--detection: there is no detection iam.nothing")]
    [InlineData("--endpoint", "http://127.0.0.1:1", "--endpoint: none of the paths begins with s3://")]
    public async Task A_filter_that_cannot_be_read_ends_with_two(string option, string value, string message)
    {
        var run = await Cli.RunAsync("backtest", _folder.Root, option, value);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_ends_before_it_begins_ends_with_two()
    {
        var run = await Cli.RunAsync("backtest", _folder.Root, "--since", "2026-03-05", "--until", "2026-03-04");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--since: expected a time before that of --until", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x/AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/04/a.json.gz", "Events 123456789012 us-east-1 2026-03-04")]
    [InlineData(
        "s3://b/AWSLogs/o-abc/123456789012/CloudTrail/us-gov-west-1/2026/03/04/a.json.gz", "Events 123456789012 us-gov-west-1 2026-03-04")]
    [InlineData("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/03/04/a.json.gz", "Digest 123456789012 us-east-1 2026-03-04")]
    [InlineData("AWSLogs/123456789012/CloudTrail-Insight/us-east-1/2026/13/04/a.json.gz", "Insights 123456789012 us-east-1 ")]
    [InlineData("123456789012_CloudTrail-Digest_us-east-1_trail_us-east-1_20260304T090107Z.json.gz", "Digest   ")]
    [InlineData("CloudTrail/us-east-1/a.json", "Events  us-east-1 ")]
    [InlineData("logs/CloudTrail/a.json", "Unknown   ")]
    [InlineData("logs/2026/03/04/a.json", "Unknown   ")]
    public void The_place_of_a_file_says_whose_logs_it_holds(string path, string expected)
    {
        var key = LogKey.Of(path);
        Assert.Equal(expected, $"{key.Kind} {key.Account} {key.Region} {key.Day:yyyy-MM-dd}");
    }

    [Fact]
    public async Task A_bucket_gives_what_its_copy_gives()
    {
        Copy();
        _folder.Write("AWSLogs/readme.txt", [1]);
        using var bucket = new FakeBucket("trail-logs");
        foreach (var file in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories))
            bucket.Put(Path.GetRelativePath(_folder.Root, file), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        var local = await RunAsync();
        var remote = await Cli.RunAsync("backtest", "s3://trail-logs", "--endpoint", bucket.Url, "--format", "json");
        const string Said = "responder: 1 file is no log and was not opened: 1 text; the first is s3://trail-logs/AWSLogs/readme.txt\n";
        Assert.Equal((0, Said), (remote.ExitCode, remote.Error));
        Assert.Equal(
            Untimed(local).Replace(_folder.Root + "/", "", StringComparison.Ordinal), Untimed(remote)
            .Replace("s3://trail-logs/", "", StringComparison.Ordinal));
        Assert.DoesNotContain(
            bucket.Calls, static key => key.Contains("Digest", StringComparison.Ordinal));

        bucket.Calls.Clear();
        var filtered = await Cli.RunAsync(
            "backtest", "s3://trail-logs/AWSLogs/", "--endpoint", bucket.Url, "--account", Other, "--format", "json");
        Assert.Equal(0, filtered.ExitCode);
        Assert.Contains(bucket.Calls, static key => key.Contains("/" + Other + "/", StringComparison.Ordinal));
        Assert.DoesNotContain(bucket.Calls, static key => key.Contains("/" + Samples.Account + "/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_noise_is_counted_whole_and_named_a_few_times_by_every_command()
    {
        _folder.Write("a.json", string.Concat(Enumerable.Repeat("noise\n", 500)));
        _folder.Write("b.json", "noise");
        _folder.Write("c.json", Samples.Attach(id: "one").ToJsonString());
        foreach (var arguments in (string[][])
            [
                ["backtest", _folder.Root, "--format", "json"],
                ["hunt", "administrator-attachments", _folder.Root, "--until", "2026-03-05T00:00:00Z"],
                ["timeline", "mallory", _folder.Root],
                ["evidence", _folder.Root, "--framework", "cis", "--output", _folder.Root + "-" + Guid.NewGuid().ToString("N")],
            ])
        {
            var run = await Cli.RunAsync(arguments);
            var named = run.Error.Split('\n').Where(static line => line.Contains("a.json", StringComparison.Ordinal)).ToArray();
            Assert.Equal((3, 21), (run.ExitCode, named.Length));
            Assert.EndsWith("a.json: 480 more like these", named[^1], StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n'), static line => line.Contains("b.json", StringComparison.Ordinal));
            if (arguments[0] == "backtest") Assert.Equal(501, run.Json[^1].GetProperty("malformed").GetInt64());
            if (arguments[0] == "evidence") Directory.Delete(arguments[^1], recursive: true);
        }
    }

    [Fact]
    public async Task What_a_bucket_refuses_is_named_and_the_rest_is_processed()
    {
        using var bucket = new FakeBucket("trail-logs");
        bucket.Put("a.json", Encoding.UTF8.GetBytes(Samples.Attach(user: "first").ToJsonString()));
        bucket.Put("b.json", Encoding.UTF8.GetBytes(Samples.Attach(user: "refused").ToJsonString()));
        bucket.Put("c.json", Encoding.UTF8.GetBytes(Samples.Attach(user: "last").ToJsonString()));
        bucket.Refused.Add("b.json");
        var run = await Cli.RunAsync(
            "backtest", "s3://trail-logs/", "s3://another", "s3://trail-logs/empty/", "--endpoint", bucket.Url, "--format", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("s3://trail-logs/b.json: S3: AccessDenied: as asked for", run.Error, StringComparison.Ordinal);
        Assert.Contains("s3://another: S3: NoSuchBucket", run.Error, StringComparison.Ordinal);
        Assert.Contains("s3://trail-logs/empty/: there is no object", run.Error, StringComparison.Ordinal);
        Assert.Equal(["user first", "user last"], Principals(run));
        Assert.Equal((2, 3), (run.Json[^1].GetProperty("files").GetInt32(), run.Json[^1].GetProperty("unreadable").GetInt32()));
    }

    [Fact]
    public async Task Principals_that_would_have_been_contained_are_listed_by_their_first_incident()
    {
        var late = Samples.Attach(user: "mallory", id: "late");
        late["eventTime"] = "2026-03-05T00:00:00Z";
        var log = _folder.Write(
            "log.jsonl",
            string.Join(
                '\n', late.ToJsonString(), Samples.Attach(user: "mallory", id: "early").ToJsonString(),
                Samples.Attach(user: "eve", account: Other, id: "eve").ToJsonString()));
        var run = await Cli.RunAsync("backtest", log, "--format", "json");
        Assert.Equal(3, run.Json[^1].GetProperty("wouldContain").GetInt32());
        Assert.Equal(
            ["user eve 111122223333 iam.admin-policy-attached 2026-03-04T09:01:07Z eve 1",
                "user mallory 123456789012 iam.admin-policy-attached 2026-03-04T09:01:07Z early 2"],
            run.Json[^1].GetProperty("wouldContainPrincipals").EnumerateArray()
                .Select(static one => string.Join(' ', one.EnumerateObject().Select(static member => member.Value.ToString()))));
        var text = await Cli.RunAsync("backtest", log);
        Assert.Contains("Would have been contained: 2 principals", text.Output, StringComparison.Ordinal);
        Assert.Contains(
            "user mallory of 123456789012  iam.admin-policy-attached  2 times, first  2026-03-04 09:01:07Z", text.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_are_the_same_in_every_order_of_the_files_and_with_every_number_of_workers()
    {
        Copy();
        var files = Directory.EnumerateFiles(_folder.Root, "*.json*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var random = new Random(11);
        string? expected = null;
        for (var i = 0; i < 12; i++)
        {
            random.Shuffle(files);
            var run = await Cli.RunAsync(
                ["backtest", .. files, "--format", "json", "--workers", (1 + (i % 5))
                .ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            var lines = Untimed(run).Split('\n').Order(StringComparer.Ordinal);
            expected ??= string.Join('\n', lines);
            Assert.Equal(expected, string.Join('\n', lines));
        }
    }

    [Fact]
    public async Task Unrelated_broken_unreadable_and_empty_things_are_named_and_counted_and_the_rest_is_processed()
    {
        Copy();
        var whole = Packed(
            string.Join('\n', Enumerable.Range(0, 300).Select(static i => Samples.Attach(user: "cut", id: "cut" + i).ToJsonString())));
        _folder.Write("AWSLogs/cut.json.gz", whole[..(whole.Length / 2)]);
        _folder.Write("notes/readme.txt", "no log");
        _folder.Write("notes/data.json", "[1, 2");
        _folder.Write("notes/picture.gz", [0x89, 0x50, 0x4E, 0x47]);
        Directory.CreateDirectory(Path.Combine(_folder.Root, "empty"));
        var unreadable = Directory.CreateDirectory(Path.Combine(_folder.Root, "unreadable")).FullName;
        var isRoot = Environment.IsPrivilegedProcess;
        if (!isRoot && !OperatingSystem.IsWindows()) File.SetUnixFileMode(unreadable, UnixFileMode.None);
        try
        {
            var run = await Cli.RunAsync("backtest", _folder.Root, Path.Combine(_folder.Root, "empty"), "--format", "json");
            Assert.Equal(3, run.ExitCode);
            Assert.Contains("cut.json.gz: line ", run.Error, StringComparison.Ordinal);
            Assert.Contains("data.json: line 1: ", run.Error, StringComparison.Ordinal);
            Assert.Contains("picture.gz: line 1: ", run.Error, StringComparison.Ordinal);
            Assert.Contains("empty: the folder holds no file", run.Error, StringComparison.Ordinal);
            Assert.Contains("1 file is no log and was not opened: 1 text; the first is ", run.Error, StringComparison.Ordinal);
            if (!isRoot) Assert.Contains("unreadable: permission denied", run.Error, StringComparison.Ordinal);
            Assert.Equal(isRoot ? 1 : 2, run.Json[^1].GetProperty("unreadable").GetInt32());
            Assert.True(run.Json[^1].GetProperty("malformed").GetInt32() >= 3);
            Assert.Contains("user mallory", Principals(run));
            Assert.Contains("user cut", Principals(run));
        }
        finally
        {
            if (!isRoot && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(unreadable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Ids_of_events_are_told_apart_exactly()
    {
        var set = new IdSet();
        var random = new Random(3);
        var ids = Enumerable.Range(0, 20_000).Select(_ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64(40)))
            .Append(UInt128.Zero).ToArray();
        var known = new HashSet<UInt128>();
        foreach (var id in ids.Concat(ids)) Assert.Equal(known.Add(id), set.Add(id));
        // The result does not depend on how many ids are expected.
        foreach (var expected in (long[])[1, 5_000, 2_000_000, long.MaxValue])
        {
            set = new IdSet { Expected = expected };
            known.Clear();
            foreach (var id in ids.Concat(ids)) Assert.Equal(known.Add(id), set.Add(id));
            known.Clear();
        }

        // Ids may also be added in batches, with duplicates inside a batch.
        var (together, areNew) = (new IdSet(), new bool[2 * ids.Length]);
        together.Add([.. ids.SelectMany(static id => (UInt128[])[id, id])], areNew);
        Assert.Equal(ids.SelectMany(id => (bool[])[known.Add(id), false]), areNew);
        string[] alike = [
            "3a2f7c1e-0000-4000-8000-00000000000a", "3A2F7C1E-0000-4000-8000-00000000000A", "3a2f7c1e-0000-4000-8000-00000000000b",
            "3a2f7c1e000040008000000000000000000a", "", "x"];
        Assert.Equal(alike.Length, alike.Select(static id => EventIds.Of(id)).Distinct().Count());
        Assert.All(alike, static id => Assert.Equal(EventIds.Of(id), EventIds.Of(Encoding.ASCII.GetBytes(id))));
    }

    [Fact]
    public void The_id_of_an_event_is_its_uuid_as_a_number()
    {
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var (number, text) = (
                new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue)),
                new StringBuilder());
            text.Append(number.ToString("x32", CultureInfo.InvariantCulture)).Insert(20, '-').Insert(16, '-').Insert(12, '-')
                .Insert(8, '-');
            Assert.Equal(number, EventIds.Of(text.ToString()));
            // With any other character at any position, the text is no UUID and is hashed instead.
            var at = random.Next(text.Length);
            text[at] = "gG/:`AF@x\0-~ "[random.Next(13)] is var other && other != text[at] ? other : '!';
            Assert.NotEqual(number, EventIds.Of(text.ToString()));
            Assert.Equal(EventIdentity.HashOf(text.ToString()), EventIds.Of(text.ToString()));
        }
    }

    [Fact]
    public async Task Progress_is_shown_on_a_terminal_only_and_is_gone_before_anything_else_is_told()
    {
        Copy();
        _folder.Write("zz.json", "nothing");
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var surroundings = new Surroundings(output, error, TextReader.Null, static _ => null) { ErrorIsTerminal = true };
        Assert.Equal(3, await CommandLine.RunAsync(["backtest", _folder.Root], surroundings, TestContext.Current.CancellationToken));
        Assert.Matches(
            @"\r\[#* *\] +\d+ %  \d+ of 8 files  [0-9.,]+ of [0-9.,]+ MB  [0-9,]+ records a second  \d+:\d\d left\u001b\[K",
            error.ToString());
        Assert.Matches(@"\r\u001b\[Kresponder: [^\r]*zz\.json: line 1", error.ToString());
        Assert.DoesNotContain('\u001b', output.ToString());
        Assert.DoesNotContain('\u001b', (await Cli.RunAsync("backtest", _folder.Root)).Error);
    }

    [Fact]
    public async Task An_interruption_in_the_middle_of_a_file_leaves_a_partial_result()
    {
        using var interrupted = new CancellationTokenSource();
        var first = _folder.Write("a.json", Samples.Attach(user: "first").ToJsonString());
        var log = Encoding.UTF8.GetBytes(Samples.Attach(policy: Samples.DenyAll).ToJsonString() + "\n");
        var scan = new FileScan(new ResponderOptions { AcceptsBareRecords = true }, LogFilter.Everything, LogFilter.Everything.Watches());
        LogFile[] files =
        [
            LogFile.Local(first, withSize: true),
            new LogFile("endless", 0, (_, _) => new Repeated(log, int.MaxValue, afterReads: 20, interrupted.Cancel)),
            new LogFile("never", 0, static (_, _) => throw new InvalidOperationException("begun after the interruption")),
        ];
        var result = new BacktestResult(new ResponderOptions(), static _ => { });
        await Task.Run(() =>
        {
            foreach (var part in ParallelScan<ScanPart>.Run(
                files, 1, (file, onPart) => scan.Read(file, onPart, null, interrupted.Token), interrupted.Token)) result.Add(part);
        }, TestContext.Current.CancellationToken);
        result.Finish();
        Assert.Equal((1, 0, 0), (result.WholeFiles, result.Unreadable.Count, result.Malformed));
        Assert.True(result.Records > 1);
        Assert.Equal(["user first"], result.Incidents.Select(static count => count.Incident.Principal));
    }

    /// <summary>
    /// A copy of a trail's bucket: seven files with nine events of two accounts, two regions and four days, one of them an Insight, and a
    /// digest.
    /// </summary>
    private void Copy()
    {
        var night = Samples.Attach(user: "night", id: "night");
        night["eventTime"] = "2026-03-04T23:59:59Z";
        Write(Samples.Account, "CloudTrail", "us-east-1", "2026/03/03", Day(3, "third"));
        Write(Samples.Account, "CloudTrail", "us-east-1", "2026/03/04", Samples.Attach(id: "fourth").ToJsonString(),
            Samples.Attach(policy: Samples.DenyAll, id: "deny").ToJsonString());
        Write(Samples.Account, "CloudTrail", "us-east-1", "2026/03/05", night.ToJsonString(), Day(5, "fifth"));
        Write(Samples.Account, "CloudTrail", "us-east-1", "2026/03/06", Day(6, "sixth"));
        // This file belongs to the other account and region, but its record does not.
        Write(Other, "CloudTrail", "eu-west-1", "2026/03/05", Day(5, "stray"));
        var insight = JsonDocument.Parse(File.ReadAllText(Samples.File("insight.started", "fires.json"))).RootElement;
        Write(Samples.Account, "CloudTrail-Insight", "us-east-1", "2026/03/05", insight.GetProperty("detail").GetRawText());
        Write(Samples.Account, "CloudTrail-Digest", "us-east-1", "2026/03/04", "{\"digestStartTime\":\"2026-03-04T00:00:00Z\"}");
        var abroad = Samples.Attach(user: "abroad", account: Other, id: "abroad");
        (abroad["awsRegion"], abroad["eventTime"]) = ("eu-west-1", "2026-03-05T08:00:00Z");
        _folder.Write("bare.json", abroad.ToJsonString());
    }

    private string Day(int day, string id)
    {
        var record = Samples.Attach(user: id, id: id);
        record["eventTime"] = $"2026-03-{day:00}T12:00:00Z";
        return record.ToJsonString();
    }

    private void Write(string account, string kind, string region, string day, params string[] records) =>
        _folder.Write(
            $"AWSLogs/{account}/{kind}/{region}/{day}/{account}_{kind}_{region}_{day.Replace('/', '-')}.json.gz",
            Packed("{\"Records\":[" + string.Join(',', records) + "]}"));

    private async Task<(int Files, int Digests, int SkippedFiles, int SkippedRecords, int Records)> CountsAsync(params string[] options)
    {
        var summary = (await RunAsync(options)).Json[^1];
        int Number(string name) => summary.GetProperty(name).GetInt32();
        return (Number("files"), Number("digestFiles"), Number("skippedFiles"), Number("skippedRecords"), Number("records"));
    }

    private Task<CliRun> RunAsync(params string[] options) => Cli.RunAsync(["backtest", _folder.Root, "--format", "json", .. options]);

    private static IEnumerable<string?> Detections(CliRun run) => run.Json.SkipLast(1)
        .Select(static line => line.GetProperty("detection").GetString());

    private static IEnumerable<string?> Principals(CliRun run) => run.Json[^1].GetProperty("wouldContainPrincipals").EnumerateArray()
        .Select(static one => one.GetProperty("principal").GetString());

    private static string Untimed(CliRun run) =>
        System.Text.RegularExpressions.Regex.Replace(run.Output, "\"seconds\":[0-9.]+", "\"seconds\":0");

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
