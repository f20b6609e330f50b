using System.Diagnostics;
using Responder.LocalAws;

namespace Responder.Cli.Replay;

/// <summary>Calls that were in progress at the same time.</summary>
/// <param name="Begin">Time since the first of all calls.</param>
internal sealed record RoundTrip(int Number, TimeSpan Begin, TimeSpan End, IReadOnlyList<Call> Calls)
{
    /// <summary>
    /// Groups calls by round trip. The number of a call's round trip is one more than the length of the longest chain of calls that had
    /// ended when it began, so there are as many round trips as the longest chain has calls.
    /// </summary>
    public static IReadOnlyList<RoundTrip> Of(IReadOnlyList<Call> calls)
    {
        if (calls.Count == 0) return [];
        var start = calls.Min(static c => c.StartTicks);
        var placed = new List<(Call Call, int Trip)>();
        foreach (var call in calls.OrderBy(static c => c.StartTicks))
        {
            var before = placed.Where(p => p.Call.EndTicks <= call.StartTicks).Select(static p => p.Trip).DefaultIfEmpty(0).Max();
            placed.Add((call, before + 1));
        }

        return
        [
            .. placed.GroupBy(static p => p.Trip).OrderBy(static g => g.Key).Select(trip => new RoundTrip(
                trip.Key,
                Stopwatch.GetElapsedTime(start, trip.Min(static p => p.Call.StartTicks)),
                Stopwatch.GetElapsedTime(start, trip.Max(static p => p.Call.EndTicks ?? p.Call.StartTicks)),
                [.. trip.Select(static p => p.Call)])),
        ];
    }
}
