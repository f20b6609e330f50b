using System.Collections.Concurrent;
using System.Globalization;
using Amazon.SimpleSystemsManagement;
using Responder.Aws;
using Responder.Facts;

namespace Responder.Records;

/// <summary>
/// Counters per clock hour, each kept as the version of a parameter: PutParameter returns it, so counting takes one call and is exact
/// across all processes.
/// </summary>
internal sealed class HourlyCount(IAmazonSimpleSystemsManagement ssm, string value)
{
    /// <summary>What this process has counted, so that a redelivery is not counted again.</summary>
    private readonly ConcurrentDictionary<(string Name, string Key), int> _counted = new();

    private string _hour = "";

    /// <summary>Counts once and returns the total, including this one.</summary>
    /// <param name="name">The parameter that counts.</param>
    /// <param name="key">What is counted; the same key counts once.</param>
    /// <param name="limit">Beyond it the exact number no longer matters.</param>
    /// <param name="atLeast">What is known from elsewhere, for a store that takes no new parameter; this one included.</param>
    public async Task<Read<int?>> CountAsync(
        string name, string key, int limit, int atLeast, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hour = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);
        if (Interlocked.Exchange(ref _hour, hour) != hour) _counted.Clear();
        if (_counted.TryGetValue((name, key), out var before)) return Read<int?>.Of(before);

        // Used up: nobody may give it back within the hour, and a flood need not be counted.
        var known = _counted.Where(c => c.Key.Name == name).Select(static c => c.Value).ToArray();
        if (known.DefaultIfEmpty().Max() is var most && most > limit) return Read<int?>.Of(most);

        var local = known.Length + 1;
        try
        {
            var answer = await ssm.PutParameterAsync(StandardParameter.Put(name, value), cancellationToken).ConfigureAwait(false);
            var used = (int)Math.Clamp(answer.Version ?? local, 1, int.MaxValue);
            _counted[(name, key)] = used;
            return Read<int?>.Of(used);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            // Unreadable: what this process has counted, and what the pages of all processes tell, bound what it may do.
            local = Math.Max(local, atLeast);
            _counted[(name, key)] = local;
            return Read<int?>.Of(local);
        }
    }
}
