using Responder.Decisions;
using Responder.Vocabulary;

namespace Responder.Reporting;

/// <summary>
/// The structured log. It is evidence: everything that SSM or SNS might lose is here, under its incident id. One JSON object per line.
/// </summary>
public interface IResponderLog
{
    /// <summary>Findings and decision of an event, also when nobody is told.</summary>
    void Decided(Decision decision);

    /// <summary>Prior state of a principal, before anything is changed: the last resort of a release.</summary>
    void PriorState(Decision decision, PriorState prior);

    /// <summary>What was done, sent and written.</summary>
    void Responded(Response response);
}

/// <summary>Writes nothing: for replays and backtests, whose output says it all.</summary>
public sealed class NoLog : IResponderLog
{
    public void Decided(Decision decision)
    {
    }

    public void PriorState(Decision decision, PriorState prior)
    {
    }

    public void Responded(Response response)
    {
    }
}
