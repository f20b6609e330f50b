using Responder.Reporting;

namespace Responder;

/// <summary>What each step may take, so that none of them costs another one its turn.</summary>
internal sealed class Deadlines(TimeProvider time)
{
    /// <summary>Before the platform ends an invocation, running calls are cancelled this early: the time belongs to the page.</summary>
    private static readonly TimeSpan s_timeToPage = TimeSpan.FromSeconds(3);

    /// <summary>What incident records and ledgers may take beside the containment; they never delay it or the page by more.</summary>
    private static readonly TimeSpan s_storeTime = TimeSpan.FromSeconds(2);

    /// <summary>What reading back, and doing again what was taken back, may take in all.</summary>
    private static readonly TimeSpan s_readBackTime = TimeSpan.FromSeconds(3);

    /// <summary>Until it is time to page; without a limit when the platform sets none.</summary>
    public Deadline ToAct(Invocation invocation, CancellationToken cancellationToken) => new(
        invocation.Remaining switch
        {
            null => new CancellationTokenSource(),
            { } remaining => new CancellationTokenSource(remaining > s_timeToPage ? remaining - s_timeToPage : TimeSpan.Zero, time),
        },
        cancellationToken);

    public Deadline ToStore(CancellationToken cancellationToken) => new(new CancellationTokenSource(s_storeTime, time), cancellationToken);

    public Deadline ToReadBack(CancellationToken cancellationToken) =>
        new(new CancellationTokenSource(s_readBackTime, time), cancellationToken);
}

/// <summary>Ends when its own time is up, or when whoever called gives up.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _own;
    private readonly CancellationTokenSource _both;

    /// <param name="own">Its own time; ended with it.</param>
    public Deadline(CancellationTokenSource own, CancellationToken callers)
    {
        _own = own;
        _both = CancellationTokenSource.CreateLinkedTokenSource(own.Token, callers);
    }

    public CancellationToken Token => _both.Token;

    public void Dispose()
    {
        _both.Dispose();
        _own.Dispose();
    }
}
