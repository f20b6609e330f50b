using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The target is in another account: a copy of that account's event names "user bob", but our bob is somebody else. An account that nobody
/// names is not ours either. Ours are the account that the responder runs in and those that have a containment role for it
/// (MEMBER_ACCOUNT_IDS), each for its own events only.
/// </summary>
internal sealed class OwnAccountGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.OwnAccount;

    public string Sentence => "target is in another account";

    public bool Refuses(Candidate candidate)
    {
        var (account, own) = (candidate.Event.AccountId, candidate.OwnAccountId ?? candidate.Event.AccountId);
        return account is null || !string.Equals(candidate.Target.AccountId, account, StringComparison.Ordinal)
            || (!string.Equals(account, own, StringComparison.Ordinal) && !candidate.Options.MemberAccountIds.Contains(account));
    }
}
