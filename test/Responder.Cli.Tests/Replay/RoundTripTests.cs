using System.Diagnostics;
using Responder.Cli.Replay;
using Responder.LocalAws;

namespace Responder.Cli.Tests.Replay;

public sealed class RoundTripTests
{
    [Fact]
    public void Calls_under_way_together_are_one_round_trip()
    {
        var trips = RoundTrip.Of([Call("a", 0, 10), Call("b", 2, 30), Call("c", 12, 20), Call("d", 31, 40), Call("e", 33, 50)]);
        Assert.Equal(["a b", "c", "d e"], trips.Select(static t => string.Join(' ', t.Calls.Select(static c => c.Operation))));
        Assert.Equal((0, 30), (trips[0].Begin.TotalMilliseconds, trips[0].End.TotalMilliseconds));
    }

    [Fact]
    public void No_calls_are_no_round_trips() => Assert.Empty(RoundTrip.Of([]));

    private static Call Call(string operation, int start, int end)
    {
        var tick = Stopwatch.Frequency / 1000;
        return new Call(
            1, "iam", operation, new Dictionary<string, string>(), "", Samples.Account, "", DateTimeOffset.UnixEpoch, start * tick)
        {
            EndTicks = end * tick,
            Status = 200,
        };
    }
}
