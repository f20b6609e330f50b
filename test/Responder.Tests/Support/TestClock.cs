namespace Responder.Tests.Support;

/// <summary>A clock that stands still until it is told to go on. Timers run in real time.</summary>
public sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
