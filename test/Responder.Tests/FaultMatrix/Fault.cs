namespace Responder.Tests.FaultMatrix;

/// <summary>What happens to one AWS call of a delivery.</summary>
public enum Fault
{
    /// <summary>This call and all later ones of its name: a permission that is missing does not come back by itself.</summary>
    Refused,

    /// <summary>This call and all later ones of its name, as long as the process lives.</summary>
    Throttled,
    ServerError,

    /// <summary>No answer for as long as the client waits; nothing was carried out.</summary>
    TimedOut,

    /// <summary>No answer for as long as the client waits; the call was carried out.</summary>
    TimedOutAfterwards,
    Reset,
    ResetAfterwards,

    /// <summary>The call hangs until the responder gives up because the invocation is about to end.</summary>
    Deadline,
    KilledBefore,
    KilledAfter,
}

/// <summary>What else arrives beside the delivery with the fault.</summary>
public enum Arrivals
{
    OneRedelivery,
    TwoConcurrentDeliveries,
    TwoEventsOnOnePrincipal,
    RedeliveryAfterRelease,

    /// <summary>The fault strikes a late copy of the event, after the principal was released; a healthy copy follows.</summary>
    FaultAfterRelease,

    /// <summary>The same, and the late copy can read nothing from SSM: neither ledger nor record tells it of the release.</summary>
    BlindAfterRelease,

    /// <summary>The same so late that the call is older than one which is contained blindly.</summary>
    BlindLongAfterRelease,
}

/// <summary>The n-th call of its name in a healthy delivery.</summary>
public sealed record CallPoint(string Service, string Operation, int Nth)
{
    public override string ToString() => $"{Service}:{Operation}#{Nth}";
}
