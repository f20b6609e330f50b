using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>
/// Records and the budget in SSM Parameter Store, standard tier, beside the ledgers. <c>Overwrite=false</c> is the lock: the first writer
/// wins. PutParameter is slow and its throughput is shared by the account, so nothing here may delay containment or the page.
/// </summary>
/// <param name="isOurs">Who may write ledgers; null: everybody, as where there is no configuration.</param>
public sealed class SsmIncidents(
    IAmazonSimpleSystemsManagement ssm, ParameterNames parameters, ActionCatalog actions, Func<LedgerWriter, bool>? isOurs = null)
    : IIncidents
{
    /// <summary>The SSM actions that records, ledgers and the budget need; the roles in template.yaml allow them.</summary>
    public static IReadOnlyList<string> Permissions { get; } = [
        "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:PutParameter"];

    private readonly HourlyCount _putBacks = new(ssm, "put-backs of this hour: see the version");

    private readonly SharedRecords _shared = new();

    private readonly SsmLedgers _ledgers = new(ssm, actions, isOurs);

    private readonly SsmPageCounts _pages = new(ssm, parameters.Pages);

    public IRenames Renames { get; } = new SsmRenames(ssm, parameters, actions);

    private readonly SsmPlaces _places = new(ssm, parameters.Places);

    public async Task<IncidentReads> ReadAsync(IncidentNames names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Remembered(names, now) is { } remembered) return remembered;

        var wanted = ((string?[])[names.Record, names.SharedRecord, names.Ledger, parameters.Mode, names.FloodRecord, names.FloodIncident,
            names.Limit is null ? null : parameters.Pages, names.Ledger is null ? null : parameters.Plan,
            names is { Record: not null, Ledger: not null } ? parameters.Places : null])
            .OfType<string>().ToList();
        var reading = names.Ledger is { } below
            ? _ledgers.BelowAsync(below, cancellationToken)
            : Task.FromResult(Read<Dictionary<string, string>>.Of([]));
        try
        {
            var answer = await ssm.GetParametersAsync(new GetParametersRequest { Names = wanted }, cancellationToken).ConfigureAwait(false);
            var values = (answer.Parameters ?? []).ToDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal);
            var places = answer.Parameters?.Find(p => p.Name == parameters.Places);
            Read<T> Find<T>(string? name, Func<string, T?> read) where T : class =>
                Read<T>.Of(name is not null && values.TryGetValue(name, out var text) ? read(text) : null);
            // What this process has told counts even if it could not be written.
            RecordState? Both(string? name) => Find(name, ReadRecord).Value is { } read
                ? _shared.Find(name) is { } ours ? read with { Told = read.Told.Together(ours.Told) } : read
                : _shared.Find(name);
            var entries = await reading.ConfigureAwait(false);
            return new IncidentReads(
                Find(names.Record, ReadRecord), Read<RecordState>.Of(Both(names.SharedRecord)), BookOf(names.Ledger, values, entries),
                Find(parameters.Mode, static text => text))
            {
                Budget = _places.Read(places?.Value, places?.Version, now),
                BudgetUnwritten = _places.Unwritten(now),
                FloodRecord = Both(names.FloodRecord),
                FloodIncident = Both(names.FloodIncident),
                PageCounts = names.Limit is null
                    ? null
                    : _pages.Together(PageCounts.Read(values.GetValueOrDefault(parameters.Pages), now)),
                Renamed = names.Ledger is { } ledger && entries.Value is { } texts
                    && texts.TryGetValue(ParameterNames.RenamedOf(ledger), out var renamed)
                    ? SsmRenames.Renamed(renamed)
                    : null,
            };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            await reading.ConfigureAwait(false);
            var failure = AwsFailure.Describe("GetParameters", e);
            Read<RecordState> Remembered(string? name) => _shared.Find(name) is { } known
                ? Read<RecordState>.Of(known)
                : Read<RecordState>.Failed(failure);
            return new IncidentReads(
                Remembered(names.Record), Remembered(names.SharedRecord), Read<LedgerBook>.Failed(failure), Read<string>.Failed(failure))
            {
                Budget = OwnPlaces(now),
                FloodRecord = _shared.Find(names.FloodRecord),
                FloodIncident = _shared.Find(names.FloodIncident),
                PageCounts = _pages.Known(now),
            };
        }
    }

    private Read<LedgerBook> BookOf(string? ledger, Dictionary<string, string> values, Read<Dictionary<string, string>> below)
    {
        if (ledger is null) return Read<LedgerBook>.Of(null);
        if (below.Value is not { } texts) return Read<LedgerBook>.Failed(below.Failure ?? "");
        if (values.TryGetValue(ledger, out var old)) texts[ledger] = old; // as the first release wrote it
        return Read<LedgerBook>.Of(LedgerBook.Read(ledger, texts, actions, values.GetValueOrDefault(parameters.Plan)));
    }

    public Task<Read<IReadOnlyList<LedgerWriter>>> WritersAsync(IReadOnlyList<string> entries, CancellationToken cancellationToken) =>
        LedgerWriters.OfAsync(ssm, entries, cancellationToken);

    public Task<Read<LedgerBook>> ReadLedgerAsync(string path, CancellationToken cancellationToken) =>
        _ledgers.ReadAsync(path, cancellationToken);

    /// <summary>
    /// What this process remembers, where that shows that the event pages nobody, and nothing is to be contained: in a storm, a read for
    /// each one would use up what the account may read. Null: it has to be read.
    /// </summary>
    private IncidentReads? Remembered(IncidentNames names, DateTimeOffset now)
    {
        if (names is not { Record: null, MustReadLedger: false, Saying: { } saying }) return null;
        var counts = _pages.Known(now);
        if (_shared.Find(names.SharedRecord) is { Complete: true } record)
        {
            var isQuiet = !record.Told.IsNew(saying) || (names.Limit is { } limit && !record.Told.HasRoom(limit));
            return isQuiet && saying.Severity <= record.Severity && !record.Told.IsRise(saying) ? Of(record, null) : null;
        }

        var cause = counts.Of(PageCounts.KeyOf(names.Cause, saying.Severity));
        return names.Limit is { } most && !cause.HasRoom(most) && !cause.IsRise(saying)
            && _shared.Find(names.FloodRecord) is { Complete: true } flood && saying.Severity <= flood.Severity
            ? Of(null, flood)
            : null;

        IncidentReads Of(RecordState? shared, RecordState? flood) =>
            new(Read<RecordState>.Of(null), Read<RecordState>.Of(shared), default, default) { FloodRecord = flood, PageCounts = counts };
    }

    public Task<string?> TakePlaceAsync(
        BudgetPlace place, ContainmentBudget budget, DateTimeOffset now, CancellationToken cancellationToken) =>
        _places.TakeAsync(place, budget, now, cancellationToken);

    public PageCounts OwnPageCounts(PageCounts ours, DateTimeOffset now) => _pages.Distrust(ours, now);

    public ContainmentBudget OwnPlaces(DateTimeOffset now) => _places.Own(now);

    public Task<Read<int?>> CountPutBackAsync(
        Principal target, string incidentId, int budget, int atLeast, DateTimeOffset now, CancellationToken cancellationToken) =>
        _putBacks.CountAsync(parameters.PutBacks(target, now), incidentId, budget, atLeast, now, cancellationToken);

    public async Task<Claim> ClaimAsync(Decision decision, IncidentNames names, PriorState? prior, CancellationToken cancellationToken)
    {
        var recordName = NameOf(decision, names);
        var (before, known) = BeforeOf(decision);
        var draft = new ContainmentResult(decision, [], prior);

        // A record that already exists is redone (open) or updated at the end (complete); claiming is for the first event only.
        var record = recordName is null || (known && before is not null)
            ? Task.FromResult((ClaimResult.NotAttempted, (string?)null))
            : PutAsync(
                recordName, IncidentText.Record(draft, names, complete: false, before: null, page: null, actions: actions),
                overwrite: false, cancellationToken);
        var ledger = ClaimLedgerAsync(decision, names, prior, recordName, cancellationToken);

        var (recordResult, recordFailure) = await record.ConfigureAwait(false);
        var (ledgerResult, ledgerFailure, stands) = await ledger.ConfigureAwait(false);
        return new Claim(recordResult, ledgerResult, [.. ((string?[])[recordFailure, ledgerFailure]).OfType<string>()]) { Prior = stands };
    }

    public async Task<Completion> CompleteAsync(
        ContainmentResult result, IncidentNames names, PagedAs? page, CancellationToken cancellationToken)
    {
        var (facts, counted) = (result.Decision.Facts, Counted.Of(result, names));
        var counting = counted is null
            ? Task.FromResult<string?>(null)
            : _pages.CountAsync(counted, page is not null, facts.KillSwitchUnread is null, facts.Now, cancellationToken);
        var writing = _places.TryAgainAsync(facts.Budget, facts.Now, cancellationToken);
        var (stored, unrecorded) = NameOf(result.Decision, names) is { } name
            ? await CompleteRecordAsync(result, names, name, page, cancellationToken).ConfigureAwait(false)
            : (ClaimResult.NotAttempted, null);
        await writing.ConfigureAwait(false);
        return new Completion(unrecorded, await counting.ConfigureAwait(false)) { IsStoreFull = stored == ClaimResult.StoreFull };
    }

    private async Task<(ClaimResult, string?)> CompleteRecordAsync(
        ContainmentResult result, IncidentNames names, string name, PagedAs? page, CancellationToken cancellationToken)
    {
        var (before, _) = BeforeOf(result.Decision);
        if (!result.Decision.IsIncident || names.IsFlood)
            return await CompleteSharedAsync(result, names, name, before, page, cancellationToken).ConfigureAwait(false);

        // It is not known what the record holds, and ours may say less: the prior state in it must not be lost by our write.
        if (!result.Decision.Facts.Record.Known && result.Prior is { IsUnknown: true } unknown)
        {
            var standing = await ReadTextAsync(name, cancellationToken).ConfigureAwait(false);
            if (!standing.Known) return (ClaimResult.Failed, standing.Failure);
            before = standing.Value is { } written ? ReadRecord(written) : null;
            if (before?.Prior is { } theirs) result = result with { Prior = actions.Together(theirs, unknown) };
        }

        var text = IncidentText.Record(result, names, complete: !result.Failed && !result.IsUnproven, before, page, actions: actions);
        return await PutAsync(name, text, overwrite: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a shared record when this process has to, with everything that it has counted since its last write.</summary>
    private async Task<(ClaimResult, string?)> CompleteSharedAsync(
        ContainmentResult result, IncidentNames names, string name, RecordState? before, PagedAs? page, CancellationToken cancellationToken)
    {
        var complete = !result.Failed;
        var saying = Counted.SayingOf(result.Decision);
        var told = before?.Told ?? Told.Nothing;
        told = told.IsNew(saying) ? told.With(saying, page is not null) : page is not null ? told.Paged(saying) : told;
        var state = IncidentText.StateAfter(result, before, complete) with { Told = told };
        var due = _shared.Count(name, state, result.Decision.Event.IncidentId, page is not null, result.Decision.Facts.Now);
        if (due is null) return (ClaimResult.NotAttempted, null);

        // Other processes count in the same record, so what they have written since is read first. No page is to be sent, so nobody waits
        // for this.
        if (page is null)
        {
            var standing = await ReadTextAsync(name, cancellationToken).ConfigureAwait(false);
            if (!standing.Known)
            {
                _shared.Wrote(name, due.Count, null);
                return (ClaimResult.Failed, standing.Failure);
            }

            before = standing.Value is { } written ? ReadRecord(written) : null;
            if (before is not null) told = before.Told.Together(told);
        }

        var text = IncidentText.Record(result, names, complete, before, page, [.. due.SkipLast(1)], actions, told);
        var (stored, failure) = await PutAsync(name, text, overwrite: true, cancellationToken).ConfigureAwait(false);
        _shared.Wrote(name, due.Count, stored == ClaimResult.Claimed && ReadRecord(text) is { } wrote ? wrote with { Told = told } : null);
        return (stored, failure);
    }

    private async Task<Read<string>> ReadTextAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ssm.GetParametersAsync(new GetParametersRequest { Names = [name] }, cancellationToken).ConfigureAwait(false);
            return Read<string>.Of(answer.Parameters is [{ Value: { } text }] ? text : null);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return Read<string>.Failed(AwsFailure.Describe("GetParameters " + name, e));
        }
    }

    /// <summary>An incident has its own record; every other finding shares the one of its hour.</summary>
    public static string? NameOf(Decision decision, IncidentNames names) => decision.IsIncident ? names.Record : names.SharedRecord;

    private static (RecordState? Before, bool Known) BeforeOf(Decision decision)
    {
        var read = decision.IsIncident ? decision.Facts.Record : decision.Facts.SharedRecord;
        return (read.Value, read.Known);
    }

    private Task<(ClaimResult, string?, PriorState?)> ClaimLedgerAsync(
        Decision decision, IncidentNames names, PriorState? prior, string? recordName, CancellationToken cancellationToken) =>
        // Whom IAM does not know is not contained, so there is nothing to release: no ledger of a ghost.
        decision.Action != DecisionAction.Contain || names.Ledger is null || prior is null || decision.IsTargetUnknown
            ? Task.FromResult<(ClaimResult, string?, PriorState?)>((ClaimResult.NotAttempted, null, null))
            : _ledgers.ClaimAsync(decision, names.Ledger, prior, recordName, cancellationToken);

    private RecordState? ReadRecord(string text) => IncidentText.ReadRecord(text, actions);

    private async Task<(ClaimResult Result, string? Failure)> PutAsync(
        string name, string value, bool overwrite, CancellationToken cancellationToken)
    {
        try
        {
            await ssm.PutParameterAsync(StandardParameter.Put(name, value, overwrite), cancellationToken).ConfigureAwait(false);
            return (ClaimResult.Claimed, null);
        }
        catch (ParameterAlreadyExistsException)
        {
            return (ClaimResult.AlreadyThere, null);
        }
        catch (ParameterLimitExceededException e)
        {
            return (ClaimResult.StoreFull, AwsFailure.Describe("PutParameter " + name, e));
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return (ClaimResult.Failed, AwsFailure.Describe("PutParameter " + name, e));
        }
    }
}
