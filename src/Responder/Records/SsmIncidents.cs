using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>
/// Records and ledgers in SSM Parameter Store, standard tier. <c>Overwrite=false</c> is the lock: the first writer wins.
/// PutParameter is slow and its throughput is shared by the account, so nothing here may delay containment or the page.
/// </summary>
public sealed class SsmIncidents(IAmazonSimpleSystemsManagement ssm, ParameterNames parameters, ActionCatalog actions) : IIncidents
{
    /// <summary>The SSM actions that records, ledgers and the budget need; the roles in template.yaml allow them.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["ssm:GetParameters", "ssm:PutParameter"];

    private readonly HourlyCount _putBacks = new(ssm, "put-backs of this hour: see the version");

    private readonly SharedRecords _shared = new();

    public IRenames Renames { get; } = new SsmRenames(ssm, parameters, actions);

    private ContainmentBudget? _taken; // the places that this process took in its last hour

    public async Task<IncidentReads> ReadAsync(IncidentNames names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var remembered = _shared.Find(names.SharedRecord);
        // A repeat for which nothing is to be contained: in a storm, a read for each one would use up what the account may read.
        if (names is { Record: null, MustReadLedger: false } && remembered is { Complete: true } && names.Severity <= remembered.Severity)
            return new IncidentReads(Read<RecordState>.Of(null), Read<RecordState>.Of(remembered), default, default);

        var wanted = ((string?[])[names.Record, names.SharedRecord, names.Ledger, parameters.Mode,
            .. names is { Record: not null, Ledger: { } of } ? [parameters.Places, ParameterNames.RenamedOf(of)] : (string[])[]])
            .OfType<string>().ToList();
        try
        {
            var answer = await ssm.GetParametersAsync(new GetParametersRequest { Names = wanted }, cancellationToken).ConfigureAwait(false);
            var values = (answer.Parameters ?? []).ToDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal);
            Read<T> Find<T>(string? name, Func<string, T?> read) where T : class =>
                Read<T>.Of(name is not null && values.TryGetValue(name, out var text) ? read(text) : null);
            return new IncidentReads(
                Find(names.Record, ReadRecord), Find(names.SharedRecord, ReadRecord),
                Find(names.Ledger, text => IncidentText.ReadLedger(text, actions)), Find(parameters.Mode, static text => text))
            {
                Budget = ContainmentBudget.Read(values.GetValueOrDefault(parameters.Places), now),
                Renamed = names.Ledger is { } ledger && values.TryGetValue(ParameterNames.RenamedOf(ledger), out var renamed)
                    ? SsmRenames.Renamed(renamed)
                    : null,
            };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            var failure = AwsFailure.Describe("GetParameters", e);
            Read<RecordState> Remembered(string? name) => _shared.Find(name) is { } known
                ? Read<RecordState>.Of(known)
                : Read<RecordState>.Failed(failure);
            return new IncidentReads(
                Remembered(names.Record), Remembered(names.SharedRecord), Read<LedgerState>.Failed(failure), Read<string>.Failed(failure))
            {
                Budget = TakenIn(now),
            };
        }
    }

    public async Task<string?> TakePlaceAsync(
        BudgetPlace place, ContainmentBudget budget, bool isRead, CancellationToken cancellationToken)
    {
        if (budget.Has(place)) return null;
        var taken = _taken is { } before && before.Hour == budget.Hour ? before : budget with { People = [], Lesser = [] };
        _taken = taken.With(place);
        // What was not read is not overwritten: the places of all others would be free again.
        if (!isRead) return null;
        return (await PutAsync(parameters.Places, budget.With(place).ToText(), overwrite: true, cancellationToken).ConfigureAwait(false))
            .Failure;
    }

    private ContainmentBudget TakenIn(DateTimeOffset now)
    {
        var empty = ContainmentBudget.Read(null, now);
        return _taken is { } taken && taken.Hour == empty.Hour ? taken : empty;
    }

    public Task<Read<int?>> CountPutBackAsync(
        Principal target, string incidentId, int budget, DateTimeOffset now, CancellationToken cancellationToken) =>
        _putBacks.CountAsync(parameters.PutBacks(target, now), incidentId, budget, now, cancellationToken);

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

    public async Task<string?> CompleteAsync(
        ContainmentResult result, IncidentNames names, PagedAs? page, CancellationToken cancellationToken)
    {
        if (NameOf(result.Decision, names) is not { } name) return null;
        var (before, _) = BeforeOf(result.Decision);
        if (result.Decision.IsIncident && !names.IsFlood)
        {
            // It is not known what the record holds, and ours may say less: the prior state in it must not be lost by our write.
            if (!result.Decision.Facts.Record.Known && result.Prior is { IsUnknown: true } unknown)
            {
                var standing = await ReadTextAsync(name, cancellationToken).ConfigureAwait(false);
                if (!standing.Known) return standing.Failure;
                before = standing.Value is { } written ? ReadRecord(written) : null;
                if (before?.Prior is { } theirs) result = result with { Prior = actions.Together(theirs, unknown) };
            }

            var text = IncidentText.Record(result, names, complete: !result.Failed && !result.IsUnproven, before, page, actions: actions);
            return (await PutAsync(name, text, overwrite: true, cancellationToken).ConfigureAwait(false)).Failure;
        }

        return await CompleteSharedAsync(result, names, name, before, page, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a shared record when this process has to, with everything that it has counted since its last write.</summary>
    private async Task<string?> CompleteSharedAsync(
        ContainmentResult result, IncidentNames names, string name, RecordState? before, PagedAs? page, CancellationToken cancellationToken)
    {
        var complete = !result.Failed;
        var state = IncidentText.StateAfter(result, before, complete);
        var due = _shared.Count(name, state, result.Decision.Event.IncidentId, page is not null, result.Decision.Facts.Now);
        if (due is null) return null;

        // Other processes count in the same record, so what they have written since is read first. No page is to be sent, so nobody waits
        // for this.
        if (page is null)
        {
            var standing = await ReadTextAsync(name, cancellationToken).ConfigureAwait(false);
            if (!standing.Known)
            {
                _shared.Wrote(name, due.Count, null);
                return standing.Failure;
            }

            before = standing.Value is { } written ? ReadRecord(written) : null;
        }

        var text = IncidentText.Record(result, names, complete, before, page, [.. due.SkipLast(1)], actions);
        var (_, failure) = await PutAsync(name, text, overwrite: true, cancellationToken).ConfigureAwait(false);
        _shared.Wrote(name, due.Count, failure is null ? ReadRecord(text) : null);
        return failure;
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

    /// <returns>The prior state that the ledger holds; null when it is not known to hold any.</returns>
    private async Task<(ClaimResult, string?, PriorState?)> ClaimLedgerAsync(
        Decision decision, IncidentNames names, PriorState? prior, string? recordName, CancellationToken cancellationToken)
    {
        // Whom IAM does not know is not contained, so there is nothing to release: no ledger of a ghost.
        if (decision.Action != DecisionAction.Contain || names.Ledger is null || prior is null || decision.IsTargetMissing)
            return (ClaimResult.NotAttempted, null, null);
        var standing = decision.Facts.Ledger.Value;
        if (standing is { Released: false } && actions.Covers(standing.Prior, prior))
            return (ClaimResult.AlreadyThere, null, standing.Prior);

        // A released ledger is history and may be replaced. An unknown prior state never replaces what somebody may just have written.
        var replaces = standing is not null && (standing.Released ? !prior.IsUnknown : true);
        for (var failed = 0; ;)
        {
            var text = IncidentText.Ledger(decision, prior, recordName, decision.Facts.Now, actions);
            var (result, failure) = await PutAsync(names.Ledger, text, replaces, cancellationToken).ConfigureAwait(false);
            if (result == ClaimResult.AlreadyThere)
            {
                // Another delivery was first. It may have seen our mark instead of what was there before, or have dealt with less than we
                // do.
                if (await StandingAsync(names.Ledger, cancellationToken).ConfigureAwait(false) is not { } theirs)
                    return (result, null, null);
                if (!theirs.IsOf(decision.KnownTarget?.Id))
                {
                    // Of somebody who is contained and was renamed, the undo data is kept beside it.
                    if (!theirs.Released && await PutAsync(
                        $"{names.Ledger}/of.{ParameterNames.Encode(theirs.PrincipalId!)}",
                        IncidentText.Ledger(
                            decision.Target! with { Arn = null, Id = theirs.PrincipalId }, theirs.Prior, theirs.FirstIncident,
                            theirs.ContainedAt ?? decision.Facts.Now, actions),
                        overwrite: true, cancellationToken).ConfigureAwait(false) is { Failure: { } unkept })
                        return (ClaimResult.Failed, unkept, null);
                    replaces = true; // of somebody who had the name before: history, which the log and his record keep
                    continue;
                }

                if (theirs.Released && prior.IsUnknown) return (result, null, prior);
                var together = theirs.Released ? prior : actions.Together(theirs.Prior, prior);
                if (!theirs.Released && actions.Covers(theirs.Prior, together) && theirs.Prior.IsUnknown == together.IsUnknown)
                    return (result, null, theirs.Prior);
                (prior, replaces) = (together, true);
                continue;
            }

            // Undo data exists nowhere else: one more try before it is only in the log, the record and the page.
            if (result != ClaimResult.Failed || ++failed >= 2 || cancellationToken.IsCancellationRequested)
                return (result, failure, result == ClaimResult.Claimed ? prior : null);
        }
    }

    /// <summary>
    /// Null also when the ledger cannot be read: it then stays as it is, and our state is in the log, the record and the page.
    /// </summary>
    private async Task<LedgerState?> StandingAsync(string ledgerName, CancellationToken cancellationToken) =>
        (await ReadTextAsync(ledgerName, cancellationToken).ConfigureAwait(false)).Value is { } text
            ? IncidentText.ReadLedger(text, actions)
            : null;

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
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return (ClaimResult.Failed, AwsFailure.Describe("PutParameter " + name, e));
        }
    }
}
