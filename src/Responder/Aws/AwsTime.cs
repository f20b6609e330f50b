using System.Globalization;
using Amazon.Runtime;

namespace Responder.Aws;

/// <summary>
/// The time as AWS has it. What CloudTrail timed can be compared only with AWS's own clock, so the clock of this machine is corrected by
/// what the answers' Date headers show; they have whole seconds.
/// </summary>
public sealed class AwsTime(TimeProvider time)
{
    /// <summary>Smaller differences are the way of the answer.</summary>
    private static readonly TimeSpan s_noticed = TimeSpan.FromSeconds(2);

    /// <summary>AWS refuses requests whose time is further off: such a header is not AWS's clock.</summary>
    private static readonly TimeSpan s_possible = TimeSpan.FromMinutes(15);

    private long _ahead; // ticks that AWS is ahead of this machine

    public DateTimeOffset Now => time.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    /// <summary>Learns from every answer of the client.</summary>
    public void Follow(AmazonServiceClient client) => client.AfterResponseEvent += (_, answer) =>
    {
        if (answer is WebServiceResponseEventArgs { ResponseHeaders: { } headers }
            && headers.FirstOrDefault(static h => h.Key.Equals("Date", StringComparison.OrdinalIgnoreCase)).Value is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            Learn(date);
    };

    private void Learn(DateTimeOffset date)
    {
        var ahead = date - time.GetUtcNow();
        if (ahead.Duration() > s_possible) return;
        Interlocked.Exchange(ref _ahead, ahead.Duration() < s_noticed ? 0 : ahead.Ticks);
    }
}
