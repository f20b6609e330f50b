using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;

namespace Responder;

/// <summary>
/// What of a ledger and of the notes beside it is believed: what our own roles wrote. Whoever may write parameters could otherwise say of
/// anybody that he was contained, or released until further notice, or bears another name.
/// </summary>
public sealed class TrustedLedgers(IIncidents incidents, ResponderOptions options)
{
    private readonly string _plan = new ParameterNames(options.ParameterRoot).Plan;

    /// <summary>Without configuration there is nothing to compare the writers with, as where a developer tries the responder.</summary>
    private bool IsConfigured => options.ResponderRoleArns.Count > 0;

    /// <summary>
    /// The book without what somebody else wrote, whether the note of a rename counts, and why something does not; beside it the book with
    /// all entries, whose writers <see cref="Releases"/> judges by itself. One more round trip where there is a ledger or a note.
    /// </summary>
    /// <param name="note">The full name of the note of a rename; null: there is none.</param>
    public async Task<(LedgerBook? Book, LedgerBook? ForReleases, bool IsNoteOurs, IReadOnlyList<string> Notes)> OfAsync(
        LedgerBook? book, string? note, CancellationToken cancellationToken)
    {
        string[] names = [
            .. book?.Names ?? [], .. book is { HasPlan: true } ? (string[])[_plan] : [], .. note is null ? (string[])[] : [note]];
        var (foreign, failure) = await ForeignAsync(names, cancellationToken).ConfigureAwait(false);
        if (failure is not null) return (book, book, true, [$"who wrote the ledger and the notes beside it could not be read: {failure}"]);
        if (foreign.Count == 0) return (book, book, true, []);
        // What we wrote there before still counts: rewriting it must not end a quarantine, nor open one that was ended.
        var texts = foreign.ToDictionary(static w => w.Name, OurTextOf, StringComparer.Ordinal);
        var releases = texts.Where(static t => LedgerBook.IsRelease(t.Key)).ToDictionary(StringComparer.Ordinal);
        return (
            book?.With(texts, !texts.ContainsKey(_plan)), book?.With(releases, !texts.ContainsKey(_plan)),
            note is null || !texts.ContainsKey(note),
            [.. foreign.Select(w => $"{PlainText.OneLine(w.Name, 400)} was written by {PlainText.OneLine(w.By, 300)}, which is not "
                + "the responder: " + (texts[w.Name] is null ? "it does not count" : "what the responder wrote there before counts"))]);
    }

    /// <summary>What our own roles wrote there last; null: nothing that Parameter Store still keeps.</summary>
    private string? OurTextOf(LedgerWriter writer) => writer.All.OrderByDescending(static v => v.Version)
        .FirstOrDefault(v => v.By is not null && IsOurs(writer with { By = v.By }))?.Text;

    /// <summary>Who may write which parameter of a ledger; null without configuration.</summary>
    public static Func<LedgerWriter, bool>? Rule(ResponderOptions options) => options.ResponderRoleArns.Count == 0
        ? null
        : writer => IsOurs(writer, options, new ParameterNames(options.ParameterRoot).Plan);

    /// <summary>Which of these parameters somebody else wrote; none where that cannot be read, which is then said.</summary>
    /// <param name="names">Full names.</param>
    public async Task<(IReadOnlyList<LedgerWriter> Foreign, string? Failure)> ForeignAsync(
        IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (!IsConfigured || names.Count == 0) return ([], null);
        var read = await incidents.WritersAsync(names, cancellationToken).ConfigureAwait(false);
        return read.Value is { } writers ? ([.. writers.Where(w => w.By is not null && !IsOurs(w))], null) : ([], read.Failure);
    }

    /// <summary>
    /// Releases are written by the release role, notes by the functions, entries by these and by whoever contains by hand.
    /// </summary>
    private static bool IsOurs(LedgerWriter writer, ResponderOptions options, string plan) =>
        LedgerBook.IsRelease(writer.Name) || writer.Name == plan
            ? options.ReleaseRoleArn is not { } release || writer.IsOneOf([release])
            : writer.IsOneOf(options.ResponderRoleArns)
                || (options.OperatorRoleArn is { } byHand && !ParameterNames.IsNote(writer.Name) && writer.IsOneOf([byHand]));

    private bool IsOurs(LedgerWriter writer) => IsOurs(writer, options, _plan);
}
