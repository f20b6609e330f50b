using Responder.Containment;
using Responder.Facts;
using Responder.LocalAws.State;
using Responder.Records;

namespace Responder.Tests.Support;

/// <summary>Reads ledgers out of the world, as a later delivery or a release finds them.</summary>
internal static class Ledgers
{
    /// <summary>What the ledger at this path says, of the principal with this id or of the last one; null: nobody was contained.</summary>
    public static LedgerState? LedgerOf(this Account account, string path, string? id = null, ActionCatalog? actions = null) =>
        LedgerBook.Read(path, account.Parameters.Values.SelectMany(static region => region)
            .ToDictionary(static p => p.Key, static p => p.Value.Value, StringComparer.Ordinal), actions).Of(id);
}
