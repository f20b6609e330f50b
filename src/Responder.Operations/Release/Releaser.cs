using System.Globalization;
using Amazon.IdentityManagement;
using Amazon.SimpleSystemsManagement;
using Responder.Aws;
using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// Lifts a containment: restores the state before, as the ledger has it, reads it back, and records what was done. The request ids of its
/// calls go into the ledger, so that the responder recognizes the events they cause.
/// </summary>
/// <param name="catalog">The known actions; null: the built-in ones.</param>
/// <param name="options">Which roles write ledgers; null: not known.</param>
/// <param name="pauses">How it waits between two looks at IAM; null: by <paramref name="time"/>.</param>
public sealed partial class Releaser(
    IamAccounts accounts, IAmazonSimpleSystemsManagement ssm, ParameterNames names, TimeProvider time, ActionCatalog? catalog = null,
    ResponderOptions? options = null, Pauses? pauses = null)
{
    private readonly Pauses _pauses = pauses ?? new Pauses(time);
    private readonly ActionCatalog _actions = catalog ?? ActionCatalog.Default;
    private readonly ReleaseStore _store = new(ssm, names, catalog ?? ActionCatalog.Default);
    private readonly LedgerProof _proof = new(ssm, names, options ?? new ResponderOptions());

    /// <summary>Value of <c>--boundary</c> that means "there was none".</summary>
    public const string NoBoundary = "none";

    /// <summary>The state is read back several times because IAM's answers may be a few seconds old.</summary>
    private const int ProofAttempts = 10;

    /// <summary>The calls of a plan are made within this time.</summary>
    private static readonly TimeSpan s_planTime = TimeSpan.FromMinutes(15);

    /// <summary>A record and a ledger whose times differ by less than this belong to the same containment.</summary>
    private static readonly TimeSpan s_oneTime = TimeSpan.FromMinutes(5);

    /// <summary>How the names of the calls begin that take a policy off.</summary>
    private const string Detach = "Detach";

    private static readonly TimeSpan s_proofInterval = TimeSpan.FromSeconds(1);

    /// <summary>Reads what there is to release, and plans it. Changes nothing.</summary>
    /// <param name="incident">Full name of the record, or the bare event id.</param>
    /// <param name="boundary">The boundary to restore instead of what the ledger says: an ARN, or <see cref="NoBoundary"/>; null: the
    /// ledger's.</param>
    /// <param name="force">Restore the state before even though somebody else has changed the target since.</param>
    /// <exception cref="ReleaseException">There is no such incident, there are several, or it is not a record of the responder.</exception>
    public Task<ReleasePlan> PlanAsync(string incident, string? boundary, bool force, CancellationToken cancellationToken) =>
        PlanAsync(incident, boundary, null, force, cancellationToken);

    /// <param name="logged">Prior states from the function's log, for what neither ledger nor record knows; null: the log is not
    /// used.</param>
    public async Task<ReleasePlan> PlanAsync(
        string incident, string? boundary, LoggedPriorStates? logged, bool force, CancellationToken cancellationToken)
    {
        if (boundary is not null && boundary != NoBoundary
            && !(AwsArn.TryParse(boundary, out var arn) && arn.Service == "iam"
                && arn.Resource.StartsWith("policy/", StringComparison.Ordinal)))
            throw new ReleaseException("--boundary: expected the ARN of a managed policy, or none");

        var found = await _store.FindAsync(incident, cancellationToken).ConfigureAwait(false);
        if (found is null && logged?.TargetOf(incident) is { } known)
            return await PlanFromLogAsync(incident, known, logged, boundary, force, cancellationToken).ConfigureAwait(false);
        var recordName = found ?? throw new ReleaseException(
            $"no record of incident {PlainText.OneLine(incident, 128)} below {names.IncidentsRoot}; the page names the record in full. "
            + "Where the store was full, there is none: the function's log has the state before (--prior-state, with --force)");
        var recordText = await _store.ReadAsync(recordName, cancellationToken).ConfigureAwait(false)
            ?? throw new ReleaseException($"{PlainText.OneLine(recordName)}: no such record");
        if (!JsonView.TryParse(recordText, out var record) || record["schema"].Text != IncidentText.RecordSchema)
            throw new ReleaseException($"{PlainText.OneLine(recordName)}: not an incident record of the responder");
        if (record["ledger"].Text is not { } ledgerName)
        {
            return new ReleasePlan(ReleaseState.NothingContained, recordName, null, null, null, null)
            {
                Notes = [$"outcome of the incident: {PlainText.OneLine(record["outcome"].Text ?? "unknown", 64)}"],
                RecordText = recordText,
            };
        }

        var recordedTarget = LedgerBook.PrincipalOf(record["target"]);
        (ledgerName, var book) = await _store.BookAsync(ledgerName, recordedTarget?.Id, cancellationToken).ConfigureAwait(false);
        var ledger = book.Of(recordedTarget?.Id);
        var target = (ledger is null ? null : book.PrincipalOf(ledger.PrincipalId)) ?? recordedTarget
            ?? throw new ReleaseException($"{PlainText.OneLine(recordName)}: names nothing that was contained");
        var recorded = IncidentText.ReadRecord(recordText, _actions);
        // A released ledger that is older than the record belongs to an earlier containment: the delivery that contained again could
        // neither read it nor write a new one.
        var isRecorded = ledger is { Released: true, ReleasedAt: { } releasedAt } && recorded?.Prior is not null
            && WasWrittenAfter(record, releasedAt);
        var isAgain = ledger is { Released: true }
            && (isRecorded || force || await IsMarkedAsync(target, recordName, ledger.Prior, cancellationToken).ConfigureAwait(false));
        if (PlanOfEnded(recordName, ledgerName, record, recordText, target, ledger, isAgain) is { } ended) return ended;

        var prior = (isRecorded ? null : ledger?.Prior) ?? recorded?.Prior ?? _actions.ReadPrior(JsonView.Absent);
        // Two deliveries at the same time: the record may know what the ledger, written by the other delivery, does not.
        if (ledger is { Released: false, ContainedAt: { } containedAt } && recorded?.Prior is { } noted && IsOfOneTime(record, containedAt))
            prior = _actions.Together(prior, noted);
        var fromLog = logged?.Of(target, [PlainText.Ascii(record["id"].Text, 128), .. recorded?.EventIds ?? []]);
        if (logged is not null && fromLog is null)
            throw new ReleaseException(
                $"the log lines have no prior state of {target} from this incident (\"what\":\"{JsonLog.PriorStateLine}\")");
        if (fromLog is not null) prior = ledger is null && recorded?.Prior is null ? fromLog : _actions.Together(prior, fromLog);
        var before = prior;
        if (boundary is not null) prior = prior.With(new BoundaryBefore(boundary == NoBoundary ? "" : boundary));
        var iam = await IamOfAsync(target, recordName, cancellationToken).ConfigureAwait(false);
        var current = await CurrentAsync(iam, target, prior, cancellationToken).ConfigureAwait(false);
        // Whoever has the name now is left alone, and what was taken from somebody else is not given to him.
        var containedId = ledger is null ? target.Id : ledger.PrincipalId;
        var contained = ledger?.ContainedAt ?? ClosedText.TimeOf(record["writtenAt"]);
        // Whose id could not be read when he was contained is told by when he was made.
        bool IsAnother(PrincipalState state) => state is { Exists: true, Id: not null }
            && (containedId is null ? state.Created > contained : state.Id != containedId);
        var written = target;
        // Renamed back, and the event is not here yet: the one who was contained bears the name that the record has.
        if ((!current.Exists || IsAnother(current)) && recordedTarget is not null && recordedTarget.Name != target.Name
            && await CurrentAsync(iam, recordedTarget, prior, cancellationToken).ConfigureAwait(false) is { Exists: true } former
            && former.Id == containedId)
            (target, current) = (recordedTarget with { Id = containedId }, former);
        // Renamed since, and the event is not here yet, or came after the ledger was closed: the note says who he is.
        if ((!current.Exists || IsAnother(current)) && containedId is not null
            && await _store.RenamedAsync(ledgerName, cancellationToken).ConfigureAwait(false) is { } note && note.To.Id == containedId
            && await CurrentAsync(iam, note.To, prior, cancellationToken).ConfigureAwait(false) is { Exists: true } renamed
            && renamed.Id == containedId)
            (target, current) = (note.To, renamed);
        var isAnother = IsAnother(current);
        var earlier = isAgain || ledger?.Release is not { IsDone: false } stopped ? [] : stopped.Steps;
        var (differences, unproven) = ledger is null
            ? ([], [])
            : await _proof.OfAsync(ledgerName, ledger, written, recordedTarget, cancellationToken).ConfigureAwait(false);
        differences = [
            .. differences, .. book.Unreadable.Select(static name => $"{PlainText.OneLine(name)}: not a ledger of the responder")];
        if (recorded?.Prior is not null)
        {
            var ofRecord = await _proof.OfRecordAsync(recordName, cancellationToken).ConfigureAwait(false);
            (differences, unproven) = ([.. differences, .. ofRecord.Differences], [.. unproven, .. ofRecord.Notes]);
        }

        // Also what a release that was stopped had planned: a call may have gone through before its note was written.
        // What was taken off again after that release is not its work any more.
        string[] takenSince = isRecorded ? TakenOff(record) : [];
        IReadOnlyList<string> ours = ledger?.Release is not { } begun
            ? []
            : [.. begun.Calls.Concat(begun.Steps).Except(takenSince, StringComparer.Ordinal)];
        var steps = new UndoPlan(target, current, ours, StepsWithoutEffect(record), boundary is not null);
        foreach (var measure in current.Exists && !isAnother ? _actions.ToUndo(prior) : []) measure.PlanUndo(steps, prior);
        // A boundary that is known and another one that is asked for: he would not be as he was before.
        var isChanged = before.Part<BoundaryBefore>() is { Arn: { } stood } && stood != prior.Part<BoundaryBefore>()?.Arn;
        if (isChanged)
            steps.Changes.Add($"the boundary before was {Before(before).First()}, and --boundary asks for another");
        // Closing the ledger of somebody who only bears another name would leave him contained, and nobody could release him any more.
        if (isAnother)
            steps.Changes.Add($"the {target} of today ({current.Id}) is somebody else than the one who was contained "
                + $"({PlainText.OneLine(containedId ?? "id unknown", 64)}), who was deleted or renamed: nothing is restored, and --force "
                + "only closes the ledger. Of a rename the responder hears within minutes; then run this again");
        if (!current.Exists)
            steps.Changes.Add($"IAM knows no {target}: deleted, or renamed since ({PlainText.OneLine(containedId ?? "id unknown", 64)}). "
                + "Nothing is restored, and --force only closes the ledger. Of a rename the responder hears within minutes; then run this "
                + "again");
        var policies = await RestoredPolicies.OfAsync(
            iam, target, steps.Steps, arn => ledger?.TakenAt.TryGetValue(arn, out var taken) == true ? taken : contained, cancellationToken)
            .ConfigureAwait(false);
        differences = [.. differences, .. policies.Differences];
        var uncompared = current.Exists && !isAnother
            ? await Uncompared.OfAsync(iam, target, cancellationToken).ConfigureAwait(false)
            : [];
        // A boundary that is no longer ours is left alone, so the one before it need not be known.
        var needsBoundary = current.Exists && !isAnother && (prior.IsUnknown || policies.LacksBoundary)
            && PermissionsBoundary.IsDenyAll(current.BoundaryArn);
        var state = needsBoundary
            ? ReleaseState.NeedsBoundary
            : steps.Changes.Count + differences.Count > 0 && !force
            ? ReleaseState.Changed
            : ReleaseState.Ready;
        return new ReleasePlan(state, recordName, ledgerName, target, prior, current)
        {
            Steps = policies.Steps,
            Changes = [.. differences, .. steps.Changes],
            Notes =
            [
                .. unproven, .. (ledger?.Replaced ?? []).Select(static b => "while the target was contained, somebody set the boundary "
                    + $"{PlainText.OneLine(b, 700)}; it is not restored, unless --boundary says so"),
                .. SourceNotes(ledger, isAgain, isRecorded, fromLog),
                .. logged is null ? Unsure(record, target, prior, current) : [],
                .. steps.Notes, .. steps.Besides, .. uncompared,
            ],
            LeavesMore = steps.Besides.Count > 0,
            Uncompared = uncompared,
            Described = ([.. Before(before)], [.. Now(current, prior)]),
            RecordText = recordText,
            // The last entry stands for all before it. Where none was ever written, the release stands after whatever is there.
            Entry = LedgerBook.EntryName(ledgerName, ledger is { Entries.Count: > 0 } ? ledger.Number : book.Last + 1),
            IsFromLog = ledger is null && recorded?.Prior is null && fromLog is not null,
            EarlierRequestIds = ledger?.Release?.RequestIds ?? [],
            EarlierSteps = earlier,
        };
    }

    private static bool IsOfOneTime(JsonView record, DateTimeOffset contained) => !record["release"].Exists
        && ClosedText.TimeOf(record["writtenAt"]) is { } written && (written - contained).Duration() < s_oneTime;

    private static bool WasWrittenAfter(JsonView record, DateTimeOffset released) => !record["release"].Exists
        && ClosedText.TimeOf(record["writtenAt"]) is { } written && written > released;

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>True if the prior boundary is recorded and the deny-all boundary is still attached.</summary>
    private async Task<bool> IsMarkedAsync(Principal target, string recordName, PriorState prior, CancellationToken cancellationToken)
    {
        if (prior.Part<BoundaryBefore>() is null) return false;
        var iam = await IamOfAsync(target, recordName, cancellationToken).ConfigureAwait(false);
        return PermissionsBoundary.IsDenyAll((await CurrentAsync(iam, target, prior, cancellationToken).ConfigureAwait(false)).BoundaryArn);
    }

    private static IEnumerable<string> SourceNotes(LedgerState? ledger, bool isAgain, bool isRecorded, PriorState? fromLog)
    {
        if (isRecorded)
            yield return "the ledger says released, and the record was written later: contained again; "
                + "the prior state is taken from the record";
        else if (isAgain)
            yield return "the ledger says released, and the target is to be released once more; "
                + "the prior state is the one that was restored then";
        else if (ledger is null) yield return "the ledger is missing; the prior state is taken from the record";
        if (fromLog is not null) yield return "what neither knows is taken from the log lines";
    }

    /// <summary>
    /// Notes on what no record can tell apart: changes by somebody else, and those of a delivery that was cut off before it could record
    /// them.
    /// </summary>
    private IEnumerable<string> Unsure(JsonView record, Principal target, PriorState prior, PrincipalState current)
    {
        PlannedStep[] skipped = [.. record["containment"].Items.Where(static s => s["result"].Text == nameof(StepResult.Skipped))
            .Select(static s => new PlannedStep(s["action"].Text ?? "", s["subject"].Text))];
        return _actions.Measures.SelectMany(m => m.Unsure(target, skipped, prior, current));
    }

    private IEnumerable<string> Before(PriorState prior) => _actions.Measures.SelectMany(m => m.Before(prior));

    private IEnumerable<string> Now(PrincipalState now, PriorState prior) =>
        _actions.MeasuresOf(prior.Actions).SelectMany(m => m.Now(now, prior));

    /// <summary>Carries out a plan that is ready.</summary>
    /// <param name="by">Who releases: an ARN, or <c>unknown</c>.</param>
    /// <param name="reason">Why, in the person's words; null: not said.</param>
    public async Task<ReleaseResult> ReleaseAsync(ReleasePlan plan, string by, string? reason, CancellationToken cancellationToken)
    {
        if (plan is not { State: ReleaseState.Ready, Principal: { } target, Prior: { } prior, LedgerName: { } ledgerName })
            throw new InvalidOperationException($"a plan in state {plan.State} cannot be carried out");

        var iam = await IamOfAsync(target, plan.RecordName, cancellationToken).ConfigureAwait(false);
        var failures = new List<string>();
        var steps = new List<ContainmentStep>();
        var until = accounts.Time.Now + s_planTime;
        ReleaseProgress Progress(bool isDone) => new(isDone, accounts.Time.Now, by)
        {
            TargetId = target.Id ?? plan.Current?.Id,
            Until = until,
            IsFromLog = plan.IsFromLog,
            Calls = [.. plan.EarlierSteps, .. plan.Steps.Select(static s => s.Key)],
            Steps =
            [
                .. plan.EarlierSteps, .. plan.Steps.Take(steps.Count).Where((_, i) => steps[i].Result == StepResult.Succeeded)
                    .Select(static s => s.Key),
            ],
            RequestIds = [.. plan.EarlierRequestIds, .. steps.Select(static s => s.RequestId).OfType<string>()],
        };
        // A full store makes no new parameter and still overwrites, so the stack makes one for plans. The next release overwrites it, too:
        // that an entry has ended has to stand beside the entry.
        async Task<string?> NoteAsync(bool isDone) =>
            await _store.PutAsync(LedgerBook.ReleaseName(plan.Entry), LedgerText.Release(Progress(isDone), reason), cancellationToken)
                .ConfigureAwait(false) is { } unwritten
            && ((isDone && !plan.IsFromLog)
                || await _store.PutAsync(names.Plan, LedgerText.Release(Progress(isDone), reason, plan.Entry), cancellationToken)
                    .ConfigureAwait(false) is not null)
                ? unwritten
                : null;

        // Before the first call, so that the responder knows what is meant when the events arrive.
        if (plan.Steps.Count > 0 && await NoteAsync(false).ConfigureAwait(false) is { } unplanned) failures.Add(unplanned);
        foreach (var step in plan.Steps)
        {
            if (failures.Count > 0) break;
            var run = step.Run ?? throw new InvalidOperationException($"{step.Action}: a step without a call");
            var done = await run(iam, cancellationToken).ConfigureAwait(false);
            steps.Add(done);
            if (done.Result == StepResult.Failed) failures.Add(done.Error ?? done.Action);
            // The call's event may already be on its way: the responder has to find the request id when it arrives.
            if (done.RequestId is not null && await NoteAsync(false).ConfigureAwait(false) is { } unwritten)
                failures.Add(unwritten);
        }

        PrincipalState? proof = null;
        if (failures.Count == 0)
        {
            var taken = plan.Steps.Where((_, i) => steps[i].Result == StepResult.Succeeded).ToArray();
            (proof, var differences) = await ProveAsync(iam, target, prior, taken, cancellationToken).ConfigureAwait(false);
            failures.AddRange(differences);
        }

        if (failures.Count == 0)
        {
            if (!plan.IsEnded && await NoteAsync(true).ConfigureAwait(false) is { } openLedger) failures.Add(openLedger);
            if (plan.RecordText.Length == 0) return Result();
            var text = ReleasedText.Record(plan.RecordText, new ReleaseNote(accounts.Time.Now, by, reason));
            if (await _store.PutAsync(plan.RecordName, text, cancellationToken).ConfigureAwait(false) is { } openRecord)
                failures.Add(openRecord);
        }

        return Result();

        ReleaseResult Result() => new(plan, by, steps, proof is { Exists: true } ? [.. Now(proof, prior)] : null, failures)
        {
            Reason = reason,
            At = time.GetUtcNow(),
            Notes = [.. steps.Where(static s => s.Result == StepResult.Skipped).Select(static s => $"{s.Action} {s.Subject}: {s.Error}")],
        };
    }

    /// <exception cref="ReleaseException">The target is in a member account whose role cannot be assumed.</exception>
    private async Task<IAmazonIdentityManagementService> IamOfAsync(
        Principal target, string recordName, CancellationToken cancellationToken)
    {
        var access = await accounts.OfAsync(target.AccountId, recordName, cancellationToken).ConfigureAwait(false);
        return access.Client ?? throw new ReleaseException($"account {target.AccountId} cannot be reached: {access.Failure}");
    }

    private Task<PrincipalState> CurrentAsync(
        IAmazonIdentityManagementService iam, Principal target, PriorState prior, CancellationToken cancellationToken) =>
        IamTargets.ReadForReleaseAsync(iam, target, _actions.MeasuresOn(target.Kind, prior.Actions), prior, cancellationToken);

    /// <summary>Reads the target until every step that was taken shows or the attempts run out; returns what still differs.</summary>
    private async Task<(PrincipalState? State, IReadOnlyList<string> Differences)> ProveAsync(
        IAmazonIdentityManagementService iam, Principal target, PriorState prior, IReadOnlyList<PlannedStep> taken,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            PrincipalState? state = null;
            IReadOnlyList<string> differences;
            try
            {
                state = await CurrentAsync(iam, target, prior, cancellationToken).ConfigureAwait(false);
                differences = [.. taken.Select(s => s.Difference(state)).OfType<string>()];
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                differences = [AwsFailure.Describe("read back: " + _actions.ReadCalls(prior.Actions), e)];
            }

            if (differences.Count == 0 || attempt == ProofAttempts) return (state, differences);
            await _pauses.ForAsync(s_proofInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The keys of the steps that would give back what the containment of the record took off.</summary>
    private static string[] TakenOff(JsonView record) =>
        [.. record["containment"].Items.Where(static s => s["result"].Text == nameof(StepResult.Succeeded))
            .Select(static s => s["action"].Text is { } action && action.StartsWith(Detach, StringComparison.Ordinal)
                ? new PlannedStep("Attach" + action[Detach.Length..], s["subject"].Text).Key
                : null)
            .OfType<string>()];

    /// <summary>Steps of the containment that did not succeed, according to its record, as "Action subject".</summary>
    private static string[] StepsWithoutEffect(JsonView record) =>
        [.. record["containment"].Items.Where(static s => s["result"].Text != nameof(StepResult.Succeeded))
            .Select(static s => s["subject"].Text is { } subject ? $"{s["action"].Text} {subject}" : s["action"].Text ?? "")];
}
