using System.Diagnostics;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;

namespace Responder.Bench;

/// <summary>
/// What the function does with every event before it knows whether there is a finding, in this process and on one thread.
/// </summary>
internal static class InProcess
{
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1);

    /// <summary>Prints the table. The rows are measured in turn, round by round; each shows its median.</summary>
    /// <param name="folder">The sample events.</param>
    /// <param name="quiet">An event without a finding.</param>
    public static void Write(string folder, JsonNode quiet, int rounds, TextWriter output)
    {
        var catalog = DetectionCatalog.Default;
        var samples = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Select(static f => (ReadOnlyMemory<byte>)File.ReadAllBytes(f)).ToArray();
        ReadOnlyMemory<byte>[] one = [System.Text.Encoding.UTF8.GetBytes(quiet.ToJsonString())];
        if (catalog.Detect(EventParser.Parse(one[0]).Event!).Count > 0)
            throw new InvalidOperationException("the event without a finding has one");
        (string What, ReadOnlyMemory<byte>[] Events, Action<CloudTrailEvent> Judge)[] rows =
        [
            ("parse and detect, sample events", samples, e => catalog.Detect(e)),
            ("parse only, sample events", samples, static _ => { }),
            ("parse, then every detection asked in turn, sample events", samples, e => AskAll(catalog, e)),
            ("parse and detect, an event without a finding", one, e => catalog.Detect(e)),
        ];
        // Until the code is compiled with all optimizations.
        foreach (var (_, events, judge) in rows) _ = Measure(events, judge, s_round * 2);
        var measured = rows.Select(static _ => new List<(double PerSecond, double Milliseconds)>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (i, (_, events, judge)) in rows.Index()) measured[i].Add(Measure(events, judge, s_round));
        }

        output.WriteLine(
            $"| In process, one thread, {samples.Length} sample events, medians of {rounds} rounds | events/s | to the first row | "
            + "processor per event, ms |");
        output.WriteLine("|---|---:|---:|---:|");
        var first = Median(measured[0].Select(static m => m.PerSecond));
        foreach (var (i, (what, _, _)) in rows.Index())
        {
            var perSecond = Median(measured[i].Select(static m => m.PerSecond));
            var processor = Median(measured[i].Select(static m => m.Milliseconds));
            output.WriteLine($"| {what} | {perSecond:N0} | {perSecond / first:F2} | {processor:F4} |");
        }
    }

    /// <summary>As if nothing told which detections a call concerns.</summary>
    private static void AskAll(DetectionCatalog catalog, CloudTrailEvent e)
    {
        foreach (var detection in catalog.Detections)
        {
            if (detection.Info.Watches.Any(watch => watch.Matches(e))) _ = detection.Detect(e).ToList();
        }
    }

    private static (double PerSecond, double Milliseconds) Measure(
        ReadOnlyMemory<byte>[] events, Action<CloudTrailEvent> judge, TimeSpan length)
    {
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var (from, processor, count) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime, 0L);
        while (Stopwatch.GetElapsedTime(from) < length)
        {
            foreach (var one in events)
            {
                if (EventParser.Parse(one).Event is { } parsed) judge(parsed);
                count++;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        process.Refresh();
        return (count / seconds, (process.TotalProcessorTime - processor).TotalMilliseconds / count);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
