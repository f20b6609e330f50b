using System.Text;
using Responder.Analysis.Backtest;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Tests.Backtest;

/// <summary>How much memory a backtest holds. These tests run alone, since only the memory of the whole process can be measured.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    [Fact]
    public void A_file_of_any_size_is_read_in_little_memory()
    {
        const int Records = 60_000;
        var record = Samples.Attach();
        record["eventName"] = "DescribeInstances";
        record["eventSource"] = "ec2.amazonaws.com";
        record["requestParameters"] = new System.Text.Json.Nodes.JsonObject { ["filler"] = new string('x', 1500) };
        var bytes = Encoding.UTF8.GetBytes(record.ToJsonString() + "\n");
        var scan = new FileScan(new ResponderOptions(), LogFilter.Everything, LogFilter.Everything.Watches());
        var (seen, most) = (0, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        scan.Read(
            new LogFile("endless", 0, (_, _) => new Repeated(bytes, Records)),
            part =>
            {
                seen += part.Ids.Count;
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            },
            onBytes: null, TestContext.Current.CancellationToken);
        Assert.Equal(Records, seen);
        // The file holds over 100 MB of text.
        Assert.True(most < 16 * 1024 * 1024, $"{most} bytes");
    }
}
