using System.Text.Json;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Core;
using Responder.Reporting;
using Responder.Retention;

namespace Responder.Lambda;

/// <summary>
/// The handler of the retention function: whatever the schedule sends, it runs one sweep, as far as its time allows. What AWS throttles or
/// the time cuts off is left to the next run; what AWS refuses fails the invocation, so that the alarm on errors reports it.
/// </summary>
internal sealed class RetentionFunction(RecordSweep sweep, HostLog log, TextWriter output, TimeProvider time) : IHandler
{
    public const string Name = "retention";

    /// <summary>The time kept back for the call that is running when the time is up, and for the log.</summary>
    private static readonly TimeSpan s_timeToEnd = TimeSpan.FromSeconds(5);

    /// <exception cref="IncompleteResponseException">AWS refused a call.</exception>
    public async Task<JsonElement> HandleAsync(CloudWatchEvent<JsonElement> input, ILambdaContext context)
    {
        try
        {
            using var deadline = new CancellationTokenSource();
            var left = context.RemainingTime;
            if (left > s_timeToEnd) deadline.CancelAfter(left - s_timeToEnd);
            else if (left > TimeSpan.Zero) await deadline.CancelAsync().ConfigureAwait(false); // at once: a timer of no time may come late
            var result = await sweep.SweepAsync(deadline.Token).ConfigureAwait(false);
            log.Swept(result);
            output.WriteLine(EmbeddedMetrics.Line(Name, time.GetUtcNow(),
            [
                ("Parameters", "Count", result.Parameters), ("Deleted", "Count", result.Deleted.Count),
                ("Unreadable", "Count", result.Unreadable.Count),
                ("Incomplete", "Count", result.Complete ? 0 : 1),
            ]));
            if (result.Failures.Count > 0) throw new IncompleteResponseException(result.Failures);
            return Function.Line(result.ToJson());
        }
        catch (Exception e)
        {
            log.Failed(context.AwsRequestId, e);
            throw;
        }
    }
}
