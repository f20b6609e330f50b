using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Responder.Analysis.Backtest;
using Responder.Events;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Tests.Backtest;

/// <summary>Reading records in passing finds the same as building every record, whatever state the file is in.</summary>
public sealed class FileScanTests
{
    private static readonly ResponderOptions s_options = new() { MaximumAge = null, ContainmentBudgetPerHour = null };

    [Fact]
    public void Sample_events_give_the_same_either_way()
    {
        var records = Records();
        foreach (var log in (string[])[
            string.Join('\n', records), Log(records), "[" + string.Join(",\n", records) + "]", Log(records) + "\n" + Log(records)])
            Assert.True(Compare(Encoding.UTF8.GetBytes(log)) > 300);
    }

    [Fact]
    public void Mutated_logs_give_the_same_either_way()
    {
        var records = Records();
        var random = new Random(7);
        var events = 0;
        for (var i = 0; i < 700; i++)
        {
            var some = Enumerable.Range(0, 4).Select(_ => records[random.Next(records.Count)]).ToList();
            var log = Encoding.UTF8.GetBytes(random.Next(2) == 0 ? Log(some) : string.Join('\n', some));
            for (var n = random.Next(0, 5); n > 0; n--) log[random.Next(log.Length)] = (byte)"{}[]\",:\\\n x0"[random.Next(12)];
            if (random.Next(4) == 0) log = log[..random.Next(log.Length)];
            events += Compare(random.Next(3) == 0 ? Packed(log) : log);
        }

        Assert.True(events > 900, $"{events}");
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(EventParser.MaxEventBytes - 2000)]
    [InlineData(EventParser.MaxEventBytes)]
    [InlineData(5 * EventParser.MaxEventBytes)]
    public void Large_records_give_the_same_either_way(int size)
    {
        var large = Samples.Attach(policy: Samples.DenyAll);
        large["eventName"] = "DescribeInstances";
        large["requestParameters"] = new JsonObject { ["filler"] = new string('x', size) };
        Assert.True(
            Compare(Packed(
                Encoding.UTF8.GetBytes(
                    Log([Samples.Attach().ToJsonString(), large.ToJsonString(), Samples.Attach().ToJsonString()])))) >= 2);
    }

    [Fact]
    public void What_is_held_of_a_file_is_bounded_by_its_parts()
    {
        var log = Encoding.UTF8.GetBytes(
            string.Join('\n', Enumerable.Range(0, 10_000).Select(static i => i % 2 == 0 ? Samples.Attach().ToJsonString() : "nothing")));
        var parts = Parts(log, isSifted: true);
        Assert.All(parts, static part => Assert.True(part.Events.Count + part.Malformed.Count <= 128 && part.Ids.Count <= 4096));
        Assert.Equal((5000, 5000), (parts.Sum(static part => part.Ids.Count), parts.Sum(static part => part.Malformed.Count)));
        Assert.True(parts[^1].IsLast && !parts[..^1].Any(static part => part.IsLast));
    }

    /// <returns>The number of events.</returns>
    private static int Compare(byte[] file)
    {
        var (built, passing) = (Parts(file, isSifted: false), Parts(file, isSifted: true));
        Assert.Equal(built.SelectMany(static part => part.Ids), passing.SelectMany(static part => part.Ids));
        Assert.Equal(built.SelectMany(static part => part.Malformed), passing.SelectMany(static part => part.Malformed));
        Assert.Equal(built.SelectMany(static part => part.Errors), passing.SelectMany(static part => part.Errors));
        Assert.Equal(Told(built), Told(passing));
        return built.Sum(static part => part.Ids.Count);
    }

    private static List<string> Told(List<ScanPart> parts) =>
    [
        .. parts.SelectMany(static part => part.Events, static (part, e) => string.Join('\n',
            [
                part.Ids[e.Index].ToString("x32", System.Globalization.CultureInfo.InvariantCulture), e.Incident?.ToString() ?? "",
                e.Insight?.ToString() ?? "",
                .. e.Findings.Select(static finding => finding.ToJson()),
                .. e.Signals.Select(
                    static signal =>
                        $"{signal.Burst.Info.Id} {signal.Actor} {signal.Time:O} {signal.EventId} {string.Join(',', signal.Subjects)}"),
            ])),
    ];

    private static List<ScanPart> Parts(byte[] file, bool isSifted)
    {
        var parts = new List<ScanPart>();
        var scan = new FileScan(s_options, LogFilter.Everything, isSifted ? LogFilter.Everything.Watches() : null);
        scan.Read(new LogFile("log", 0, (_, _) => new MemoryStream(file)), parts.Add, onBytes: null, TestContext.Current.CancellationToken);
        return parts;
    }

    /// <summary>Each sample as delivered, as a bare record, as a call that nothing watches, and as that call refused.</summary>
    private static List<string> Records()
    {
        var records = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Samples.Root, "events"), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            var sample = JsonNode.Parse(File.ReadAllText(path))!;
            records.Add(sample.ToJsonString());
            if (sample["detail"] is not JsonObject record) continue;
            records.Add(record.ToJsonString());
            record["eventName"] = "Describe" + record["eventName"];
            records.Add(record.ToJsonString());
            record["errorCode"] = "AccessDenied";
            records.Add(record.ToJsonString());
        }

        return records;
    }

    private static string Log(IEnumerable<string> records) => "{\"Records\":[" + string.Join(',', records) + "]}";

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
