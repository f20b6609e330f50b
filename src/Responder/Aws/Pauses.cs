namespace Responder.Aws;

/// <summary>
/// Lets time pass before AWS is asked once more, because IAM's reads lag its writes by some seconds. A test replaces it by a clock that it
/// advances.
/// </summary>
public class Pauses(TimeProvider time)
{
    /// <exception cref="OperationCanceledException">The time for it is up.</exception>
    public virtual Task ForAsync(TimeSpan span, CancellationToken cancellationToken) => Task.Delay(span, time, cancellationToken);
}
