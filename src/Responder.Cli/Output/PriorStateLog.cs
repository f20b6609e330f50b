using Responder.Decisions;
using Responder.Reporting;
using Responder.Vocabulary;

namespace Responder.Cli.Output;

/// <summary>
/// Writes only the line with the prior state, as the function logs it before it acts: if the command is cut off before it has written the
/// ledger, `release --prior-state` reads that line. The rest is what the command shows anyway.
/// </summary>
internal sealed class PriorStateLog(TextWriter lines, TimeProvider time) : IResponderLog
{
    private readonly JsonLog _log = new(lines, time, "by-hand");

    public void Decided(Decision decision)
    {
    }

    public void PriorState(Decision decision, PriorState prior) => _log.PriorState(decision, prior);

    public void Responded(Response response)
    {
    }
}
