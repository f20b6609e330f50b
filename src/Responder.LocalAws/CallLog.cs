using Responder.LocalAws.State;

namespace Responder.LocalAws;

/// <summary>One call that reached the endpoint.</summary>
/// <param name="Sequence">1 for the first call; the order of arrival.</param>
/// <param name="Service">Name in the credential scope (<c>iam</c>, <c>ssm</c>, <c>sns</c>, <c>sts</c>, <c>cloudtrail</c>); of an unsigned
/// request, the service that it names; empty if it names none.</param>
/// <param name="Operation">API name; empty if the request named none.</param>
/// <param name="Parameters">Query parameters by their wire names (<c>UserName</c>, <c>Tags.member.1.Key</c>); the body of a JSON request is
/// flattened in the same way.</param>
/// <param name="AccessKey">Access key id of the signature, empty if unsigned.</param>
/// <param name="Account">Account the access key belongs to.</param>
/// <param name="RequestId">As returned in <c>x-amzn-RequestId</c>.</param>
/// <param name="StartedAt">World time of arrival (UTC).</param>
/// <param name="StartTicks"><see cref="System.Diagnostics.Stopwatch"/> ticks of arrival.</param>
public sealed record Call(
    int Sequence,
    string Service,
    string Operation,
    IReadOnlyDictionary<string, string> Parameters,
    string AccessKey,
    string Account,
    string RequestId,
    DateTimeOffset StartedAt,
    long StartTicks)
{
    /// <summary>World time at which the answer was ready; null while the call runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Stopwatch ticks at which the answer was ready; null while the call runs.</summary>
    public long? EndTicks { get; init; }

    /// <summary>HTTP status answered; null while running or when the connection was cut.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Error code on the wire, or <c>ConnectionReset</c>, <c>Hang</c> or <c>ClientGone</c> for a call that was never answered; null on
    /// success.
    /// </summary>
    public string? ErrorCode { get; init; }

    /// <summary>True once the call was answered with success.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>True if both calls were in progress at the same moment; a call that still runs has no end.</summary>
    public bool Overlaps(Call other) =>
        StartTicks < (other.EndTicks ?? long.MaxValue) && other.StartTicks < (EndTicks ?? long.MaxValue);

    public override string ToString() =>
        $"{Sequence} {Service}:{Operation} {ErrorCode ?? Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "running"}";
}

/// <summary>Every call, in order of arrival. Thread-safe; what it hands out are copies.</summary>
public sealed class CallLog
{
    private readonly Lock _gate = new();
    private readonly List<Call> _calls = [];
    private int _sequence;

    /// <summary>All calls since the start or the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<Call> All
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Calls of one service; <paramref name="operation"/> may hold <c>*</c>.</summary>
    public IReadOnlyList<Call> Of(string service, string operation = "*") =>
        [.. All.Where(call => Glob.Matches(service, call.Service) && Glob.Matches(operation, call.Operation))];

    /// <summary>Forgets the calls; the sequence goes on.</summary>
    public void Clear()
    {
        lock (_gate)
            _calls.Clear();
    }

    /// <summary>Sequential round trips: the longest chain of calls each of which began after the one before it had ended.</summary>
    public int SequentialRoundTrips()
    {
        var trips = 0;
        var end = long.MinValue;
        foreach (var call in All.OrderBy(call => call.EndTicks ?? long.MaxValue))
        {
            if (call.StartTicks < end)
                continue;
            trips++;
            end = call.EndTicks ?? long.MaxValue;
        }

        return trips;
    }

    internal Call Begin(Func<int, Call> create)
    {
        lock (_gate)
        {
            var call = create(++_sequence);
            _calls.Add(call);
            return call;
        }
    }

    internal void End(Call call)
    {
        lock (_gate)
        {
            // Not found if the log was cleared in between; then nobody asks for the call any more.
            var index = _calls.FindLastIndex(candidate => candidate.Sequence == call.Sequence);
            if (index >= 0)
                _calls[index] = call;
        }
    }
}
