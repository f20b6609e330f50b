namespace Responder.Tests.FaultMatrix;

/// <summary>
/// Lets one waiting call pass at a time, in an order that depends on a seed. Simultaneous calls are thus carried out in any order, but in
/// the same order in every run of a case.
/// </summary>
internal sealed class Turnstile(int seed)
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly Random _random = new(seed);

    /// <summary>
    /// The caller continues inside <see cref="Next"/>; when that returns, all calls that follow from it are already waiting.
    /// </summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource();
        lock (_lock) _waiting.Add(turn);
        await using var given = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)).ConfigureAwait(false);
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>False if no call is waiting.</summary>
    public bool Next()
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_waiting.Count == 0) return false;
            var index = _random.Next(_waiting.Count);
            turn = _waiting[index];
            _waiting.RemoveAt(index);
        }

        turn.TrySetResult();
        return true;
    }
}
