namespace Responder.Vocabulary;

/// <summary>A rename that must not be lost, because events before it name the principal by the old name.</summary>
/// <param name="From">The principal under the old name.</param>
/// <param name="LedgerFollows">True when the ledger of the old name is of the same unique id and open.</param>
public sealed record Rename(Principal From, bool LedgerFollows);
