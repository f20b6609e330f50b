using Responder.Reporting;

namespace Responder;

/// <summary>How long each step may take, so that none of them costs another one its turn.</summary>
internal sealed class Deadlines(TimeProvider time)
{
    /// <summary>Running calls are canceled this long before the platform ends an invocation: that time belongs to the page.</summary>
    private static readonly TimeSpan s_timeToPage = TimeSpan.FromSeconds(3);

    /// <summary>How long records and ledgers may take beside the containment; they delay it, or the page, by no more than this.</summary>
    private static readonly TimeSpan s_storeTime = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long it may take in all to read back, and to do again what somebody undid: two pauses of two seconds, and the calls.
    /// </summary>
    private static readonly TimeSpan s_readBackTime = TimeSpan.FromSeconds(10);

    /// <summary>The time until the page is due; without a limit when the platform sets none.</summary>
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

    /// <param name="own">Its own time; disposed of with it.</param>
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
