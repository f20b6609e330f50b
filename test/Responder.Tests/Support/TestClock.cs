namespace Responder.Tests.Support;

/// <summary>
/// A clock that stands still until it is told to go on. Its timers never fire, so that a busy machine is not taken for a slow AWS, unless
/// a test is about them.
/// </summary>
public sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    public bool RealTimers { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, RealTimers ? dueTime : Timeout.InfiniteTimeSpan, period);

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
