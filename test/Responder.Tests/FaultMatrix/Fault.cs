namespace Responder.Tests.FaultMatrix;

/// <summary>What happens to one AWS call during a delivery.</summary>
public enum Fault
{
    /// <summary>This call and all later ones of the same name fail: a missing permission does not come back by itself.</summary>
    Refused,

    /// <summary>This call and all later ones of the same name fail for as long as the process lives.</summary>
    Throttled,
    ServerError,

    /// <summary>The client waits in vain for an answer, and the call was not carried out.</summary>
    TimedOut,

    /// <summary>The client waits in vain for an answer, but the call was carried out.</summary>
    TimedOutAfterwards,
    Reset,
    ResetAfterwards,

    /// <summary>The call hangs until the responder gives up because the invocation is about to end.</summary>
    Deadline,
    KilledBefore,
    KilledAfter,
}

/// <summary>What else arrives besides the delivery with the fault.</summary>
public enum Arrivals
{
    OneRedelivery,
    TwoConcurrentDeliveries,
    TwoEventsOnOnePrincipal,
    RedeliveryAfterRelease,

    /// <summary>The fault hits a late copy of the event, after the principal was released; a copy without a fault follows.</summary>
    FaultAfterRelease,

    /// <summary>
    /// As above, but the late copy can read nothing from SSM, so neither the ledger nor the record tells it of the release.
    /// </summary>
    BlindAfterRelease,

    /// <summary>As above, but so late that the call is too old to be contained without the ledger.</summary>
    BlindLongAfterRelease,
}

/// <summary>The nth call of its name in a delivery without faults.</summary>
public sealed record CallPoint(string Service, string Operation, int Nth)
{
    public override string ToString() => $"{Service}:{Operation}#{Nth}";
}
