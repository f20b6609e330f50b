using System.Diagnostics;
using System.Text.Json.Nodes;
using Responder.LocalAws;

namespace Responder.Bench;

/// <summary>One process and its first event. Times are in ms from the start of the process.</summary>
/// <param name="Contained">NaN for an echo and for a quiet event.</param>
internal readonly record struct Cold(double Next, double Contained, double Response, double Processor, double Megabytes, double Assemblies)
{
    public static async Task<Cold> MeasureAsync(Subject subject, TimeSpan latency, JsonNode sample, bool quiet = false)
    {
        await using var site = await Site.PrepareAsync(subject, latency);
        var (_, to) = await site.InvokeAsync(site.Event(sample, quiet), quiet);
        var function = site.Function;
        return new Cold(
            Since(await site.Runtime.FirstNext), subject.IsEcho || quiet ? double.NaN : Since(site.ContainedTicks), Since(to),
            function.ProcessorTime.TotalMilliseconds, function.PeakMegabytes, function.Assemblies);

        double Since(long ticks) => Stopwatch.GetElapsedTime(function.StartTicks, ticks).TotalMilliseconds;
    }
}

/// <summary>What one function does once it is warm.</summary>
/// <param name="Contained">Sequential round trips until the policy is detached and the boundary is set.</param>
/// <param name="Finished">Sequential round trips of the whole incident.</param>
/// <param name="Incidents">Duration of each incident, in ms from sending the event to the response.</param>
internal sealed record Warm(
    int Contained, int Finished, int Calls, IReadOnlyList<double> Incidents, double ProcessorPerIncident, double ProcessorPerQuiet)
{
    public const int Events = 300;

    private const int WarmUp = 200;

    /// <summary>Measures every subject except the echoes; the runs of the subjects are interleaved.</summary>
    public static async Task<Dictionary<Subject, Warm>> MeasureAsync(
        IReadOnlyList<Subject> subjects, int runs, TimeSpan latency, JsonNode sample)
    {
        var sites = new List<(Subject Subject, Site Site)>();
        try
        {
            foreach (var subject in subjects.Where(static s => !s.IsEcho))
            {
                var site = await Site.PrepareAsync(subject, TimeSpan.Zero);
                sites.Add((subject, site));
                site.Start();
                Console.Error.WriteLine($"warm: {subject.Title}");
                for (var i = 0; i < WarmUp; i++)
                {
                    await site.InvokeAsync(site.Event(sample));
                    await site.InvokeAsync(site.Event(sample, quiet: true), quiet: true);
                }
            }

            var results = new Dictionary<Subject, Warm>();
            foreach (var (subject, site) in sites)
                results[subject] = new Warm(
                    0, 0, 0, [], await ProcessorAsync(site, sample, quiet: false), await ProcessorAsync(site, sample, quiet: true));

            var incidents = sites.ToDictionary(static s => s.Subject, static _ => new List<double>());
            for (var run = 0; run < runs; run++)
            {
                foreach (var (subject, site) in sites)
                {
                    site.Endpoint.Faults.Latency = latency;
                    site.Endpoint.Calls.Clear();
                    var (from, to) = await site.InvokeAsync(site.Event(sample));
                    incidents[subject].Add(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);
                }
            }

            foreach (var (subject, site) in sites)
            {
                var calls = site.Endpoint.Calls;
                results[subject] = results[subject] with
                {
                    Contained = RoundTrips(calls.All.Where(c => c.EndTicks <= site.ContainedTicks)),
                    Finished = calls.SequentialRoundTrips(),
                    Calls = calls.All.Count,
                    Incidents = incidents[subject],
                };
            }

            return results;
        }
        finally
        {
            foreach (var (_, site) in sites) await site.DisposeAsync();
        }
    }

    private static async Task<double> ProcessorAsync(Site site, JsonNode sample, bool quiet)
    {
        var before = site.Function.ProcessorTime;
        for (var i = 0; i < Events; i++) await site.InvokeAsync(site.Event(sample, quiet), quiet);
        return (site.Function.ProcessorTime - before).TotalMilliseconds / Events;
    }

    /// <summary>The longest chain of calls in which each call began after the previous one had ended.</summary>
    private static int RoundTrips(IEnumerable<Call> calls)
    {
        var (trips, end) = (0, long.MinValue);
        foreach (var call in calls.OrderBy(static c => c.EndTicks))
        {
            if (call.StartTicks < end) continue;
            trips++;
            end = call.EndTicks!.Value;
        }

        return trips;
    }
}
