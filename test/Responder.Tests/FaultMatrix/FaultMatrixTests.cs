using System.Collections.Concurrent;
using System.Diagnostics;

namespace Responder.Tests.FaultMatrix;

/// <summary>
/// Makes every AWS call on every path of containment fail in every way, together with whatever else may arrive. A delivery without faults
/// shows which calls are on a path. There is no network and no waiting: clients call the world in this process, SDK retries are off, time
/// is moved by hand, and a killed process is an object graph that gets no more answers.
/// </summary>
public sealed class FaultMatrixTests
{
    [Fact]
    public async Task Whatever_fails_the_principal_is_contained_somebody_is_paged_and_the_state_before_can_be_restored()
    {
        var started = Stopwatch.GetTimestamp();
        var cases = new List<(ContainmentPath Path, CallPoint Call, Fault Fault, Arrivals Arrivals)>();
        var expected = 0;
        var output = TestContext.Current.TestOutputHelper;
        foreach (var path in ContainmentPath.All)
        {
            foreach (var arrivals in Enum.GetValues<Arrivals>())
            {
                // A request of a person is not delivered again.
                if (path.Event is null && arrivals > Arrivals.RedeliveryAfterRelease) continue;
                var calls = await MatrixCase.CallsOfAsync(path, arrivals);
                if (arrivals is Arrivals.OneRedelivery) Assert.Contains(calls, static c => c.Operation == "Publish");
                if (arrivals is Arrivals.OneRedelivery or > Arrivals.RedeliveryAfterRelease)
                    output?.WriteLine($"{path}, {arrivals}: {calls.Count} calls: {string.Join(", ", calls)}");
                expected += calls.Count * Enum.GetValues<Fault>().Length;
                cases.AddRange(from call in calls from fault in Enum.GetValues<Fault>() select (path, call, fault, arrivals));
            }
        }

        var broken = new ConcurrentBag<string>();
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var played = 0;
        await Parallel.ForEachAsync(cases, new ParallelOptions
        {
            MaxDegreeOfParallelism = 2,
            CancellationToken = TestContext.Current.CancellationToken,
        }, async (c, _) =>
        {
            foreach (var line in await MatrixCase.PlayAsync(
                c.Path, c.Call, c.Fault, c.Arrivals, what => counts.AddOrUpdate(what, 1, static (_, n) => n + 1))) broken.Add(line);
            Interlocked.Increment(ref played);
        });

        output?.WriteLine($"{played} cases in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s; "
            + $"{string.Join(", ", counts.OrderBy(static c => c.Key, StringComparer.Ordinal).Select(static c => $"{c.Key}: {c.Value}"))}");
        Assert.Equal(expected, played);
        Assert.True(
            broken.IsEmpty, $"{broken.Count} broken invariants:\n{string.Join('\n', broken.Order(StringComparer.Ordinal).Take(60))}");
        Assert.True(counts["hit"] > played * 9 / 10, "faults that never hit prove nothing");
    }
}
