using Microsoft.Extensions.Time.Testing;

namespace Responder.Testing;

/// <summary>
/// Extends <see cref="FakeTimeProvider"/>, the only clock of the tests: it stands still, and its timers fire only when a test advances it.
/// </summary>
public static class Clocks
{
    extension(FakeTimeProvider clock)
    {
        /// <summary>The time of the clock. Setting it moves the clock forward or back and fires no timer; Advance fires them.</summary>
        public DateTimeOffset Now
        {
            get => clock.GetUtcNow();
            set => clock.AdjustTime(value);
        }
    }
}
