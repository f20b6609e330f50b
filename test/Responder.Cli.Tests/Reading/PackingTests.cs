using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Responder.Cli.Tests.Reading;

/// <summary>Packed logs and archives: what they hold is read, within limits, and what is wrong with them is said.</summary>
public sealed class PackingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("GARBAGE", "bytes behind the gzip data")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0", "12 zero bytes behind the gzip data")]
    public async Task All_records_before_bytes_behind_the_gzip_data_are_read_and_it_is_said(string behind, string said)
    {
        var run = await BacktestAsync("log.json.gz", [.. Gzip(Log("one", "two")), .. Encoding.ASCII.GetBytes(behind)]);
        Assert.Equal((0, 2, 0), (run.ExitCode, Number(run, "records"), Number(run, "malformed")));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_without_content_have_nothing_behind_them()
    {
        // What ends such a member are zeros, and so is its last byte.
        byte[] nothing = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] stored = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0];
        var log = Gzip(Log("one"));
        foreach (var bytes in (byte[][])[nothing, stored, [.. nothing, .. stored, .. nothing], [.. nothing, .. log, .. nothing, .. stored]])
        {
            var run = await BacktestAsync("log.gz", bytes);
            Assert.DoesNotContain("zero bytes", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("checksum", run.Error, StringComparison.Ordinal);
            Assert.Equal(bytes.Length > 100 ? 1 : 0, Number(run, "findings"));
        }

        Assert.Contains("2 zero bytes behind", (await BacktestAsync("log.gz", [.. nothing, 0, 0])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_data_that_were_cut_anywhere_or_changed_are_malformed_after_what_was_read()
    {
        var whole = Gzip(Log("one", "two"));
        for (var cut = 1; cut <= 12; cut++)
        {
            var run = await BacktestAsync("log.json.gz", whole[..^cut]);
            Assert.Equal((3, 1), (run.ExitCode, Number(run, "malformed")));
            Assert.Contains("the gzip data end early", run.Error, StringComparison.Ordinal);
        }

        foreach (var byteFromEnd in (int[])[1, 5, 8])
        {
            var changed = (byte[])whole.Clone();
            changed[^byteFromEnd] ^= 1;
            var run = await BacktestAsync("log.json.gz", changed);
            Assert.Equal((3, 2, 1), (run.ExitCode, Number(run, "records") - 1, Number(run, "malformed")));
            Assert.Contains("checksum or size is not right", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public async Task Members_of_any_size_are_read_to_the_last(CompressionLevel level)
    {
        // Of sizes around those of the pieces in which they are read.
        byte[] text = [.. Enumerable.Range(0, 40).SelectMany(i => (byte[])[.. Gzip(
            new string(' ', i * 997) + Samples.Attach(id: "id" + i).ToJsonString(), level), .. new byte[i % 3]])];
        var run = await BacktestAsync("members.gz", text);
        Assert.Equal((0, 40), (run.ExitCode, Number(run, "records")));
    }

    [Fact]
    public async Task Zstandard_is_read_and_damage_is_named()
    {
        using var packed = new MemoryStream();
        using (var zstd = new ZstdSharp.CompressionStream(packed)) zstd.Write(Encoding.UTF8.GetBytes(Log("one", "two")));
        Assert.Equal((0, 2), Result(await BacktestAsync("log.json.zst", packed.ToArray())));
        var cut = await BacktestAsync("cut.json.zst", packed.ToArray()[..^20]);
        Assert.Equal(3, cut.ExitCode);
        Assert.Contains("zstd data", cut.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_names_the_entry_of_each_finding_and_counts_what_is_no_log()
    {
        var run = await BacktestAsync("logs.zip", Zip(("a/one.json", Encoding.UTF8.GetBytes(Log("one"))), ("README.md",
            "read me"u8.ToArray()),
            ("two.json.gz", Gzip(Log("two"))), ("empty.json", [])));
        Assert.Equal((0, 2), Result(run));
        Assert.Equal(2, Number(run, "notOpened"));
        Assert.Equal(["logs.zip!/a/one.json", "logs.zip!/two.json.gz"],
            run.Json.SkipLast(1).Select(line => Path.GetRelativePath(_folder.Root, line.GetProperty("file").GetString()!)));
    }

    [Fact]
    public async Task Damaged_archives_are_named_and_what_was_before_the_damage_counts()
    {
        var zip = Zip(("one.json", Encoding.UTF8.GetBytes(Log("one"))), ("two.json", Encoding.UTF8.GetBytes(Log("two"))));
        var directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        Assert.Equal((3, 2), Result(await BacktestAsync("cut.zip", zip[..directory])));
        zip[zip.AsSpan(1).IndexOf("PK\u0003\u0004"u8) + 1] = (byte)'X';
        var run = await BacktestAsync("damaged.zip", zip);
        Assert.Equal((3, 1), Result(run));
        Assert.Contains("the zip archive is damaged", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_packed_more_than_four_deep_is_a_limit_that_is_named()
    {
        var packed = Encoding.UTF8.GetBytes(Log("one"));
        for (var depth = 1; depth <= 6; depth++)
        {
            packed = depth % 2 == 0 ? Zip(("inner", packed)) : Gzip(packed);
            var run = await BacktestAsync("deep", packed);
            Assert.Equal(depth <= 4 ? (0, 1) : (3, 0), Result(run));
            Assert.Equal(depth <= 4, run.Json[^1].GetProperty("complete").GetBoolean());
            if (depth > 4) Assert.Contains("a limit was reached", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bomb_ends_at_a_limit_and_what_was_before_it_counts()
    {
        Directory.CreateDirectory(_folder.Root);
        var path = Path.Combine(_folder.Root, "bomb.json.gz");
        var blanks = new byte[64 << 20];
        blanks.AsSpan().Fill((byte)' ');
        var member = Gzip(blanks, CompressionLevel.Optimal);
        await using (var file = File.Create(path))
        {
            file.Write(Gzip(Samples.Attach(id: "one").ToJsonString()));
            for (var i = 0; i < 40; i++) file.Write(member);
        }

        var run = await Cli.RunAsync("backtest", path, "--format", "json");
        Assert.Equal((3, 1), Result(run));
        Assert.Contains("a limit was reached, the rest was not read: more than 200 times its size", run.Error, StringComparison.Ordinal);
        Assert.False(run.Json[^1].GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task A_zip_bomb_of_nested_archives_ends_at_a_limit_and_the_log_beside_it_counts()
    {
        var blanks = new byte[64 << 20];
        blanks.AsSpan().Fill((byte)' ');
        var inner = Zip(("blanks.json", blanks));
        var bomb = Zip([("0.json", Encoding.UTF8.GetBytes(Log("one"))),
            .. Enumerable.Range(1, 40).Select(i => ($"{i:00}.zip", inner))]);
        var run = await BacktestAsync("bomb.zip", bomb);
        Assert.Equal((3, 1), Result(run));
        Assert.Contains("a limit was reached, the rest was not read: more than 200 times its size", run.Error, StringComparison.Ordinal);
        Assert.False(run.Json[^1].GetProperty("complete").GetBoolean());
    }

    /// <summary>One line of any length, scaled down. What it takes in memory, bench/ measures: here other tests run at once.</summary>
    [Theory]
    [InlineData("{\"eventSource\":\"", "a")]
    [InlineData("", "a")]
    [InlineData("{\"Records\":[{\"a\":\"", "\\n")]
    public async Task A_line_without_end_is_malformed(string start, string repeated)
    {
        Directory.CreateDirectory(_folder.Root);
        var path = Path.Combine(_folder.Root, "line.json");
        await using (var file = new StreamWriter(path))
        {
            file.Write(start);
            for (var i = 0; i < 64_000_000 / repeated.Length; i++) file.Write(repeated);
            file.Write("\n" + Samples.Attach(id: "behind").ToJsonString() + "\n");
        }

        var run = await Cli.RunAsync("backtest", path, "--format", "json", "--workers", "1");
        Assert.Equal(3, run.ExitCode);
        Assert.True(Number(run, "malformed") >= 1);
        Assert.False(run.Json[^1].GetProperty("complete").GetBoolean());
        Assert.True(Number(run, "records") < 100, run.Error[..Math.Min(run.Error.Length, 500)]);
    }

    [Fact]
    public async Task Every_encoding_of_text_is_read_in_one_folder_and_bytes_that_are_none_do_not_end_it()
    {
        var record = Samples.Attach(id: "ID");
        record["userIdentity"]!["userName"] = "zoë";
        var plain = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        string Text(string id) => record.ToJsonString(new() { Encoder = plain })
            .Replace("\"ID\"", $"\"{id}\"", StringComparison.Ordinal);
        byte[] Marked(Encoding encoding, string id) => [.. encoding.GetPreamble(), .. encoding.GetBytes(Text(id))];
        _folder.Write("0-utf8.json", Encoding.UTF8.GetBytes(Text("a")));
        _folder.Write("1-mark.json", Marked(Encoding.UTF8, "b"));
        _folder.Write("2-little.json", Marked(Encoding.Unicode, "c"));
        _folder.Write("3-big.json", Marked(Encoding.BigEndianUnicode, "d"));
        _folder.Write("4-little-without-mark.json", Encoding.Unicode.GetBytes(Text("e")));
        _folder.Write("5-latin.json", Encoding.Latin1.GetBytes(Text("f")));
        _folder.Write("6-mixed.jsonl", [
            .. Encoding.Latin1.GetBytes(Text("g")), (byte)'\n', .. Marked(Encoding.UTF8, "h"), (byte)'\n',
            .. Encoding.UTF8.GetBytes(Text("i")), (byte)'\n']);
        var run = await Cli.RunAsync("backtest", _folder.Root, "--format", "json");
        var found = run.Json.SkipLast(1).Select(static line => line.GetProperty("eventId").GetString()).Order(StringComparer.Ordinal);
        Assert.Equal(["a", "b", "c", "d", "e", "h", "i"], found.Except(["f", "g"]));
        Assert.Equal(9, Number(run, "records"));
        // What is no UTF-8 is read or named, never left out in silence.
        Assert.Equal(2, Number(run, "malformed") + found.Intersect(["f", "g"]).Count());
        Assert.Equal(Number(run, "malformed") == 0 ? 0 : 3, run.ExitCode);
    }

    [Fact]
    public async Task Records_that_compress_well_are_read_whatever_the_ratio_while_they_are_few()
    {
        var record = Samples.Attach(id: "same").ToJsonString();
        var run = await BacktestAsync("same.json.gz", Gzip(string.Concat(Enumerable.Repeat(record + "\n", 20_000)),
            CompressionLevel.SmallestSize));
        Assert.Equal((0, 20_000), (run.ExitCode, Number(run, "records")));
        Assert.True(new FileInfo(Path.Combine(_folder.Root, "same.json.gz")).Length * 100 < record.Length * 20_000L);
    }

    [Fact]
    public async Task A_broken_Parquet_file_is_named_and_a_genuine_one_is_read()
    {
        var broken = await BacktestAsync("broken.parquet", [.. "PAR1"u8, .. new byte[64], .. "PAR1"u8]);
        Assert.Equal(3, broken.ExitCode);
        Assert.Contains("the Parquet file is damaged", broken.Error, StringComparison.Ordinal);

        using var file = new MemoryStream();
        await Parquet.Serialization.ParquetSerializer.SerializeAsync(
            [Row.Of("DeleteTrail", "one"), Row.Of("CreateTrail", "two"), Row.Of("DeleteTrail", "three")], file,
            cancellationToken: TestContext.Current.CancellationToken);
        var path = _folder.Write("lake.parquet", file.ToArray());
        var run = await Cli.RunAsync("hunt", "deletions", path, "--since", "2026-01-01", "--format", "json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["one", "three"], run.Json.Select(static row => row.GetProperty("event_id").GetString()).Order(
            StringComparer.Ordinal));
        Assert.All(run.Json, static row => Assert.Equal("arn:aws:iam::111122223333:user/mallory", row.GetProperty("caller").GetString()));
        Assert.All(run.Json, static row => Assert.Equal("main", row.GetProperty("resource").GetString()));
    }

    private sealed class Person
    {
        public string? type { get; set; }

        public string? arn { get; set; }
    }

    /// <summary>Some of the columns that CloudTrail Lake has, of their kinds.</summary>
    private sealed class Row
    {
        public string? eventVersion { get; set; }

        public Person? userIdentity { get; set; }

        public DateTime eventTime { get; set; }

        public string? eventSource { get; set; }

        public string? eventName { get; set; }

        public string? errorCode { get; set; }

        public Dictionary<string, string>? requestParameters { get; set; }

        public string? eventID { get; set; }

        public bool readOnly { get; set; }

        public static Row Of(string name, string id) => new()
        {
            eventVersion = "1.11",
            userIdentity = new Person { type = "IAMUser", arn = "arn:aws:iam::111122223333:user/mallory" },
            eventTime = new DateTime(2026, 3, 4, 9, 0, 0, DateTimeKind.Utc),
            eventSource = "cloudtrail.amazonaws.com",
            eventName = name,
            requestParameters = new() { ["name"] = "main" },
            eventID = id,
        };
    }

    private static string Log(params string[] ids) =>
        new JsonObject { ["Records"] = new JsonArray([.. ids.Select(static id => (JsonNode)Samples.Attach(id: id))]) }.ToJsonString();

    private static (int ExitCode, int Findings) Result(CliRun run) => (run.ExitCode, Number(run, "findings"));

    private static int Number(CliRun run, string name) => run.Json[^1].GetProperty(name).GetInt32();

    private Task<CliRun> BacktestAsync(string name, byte[] bytes) =>
        Cli.RunAsync("backtest", _folder.Write(name, bytes), "--format", "json");

    private static byte[] Gzip(string text, CompressionLevel level = CompressionLevel.Fastest) => Gzip(Encoding.UTF8.GetBytes(text), level);

    private static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return packed.ToArray();
    }
}
