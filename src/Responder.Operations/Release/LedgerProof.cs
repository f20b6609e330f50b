using Amazon.SimpleSystemsManagement;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// Whether a ledger can be believed: its path, the principal in it and the record have to agree, and nobody but the responder may have
/// written it. Whoever may write parameters could otherwise have a release free somebody else, or attach more than there was.
/// </summary>
/// <param name="options">Which roles write ledgers.</param>
internal sealed class LedgerProof(IAmazonSimpleSystemsManagement ssm, ParameterNames names, ResponderOptions options)
{
    /// <summary>The same for the record, where its own copy of the state before counts.</summary>
    public async Task<(IReadOnlyList<string> Differences, IReadOnlyList<string> Notes)> OfRecordAsync(
        string name, CancellationToken cancellationToken)
    {
        var read = await LedgerWriters.OfAsync(ssm, [name], cancellationToken).ConfigureAwait(false);
        if (read.Value is not [{ } writer]) return ([$"who wrote the record could not be read: {read.Failure}"], []);
        if (writer.By is null) return ([], [$"Parameter Store does not say who wrote {writer.Name}"]);
        if (options.ResponderRoleArns.Count == 0) return ([], []); // said of the ledger already
        string[] roles = [.. options.ResponderRoleArns, .. ((string?[])[options.OperatorRoleArn, options.ReleaseRoleArn]).OfType<string>()];
        if (writer.IsOneOf(roles)) return ([], []);
        return ([$"{PlainText.OneLine(writer.Name, 400)} was written by {PlainText.OneLine(writer.By, 300)}, which is not the responder"],
            []);
    }

    /// <returns>What does not agree, for which a release has to be forced, and what could not be checked.</returns>
    public async Task<(IReadOnlyList<string> Differences, IReadOnlyList<string> Notes)> OfAsync(
        string path, LedgerState ledger, Principal target, Principal? recorded, CancellationToken cancellationToken)
    {
        var (differences, notes) = (new List<string>(), new List<string>());
        if (names.Ledger(target) != path)
            differences.Add($"the ledger {PlainText.OneLine(path)} names {PlainText.OneLine(target.ToString(), 200)}, whose ledger is "
                + "another one");
        if (recorded is not null && (recorded.Kind, recorded.AccountId) != (target.Kind, target.AccountId))
            differences.Add($"the record names {PlainText.OneLine(recorded.ToString(), 200)} in account "
                + $"{PlainText.Ascii(recorded.AccountId, 12)}, the ledger {PlainText.OneLine(target.ToString(), 200)} in account "
                + PlainText.Ascii(target.AccountId, 12));
        if (ledger.IsIncomplete)
            differences.Add("a part of the ledger is missing, so what is restored may not be all; the function's log has the whole "
                + "(--prior-state)");
        var read = await LedgerWriters.OfAsync(ssm, ledger.Entries, cancellationToken).ConfigureAwait(false);
        if (read.Value is not { } found)
        {
            differences.Add($"who wrote the ledger could not be read: {read.Failure}");
            return (differences, notes);
        }

        foreach (var entry in found)
        {
            if (entry.By is null) notes.Add($"Parameter Store does not say who wrote {entry.Name}");
            else if (options.ResponderRoleArns.Count == 0)
                notes.Add($"{entry.Name} was written by {PlainText.OneLine(entry.By, 300)}; whether that is the "
                + "responder is not known here, since RESPONDER_ROLE_ARNS is not set");
            else if (options.OperatorRoleArn is { } byHand && entry.IsOneOf([byHand]))
                notes.Add($"contained by hand by {PlainText.OneLine(entry.By, 300)}: the responder pages what this release gives back");
            else if (!entry.IsOneOf(options.ResponderRoleArns))
                differences.Add($"{entry.Name} was written by {PlainText.OneLine(entry.By, 300)}, which is not the responder");
            // A ledger of the first release was rewritten by each release.
            if (entry.Versions > 1 && entry.Name != path)
                differences.Add($"{entry.Name} was written {entry.Versions} times; the responder writes an entry once");
        }

        return (differences, notes);
    }
}
