using Microsoft.Extensions.Time.Testing;

namespace Responder.Testing;

/// <summary>
/// The one clock of the tests is <see cref="FakeTimeProvider"/>: it stands still, and timers fire only when a test advances it.
/// </summary>
public static class Clocks
{
    extension(FakeTimeProvider clock)
    {
        /// <summary>What the clock shows. Setting it moves the clock in either direction and fires no timer; Advance does that.</summary>
        public DateTimeOffset Now
        {
            get => clock.GetUtcNow();
            set => clock.AdjustTime(value);
        }
    }
}
