namespace Responder.Cli.Replay;

/// <summary>
/// A clock that shows a moment soon after the event at hand, so that a replay of last year's events is no stale one and says the same
/// every time. Timers run on real time.
/// </summary>
internal sealed class ReplayTime : TimeProvider
{
    /// <summary>Roughly what EventBridge takes to deliver.</summary>
    private static readonly TimeSpan s_delivery = TimeSpan.FromSeconds(3);

    private DateTimeOffset? _now;

    public override DateTimeOffset GetUtcNow() => _now ?? System.GetUtcNow();

    /// <param name="eventTime">Null: the event does not tell; then it is now.</param>
    public void Follow(DateTimeOffset? eventTime) => _now = eventTime < DateTimeOffset.MaxValue - s_delivery
        ? eventTime + s_delivery
        : null;
}
