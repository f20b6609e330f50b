namespace Responder.Tests.FaultMatrix;

/// <summary>
/// Lets one waiting call pass at a time, in an order that a seed decides: calls that run at the same time are carried out in any order,
/// and the order of a case is the same in every run.
/// </summary>
internal sealed class Turnstile(int seed)
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly Random _random = new(seed);

    /// <summary>Continues inside <see cref="Next"/>, so that when that returns, every call that follows from it waits already.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource();
        lock (_lock) _waiting.Add(turn);
        await using var given = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)).ConfigureAwait(false);
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>False: nobody waits.</summary>
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
