using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// What keeps a page or a containment back is believed only if our own roles wrote it: a finished record, what was told in this hour, a
/// used-up budget. Whoever may write parameters could otherwise silence the pages about himself. It is asked only where something is about
/// to be kept back, which costs one more round trip then.
/// </summary>
internal sealed class TrustedSilence(IIncidents incidents, ResponderOptions options, ActionCatalog actions)
{
    private static readonly Severity[] s_severities = [Severity.Low, Severity.Medium, Severity.High, Severity.Critical];

    private readonly ParameterNames _names = new(options.ParameterRoot);

    /// <summary>Whoever may write records: the functions, whoever contains or closes by hand, and releases.</summary>
    private readonly string[] _roles =
        [.. options.ResponderRoleArns, .. ((string?[])[options.OperatorRoleArn, options.ReleaseRoleArn]).OfType<string>()];

    /// <summary>What was read, without what somebody else wrote, and sentences about that.</summary>
    /// <param name="place">The place of the budget that containing would take; null: none.</param>
    public async Task<(IncidentReads Read, IReadOnlyList<string> Notes)> OfAsync(
        IncidentReads read, IncidentNames names, BudgetPlace? place, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Without configuration there is nothing to compare the writers with, as where a developer tries the responder.
        if (options.ResponderRoleArns.Count == 0) return (read, []);
        var pages = read.PageCounts is { } counts && IsUsedUp(counts, names) ? _names.Pages : null;
        var places = place is not null && options.ContainmentBudgetPerHour is { } most && read is { Budget: { } budget, Mode.Known: true }
            && !budget.Has(place) && !budget.HasRoom(place, most, options.MemberAccountIds.Count > 0) ? _names.Places : null;
        var records = ((string?[])[
            read.Record.Value is null ? null : names.Record, read.SharedRecord.Value is { Complete: true } ? names.SharedRecord : null,
            read.FloodRecord is null ? null : names.FloodRecord, read.FloodIncident is null ? null : names.FloodIncident])
            .OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        string[] asked = [.. records, .. ((string?[])[pages, places]).OfType<string>()];
        if (asked.Length == 0) return (read, []);
        var writers = await incidents.WritersAsync(asked, cancellationToken).ConfigureAwait(false);
        // Who forges and hinders our look must not silence what matters most; what was told before may be told once more then.
        if (writers.Value is not { } found)
            return names.Severity < Severity.Critical ? (read, []) : (read with
            {
                SharedRecord = Read<RecordState>.Of(null),
                FloodRecord = null,
                FloodIncident = null,
                PageCounts = read.PageCounts is null ? null : PageCounts.None(now),
            }, [$"who wrote the counts and records could not be read, so they silence nothing: {writers.Failure}"]);
        string? Foreign(string? name) => name is null ? null : ForeignIn(found.First(w => w.Name == name), name == pages || name == places
            ? text => SaysSomething(text, now)
            : static _ => true);
        var foreign = asked.Select(name => (Name: name, By: Foreign(name))).Where(static f => f.By is not null).ToArray();
        if (foreign.Length == 0) return (read, []);
        IReadOnlyList<WrittenVersion> Versions(string? name) => found.First(w => w.Name == name).All;
        RecordState? OurRecord(string? name) => Versions(name).Where(IsOurs).MaxBy(static v => v.Version) is { } ours
            ? IncidentText.ReadRecord(ours.Text, actions)
            : null;
        bool IsForeign(string? name) => name is not null && Array.Exists(foreign, f => f.Name == name);
        return (read with
        {
            Record = IsForeign(names.Record) ? Read<RecordState>.Of(OurRecord(names.Record)) : read.Record,
            SharedRecord = IsForeign(names.SharedRecord) ? Read<RecordState>.Of(OurRecord(names.SharedRecord)) : read.SharedRecord,
            FloodRecord = IsForeign(names.FloodRecord) ? OurRecord(names.FloodRecord) : read.FloodRecord,
            FloodIncident = IsForeign(names.FloodIncident) ? OurRecord(names.FloodIncident) : read.FloodIncident,
            PageCounts = IsForeign(pages) ? incidents.OwnPageCounts(OursBefore(Versions(pages), now), now) : read.PageCounts,
            Budget = IsForeign(places)
                ? OursAmong(Versions(places), now).Together(incidents.OwnPlaces(now)) with { Version = read.Budget?.Version }
                : read.Budget,
        }, [.. foreign.Select(static f => Sentence(f.Name, f.By!))]);
    }

    /// <summary>The number of put-backs in this hour, unless somebody else counted along.</summary>
    public async Task<(Read<int?> Count, IReadOnlyList<string> Notes)> OfAsync(
        Read<int?> count, Principal? target, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (target is null || options.ResponderRoleArns.Count == 0 || options.PutBacksPerPrincipalAndHour is not { } most
            || !(count.Value > most))
            return (count, []);
        var name = _names.PutBacks(target, now);
        var writers = await incidents.WritersAsync([name], cancellationToken).ConfigureAwait(false);
        return writers.Value is [var writer] && ForeignIn(writer, static _ => true) is { } by
            ? (Read<int?>.Of(writer.All.Count(IsOurs)), [Sentence(name, by)])
            : (count, []);
    }

    /// <summary>What the causes had said in this hour before somebody else wrote it down.</summary>
    private PageCounts OursBefore(IReadOnlyList<WrittenVersion> versions, DateTimeOffset now) => versions
        .OrderBy(static v => v.Version).TakeWhile(v => IsOurs(v) || !SaysSomething(v.Text, now))
        .Select(v => PageCounts.Read(v.Text, now)).LastOrDefault(PageCounts.None(now));

    /// <summary>
    /// The places that our own roles took: one that first stands in what somebody else wrote was never taken, whoever copied it since.
    /// </summary>
    private ContainmentBudget OursAmong(IReadOnlyList<WrittenVersion> versions, DateTimeOffset now)
    {
        var (ours, seen) = (ContainmentBudget.Read(null, now), ContainmentBudget.Read(null, now));
        foreach (var version in versions.OrderBy(static v => v.Version))
        {
            var budget = ContainmentBudget.Read(version.Text, now);
            if (IsOurs(version))
            {
                ours = ours.Together(budget with
                {
                    People = [.. budget.People.Except(seen.People, StringComparer.Ordinal)],
                    Lesser = [.. budget.Lesser.Except(seen.Lesser, StringComparer.Ordinal)],
                });
            }

            seen = seen.Together(budget);
        }

        return ours;
    }

    private bool IsOurs(WrittenVersion version) => version.By is not { } by || LedgerWriter.IsOneOf(by, _roles);

    private string? ForeignIn(LedgerWriter writer, Func<string, bool> counts) =>
        writer.All.FirstOrDefault(v => !IsOurs(v) && counts(v.Text))?.By;

    private static string Sentence(string name, string by) =>
        $"{PlainText.OneLine(name, 400)} was written by {PlainText.OneLine(by, 300)}, which is not the responder: only what the responder "
            + "wrote counts";

    /// <summary>The stack, too, writes these parameters: what it writes says nothing about this hour.</summary>
    private static bool SaysSomething(string text, DateTimeOffset now) => PageCounts.Read(text, now).Causes.Count > 0
        || ContainmentBudget.Read(text, now) is { People.Count: > 0 } or { Lesser.Count: > 0 };

    private static bool IsUsedUp(PageCounts counts, IncidentNames names) => names.Limit is { } limit
        && ((string[])[names.Cause, names.PrincipalCause, names.NobodyCause])
            .Any(cause => s_severities.Any(severity => !counts.Of(PageCounts.KeyOf(cause, severity)).HasRoom(limit)));
}
