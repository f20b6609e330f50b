using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;

namespace Responder;

/// <summary>
/// What of a ledger and of the notes beside it is believed: what our own roles wrote. Whoever may write parameters could otherwise say of
/// anybody that he was contained, or released until further notice, or bears another name.
/// </summary>
internal sealed class TrustedLedgers(IIncidents incidents, ResponderOptions options)
{
    private readonly string _plan = new ParameterNames(options.ParameterRoot).Plan;

    /// <summary>Without configuration there is nothing to compare the writers with, as where a developer tries the responder.</summary>
    private bool IsConfigured => options.ResponderRoleArns.Count > 0;

    /// <summary>
    /// The book without what somebody else wrote, and why something is missing; beside it the book with all entries, whose writers
    /// <see cref="Releases"/> judges by itself. One more round trip where there is a ledger.
    /// </summary>
    public async Task<(LedgerBook? Book, LedgerBook? ForReleases, IReadOnlyList<string> Notes)> OfAsync(
        LedgerBook? book, CancellationToken cancellationToken)
    {
        if (!IsConfigured || book is null) return (book, book, []);
        IReadOnlyList<string> names = book.HasPlan ? [.. book.Names, _plan] : book.Names;
        if (names.Count == 0) return (book, book, []);
        var read = await incidents.WritersAsync(names, cancellationToken).ConfigureAwait(false);
        if (read.Value is not { } writers) return (book, book, [$"who wrote the ledger could not be read: {read.Failure}"]);
        var foreign = writers.Where(w => w.By is not null && !IsOurs(w)).ToArray();
        if (foreign.Length == 0) return (book, book, []);
        var keepsPlan = !Array.Exists(foreign, w => w.Name == _plan);
        return (
            book.Without(foreign.Select(static w => w.Name).ToHashSet(StringComparer.Ordinal), keepsPlan),
            book.Without(foreign.Select(static w => w.Name).Where(LedgerBook.IsRelease).ToHashSet(StringComparer.Ordinal), keepsPlan),
            [.. foreign.Select(static w => $"{PlainText.OneLine(w.Name, 400)} was written by {PlainText.OneLine(w.By, 300)}, which is not "
                + "the responder: it does not count")]);
    }

    /// <summary>Whether a note is of one of our functions; true also where that cannot be read.</summary>
    /// <param name="name">The full name of its parameter.</param>
    public async Task<bool> IsOursAsync(string name, CancellationToken cancellationToken) => !IsConfigured
        || (await incidents.WritersAsync([name], cancellationToken).ConfigureAwait(false)).Value is not [{ By: not null } writer]
        || writer.IsOneOf(options.ResponderRoleArns);

    /// <summary>Whether all of these entries are ours.</summary>
    /// <param name="names">Full names of parameters.</param>
    public async Task<bool> AreOursAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => !IsConfigured
        || names.Count == 0
        || (await incidents.WritersAsync(names, cancellationToken).ConfigureAwait(false)).Value is not { } writers
        || writers.All(w => w.By is null || IsOurs(w));

    private bool IsOurs(LedgerWriter writer) => LedgerBook.IsRelease(writer.Name) || writer.Name == _plan
        ? options.ReleaseRoleArn is not { } release || writer.IsOneOf([release])
        : writer.IsOneOf(options.ResponderRoleArns) || (options.OperatorRoleArn is { } byHand && writer.IsOneOf([byHand]));
}
