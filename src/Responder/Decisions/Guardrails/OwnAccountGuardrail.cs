namespace Responder.Decisions.Guardrails;

/// <summary>
/// The target is in another account: a copy of an event names "user bob" there, and our bob is somebody else. An account that nobody
/// names is not ours either.
/// </summary>
public sealed class OwnAccountGuardrail : IGuardrail
{
    public string Name => "target is in another account";

    public bool Refuses(Candidate candidate)
    {
        var own = candidate.OwnAccountId ?? candidate.Event.AccountId;
        return own is null || !string.Equals(candidate.Target.AccountId, own, StringComparison.Ordinal)
            || !string.Equals(candidate.Event.AccountId, own, StringComparison.Ordinal);
    }
}
