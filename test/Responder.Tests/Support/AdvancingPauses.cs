using Responder.Aws;

namespace Responder.Tests.Support;

/// <summary>Pauses that take no time on the machine: the clock is advanced by them, and whatever is due by then happens.</summary>
internal sealed class AdvancingPauses(FakeTimeProvider clock) : Pauses(clock)
{
    public override Task ForAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        clock.Advance(span);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }
}
