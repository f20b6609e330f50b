namespace Responder.Cli.Replay;

/// <summary>
/// A clock that shows a time soon after the current event, so that last year's events are not stale in a replay and give the same result
/// every time. Timers run on real time.
/// </summary>
internal sealed class ReplayTime : TimeProvider
{
    /// <summary>Roughly the time that EventBridge takes to deliver.</summary>
    private static readonly TimeSpan s_delivery = TimeSpan.FromSeconds(3);

    private DateTimeOffset? _now;

    public override DateTimeOffset GetUtcNow() => _now ?? System.GetUtcNow();

    /// <param name="eventTime">Null: the event does not state its time; the clock then shows the real time.</param>
    public void Follow(DateTimeOffset? eventTime) => _now = eventTime < DateTimeOffset.MaxValue - s_delivery
        ? eventTime + s_delivery
        : null;
}
