using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Tests.Events;

public sealed class EventReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<InputError> _errors = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_delivered_event_a_bare_record_a_log_file_a_list_and_json_lines_are_all_read()
    {
        var one = Samples.Attach(id: "one");
        var two = Samples.Attach(id: "two");
        var log = new JsonObject { ["Records"] = new JsonArray(one.DeepClone(), two.DeepClone()) };
        Assert.Equal(
            ["one"],
            Ids(Read("delivered.json", Samples.Delivered((JsonObject)one.DeepClone()).ToJsonString(new() { WriteIndented = true }))));
        Assert.Equal(["one"], Ids(Read("bare.json", one.ToJsonString())));
        Assert.Equal(["one", "two"], Ids(Read("log.json", log.ToJsonString())));
        Assert.Equal(["one", "two"], Ids(Read("indented-log.json", log.ToJsonString(new() { WriteIndented = true }))));
        Assert.Equal(["one", "two"], Ids(Read("list.json", log["Records"]!.ToJsonString())));
        Assert.Equal(
            ["one", "two", "one", "two", "two"],
            Ids(Read("lines.jsonl", $"{one.ToJsonString()}\r\n\n{two.ToJsonString()}\n{log.ToJsonString()}\n[{two.ToJsonString()}]\n")));
        Assert.Empty(_errors);
    }

    [Fact]
    public void Records_are_numbered_from_1_in_each_file_and_malformed_ones_count()
    {
        var read = Read(
            "lines.jsonl", $"{Samples.Attach(id: "one").ToJsonString()}\nnonsense\n{Samples.Attach(id: "three").ToJsonString()}\n");
        Assert.Equal([1, 2, 3], read.Select(static r => r.Record));
        Assert.Equal(["one", "!", "three"], Ids(read));
    }

    [Fact]
    public void A_log_file_with_other_members_around_its_records_is_one() =>
        Assert.Equal(["one"], Ids(Read("log.json", $$$"""{"version":"1","Records":[{{{Samples.Attach(id: "one").ToJsonString()}}}],"more":{"Records":[1]}}""")));

    [Fact]
    public void A_log_file_without_records_is_no_error()
    {
        Assert.Empty(Read("log.json", """{"Records":[]}"""));
        Assert.Empty(_errors);
    }

    [Fact]
    public void Gzip_is_told_by_its_bytes_whatever_the_name()
    {
        var bytes = Gzip($"{Samples.Attach(id: "one").ToJsonString()}\n{Samples.Attach(id: "two").ToJsonString()}\n");
        Assert.Equal(["one", "two"], Ids(Read("packed.json", bytes)));
        Assert.Equal(["one"], Ids(Read("plain.gz", Encoding.UTF8.GetBytes(Samples.Attach(id: "one").ToJsonString()))));
    }

    [Fact]
    public void A_pipe_in_a_folder_is_named_and_the_rest_is_read()
    {
        _folder.Write("a.json", Samples.Attach(id: "one").ToJsonString());
        _folder.Write("empty.json", "");
        try
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(_folder.Root, "b.json")]);
            made.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("mkfifo is not here.");
        }

        Assert.Equal(["one"], Ids([.. EventReader.Read([_folder.Root], _errors.Add)]));
        var error = Assert.Single(_errors, static error => error.Issue == InputIssue.Unreadable);
        Assert.Contains(new InputError(_folder.Root + "/empty.json", "empty") { Issue = InputIssue.NotOpened }, _errors);
        Assert.Equal(
            (Path.Combine(_folder.Root, "b.json"), true),
            (error.Path, error.Reason.StartsWith("it does not open", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_byte_order_mark_is_skipped_also_inside_gzip()
    {
        var text = "\uFEFF" + Samples.Attach(id: "one").ToJsonString();
        Assert.Equal(["one"], Ids(Read("mark.json", text)));
        Assert.Equal(["one"], Ids(Read("mark.gz", Gzip(text))));
    }

    [Fact]
    public void A_bad_line_is_one_malformed_line_that_names_it_and_reading_goes_on_after_it()
    {
        var good = Samples.Attach(id: "good").ToJsonString();
        foreach (var bad in (string[])[
            "nonsense", "}", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":", "{\"a\":[1,", "{\"a\":\"cut", "{\"a\":{\"b\":1", "{]", "[1 2}",
            "\"text\"", "{\"a\":tru}", "{\"a\":\"\\q\"}", good[..^40]])
        {
            var read = Read("lines.jsonl", $"{good}\n{bad}\n{good}\n{good}\n");
            Assert.Equal(["good", "!", "good", "good"], Ids(read).Where((id, i) => id != "!" || i == 1));
            Assert.Contains("line 2", read[1].Parsed.Error, StringComparison.Ordinal);
            Assert.Contains("expected", read[1].Parsed.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":\"cut")]
    [InlineData("{\"a\":{\"b\":1")]
    public void A_bad_line_costs_exactly_one_entry(string bad)
    {
        var good = Samples.Attach(id: "good").ToJsonString();
        Assert.Equal(["good", "!", "good", "good"], Ids(Read("lines.jsonl", $"{good}\n{bad}\n{good}\n{good}\n")));
        Assert.Equal(["good", "!"], Ids(Read("lines.jsonl", $"{good}\n{bad}\n")));
    }

    [Fact]
    public void A_broken_record_of_an_indented_log_file_costs_only_itself()
    {
        var log = new JsonObject
        {
            ["Records"] = new JsonArray(Samples.Attach(id: "one"), Samples.Attach(id: "two"), Samples.Attach(id: "three")),
        };
        var text = log.ToJsonString(new() { WriteIndented = true, NewLine = "\n" })
            .Replace("\"eventID\": \"two\"", "\"eventID\" \"two\"", StringComparison.Ordinal);
        Assert.Equal(["one", "!", "three"], Ids(Read("log.json", text)));
    }

    [Fact]
    public void A_broken_indented_event_is_one_malformed_entry()
    {
        var text = Samples.Delivered(Samples.Attach()).ToJsonString(new() { WriteIndented = true, NewLine = "\n" });
        var read = Read("event.json", text.Replace("\"source\":", "\"source\"", StringComparison.Ordinal));
        Assert.Equal("line 4: not valid JSON at byte 12: expected ':'; the event begins on line 1", Assert.Single(read).Parsed.Error);
    }

    [Fact]
    public void A_record_that_parses_to_no_event_names_its_line_and_field()
    {
        var read = Read(
            "lines.jsonl",
            $"{Samples.Attach(id: "one").ToJsonString()}\n{{\"detail-type\":\"x\"}}\nnull\n{{\"eventSource\":\"iam.amazonaws.com\"}}\n");
        Assert.Equal("line 2: detail is missing: expected an object, the CloudTrail record", read[1].Parsed.Error);
        Assert.StartsWith("line 3: no event begins at byte 1", read[2].Parsed.Error, StringComparison.Ordinal);
        Assert.Equal("line 4: eventName is missing: expected a non-empty string", read[3].Parsed.Error);
    }

    [Fact]
    public void Truncated_json_yields_the_records_before_the_cut_then_one_malformed_entry()
    {
        var log = $"{{\"Records\":[{Samples.Attach(id: "one").ToJsonString()},{Samples.Attach(id: "two").ToJsonString()},"
            + $"{Samples.Attach(id: "three").ToJsonString()}]}}";
        Assert.Equal(["one", "two", "!"], Ids(Read("log.json", log[..^60])));
        Assert.Equal(["one", "two", "three", "!"], Ids(Read("log.json", log[..^1])));
        Assert.Equal(["one", "two", "three", "!"], Ids(Read("log.json", log[..^2])));
        var indented = JsonNode.Parse(log)!.ToJsonString(new() { WriteIndented = true });
        Assert.Equal(["one", "two", "!"], Ids(Read("log.json", indented[..^200])));
    }

    [Fact]
    public void Truncated_gzip_yields_the_records_before_the_cut_then_one_malformed_entry()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 2000; i++) text.Append(Samples.Attach(id: $"id{i}-{Guid.NewGuid()}").ToJsonString()).Append('\n');
        var bytes = Gzip(text.ToString());
        var read = Read("cut.jsonl.gz", bytes[..(bytes.Length / 2)]);
        Assert.InRange(read.Count, 100, 1999);
        Assert.All(read.SkipLast(1), static r => Assert.NotNull(r.Parsed.Event));
        Assert.Contains("gzip", read[^1].Parsed.Error, StringComparison.Ordinal);
        Assert.Empty(_errors);
    }

    [Fact]
    public void Gzip_that_ends_early_between_two_lines_is_noticed()
    {
        var line = Samples.Attach(id: "one").ToJsonString() + "\n";
        var stored = Gzip(line, CompressionLevel.NoCompression);
        Assert.Equal(["one", "!"], Ids(Read("cut.gz", stored[..^8])));
        Assert.Equal(["one", "one"], Ids(Read("members.gz", [.. stored, .. Gzip(line)])));
    }

    [Fact]
    public void Damaged_gzip_is_malformed_not_an_exception()
    {
        var bytes = Gzip(Samples.Attach().ToJsonString());
        foreach (var index in (int[])[2, 3, bytes.Length / 2])
        {
            var damaged = (byte[])bytes.Clone();
            damaged[index] ^= 0xFF;
            Assert.Contains(Read("damaged.gz", damaged), static r => r.Parsed.Error is not null);
        }
    }

    [Fact]
    public void An_event_above_the_limit_is_malformed_and_the_next_one_is_read()
    {
        var large = Samples.Attach(id: "large");
        large["requestParameters"]!["padding"] = new string(' ', 2 * 1024 * 1024);
        var read = Read("lines.jsonl", $"{large.ToJsonString()}\n{Samples.Attach(id: "next").ToJsonString()}\n");
        Assert.Equal(["!", "next"], Ids(read));
        Assert.Matches("^line 1: event is [0-9]+ bytes: expected at most 1048576", read[0].Parsed.Error);
    }

    [Fact]
    public void An_enormous_value_is_not_kept_in_memory_and_the_next_one_is_read()
    {
        var text = $"{{\"a\":\"{new string('x', 12 * 1024 * 1024)}\"}}\n{Samples.Attach(id: "next").ToJsonString()}\n{{\"a\":\""
            + $"{new string('x', 6 * 1024 * 1024)}\n{Samples.Attach(id: "last").ToJsonString()}\n";
        Assert.Equal(["!", "next", "!", "last"], Ids(Read("lines.jsonl", text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\n")]
    [InlineData("\uFEFF")]
    public void An_empty_file_says_so(string text) =>
        Assert.Equal("line 1: the file is empty: expected a CloudTrail event", Assert.Single(Read("empty.json", text)).Parsed.Error);

    [Fact]
    public void Utf_16_is_read()
    {
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            var text = encoding.GetBytes(Samples.Attach(id: "one").ToJsonString() + "\n" + Samples.Attach(id: "two").ToJsonString());
            Assert.Equal(["one", "two"], Ids(Read("wide.json", [.. encoding.GetPreamble(), .. text])));
            Assert.Equal(["one", "two"], Ids(Read("wide-without-mark.json", text)));
        }
    }

    [Fact]
    public void Nesting_without_end_is_malformed()
    {
        foreach (var text in (string[])[
            new string('[', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
            string.Concat(Enumerable.Repeat("{\"Records\":[", 1000))])
            Assert.All(Read("deep.json", text), static r => Assert.NotNull(r.Parsed.Error));
    }

    [Fact]
    public void Folders_are_read_to_their_depth_in_ordinal_order_whatever_the_names()
    {
        foreach (var name in (string[])["b.json", "B.json", "a/z.jsonl", "a-b.json", "a/b/c.JSON", "given.yaml", "README.md"])
            _folder.Write(name, Samples.Attach(id: name).ToJsonString());
        _folder.Write("a/packed.gz", Gzip(Samples.Attach(id: "a/packed.gz").ToJsonString()));
        var read = EventReader.Read([_folder.Root], _errors.Add).ToArray();
        Assert.Equal(["B.json", "README.md", "a-b.json", "a/b/c.JSON", "a/packed.gz", "a/z.jsonl", "b.json"], Ids(read));
        Assert.All(read, r => Assert.Equal(_folder.Root + "/" + r.Parsed.Event!.EventId, r.File));
        Assert.Empty(_errors);
    }

    [Fact]
    public void What_cannot_be_read_is_named_and_the_rest_is_read()
    {
        var good = _folder.Write("good.json", Samples.Attach(id: "good").ToJsonString());
        var missing = Path.Combine(_folder.Root, "missing.json");
        Directory.CreateDirectory(Path.Combine(_folder.Root, "empty"));
        var read = EventReader.Read([missing, Path.Combine(_folder.Root, "empty"), good], _errors.Add).ToArray();
        Assert.Equal(["good"], Ids(read));
        Assert.Equal(
            [new InputError(missing, "no such file or folder"),
                new InputError(Path.Combine(_folder.Root, "empty"), "the folder holds no file")], _errors);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_named_and_the_rest_is_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "This user may read every file.");
        var locked = _folder.Write("locked.json", Samples.Attach(id: "locked").ToJsonString());
        _folder.Write("open.json", Samples.Attach(id: "open").ToJsonString());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(locked, UnixFileMode.None);
        Assert.Equal(["open"], Ids([.. EventReader.Read([_folder.Root], _errors.Add)]));
        Assert.Equal([new InputError(locked, "permission denied")], _errors);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/full")]
    [InlineData("/dev/urandom")]
    public void A_device_without_an_end_is_named_and_the_rest_is_read(string device)
    {
        Assert.SkipUnless(File.Exists(device), $"{device} is not here.");
        var good = _folder.Write("good.json", Samples.Attach(id: "good").ToJsonString());
        Assert.Equal(["good"], Ids([.. EventReader.Read([device, good], _errors.Add)]));
        Assert.Equal([new InputError(device, "a device that gives no text")], _errors);
    }

    [Fact]
    public async Task An_empty_device_is_an_empty_file_and_a_device_is_an_input_that_was_not_read()
    {
        Assert.SkipUnless(File.Exists("/dev/null") && File.Exists("/dev/zero"), "/dev/null and /dev/zero are not here.");
        var run = await Cli.RunAsync("backtest", "/dev/null", "/dev/zero", "--format", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("/dev/null: line 1: the file is empty", run.Error, StringComparison.Ordinal);
        Assert.Contains("/dev/zero: a device that gives no text", run.Error, StringComparison.Ordinal);
        Assert.Equal((1, 1), (run.Json[^1].GetProperty("unreadable").GetInt32(), run.Json[^1].GetProperty("malformed").GetInt32()));
    }

    [Fact]
    public void Any_mutation_of_a_log_file_is_read_without_an_exception()
    {
        var random = new Random(42);
        var log = Encoding.UTF8.GetBytes($"{{\"Records\":[{Samples.Attach().ToJsonString()},"
            + $"\n{Samples.Attach().ToJsonString()}]}}\n{Samples.Attach().ToJsonString()}\n");
        for (var i = 0; i < 3000; i++)
        {
            var mutated = (byte[])log.Clone();
            for (var n = random.Next(1, 6); n > 0; n--) mutated[random.Next(mutated.Length)] = (byte)"{}[]\",:\\\n x0"[random.Next(12)];
            if (random.Next(3) == 0) mutated = mutated[..random.Next(mutated.Length)];
            foreach (var parsed in ReadStream(mutated)) Assert.True(parsed.Event is null != parsed.Error is null);
        }
    }

    private List<EventInput> Read(string name, string text) => Read(name, Encoding.UTF8.GetBytes(text));

    private List<EventInput> Read(string name, byte[] bytes) => [.. EventReader.ReadFile(_folder.Write(name, bytes), _errors.Add)];

    private IEnumerable<ParsedEvent> ReadStream(byte[] bytes) => Read("mutated.json", bytes).Select(static r => r.Parsed);

    private static string[] Ids(IEnumerable<EventInput> read) => [.. read.Select(static r => r.Parsed.Event?.EventId ?? "!")];

    private static byte[] Gzip(string text, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
