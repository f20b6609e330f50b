using System.Diagnostics;
using Responder.LocalAws;

namespace Responder.Cli.Replay;

/// <summary>Calls that were under way at the same time.</summary>
/// <param name="Begin">Since the first call of all.</param>
internal sealed record RoundTrip(int Number, TimeSpan Begin, TimeSpan End, IReadOnlyList<Call> Calls)
{
    /// <summary>
    /// Calls by the round trip they belong to: one more than the longest chain of calls that had ended when it began. There are as many
    /// round trips as the longest chain has calls.
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
