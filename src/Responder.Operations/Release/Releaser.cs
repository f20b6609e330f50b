using System.Globalization;
using Amazon.IdentityManagement;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Reporting;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// Lifts a containment: restores the state before, as the ledger has it, reads it back, and records what was done. The request ids of its
/// calls go into the ledger, so that the responder recognizes the events they cause.
/// </summary>
/// <param name="catalog">The known actions; null: the built-in ones.</param>
public sealed class Releaser(
    IamAccounts accounts, IAmazonSimpleSystemsManagement ssm, ParameterNames names, TimeProvider time, ActionCatalog? catalog = null)
{
    private readonly ActionCatalog _actions = catalog ?? ActionCatalog.Default;

    /// <summary>Value of <c>--boundary</c> that means "there was none".</summary>
    public const string NoBoundary = "none";

    /// <summary>The state is read back several times because IAM's answers may be a few seconds old.</summary>
    private const int ProofAttempts = 5;

    /// <summary>More renames of one contained user in a row are not followed: something is wrong with the ledgers then.</summary>
    private const int MostMoves = 20;

    /// <summary>A record and a ledger whose times differ by less than this belong to the same containment.</summary>
    private static readonly TimeSpan s_oneTime = TimeSpan.FromMinutes(5);

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

        var recordName = await FindAsync(incident, cancellationToken).ConfigureAwait(false);
        var recordText = await ReadAsync(recordName, cancellationToken).ConfigureAwait(false)
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

        var ledgerText = await ReadAsync(ledgerName, cancellationToken).ConfigureAwait(false);
        // A user who was renamed after he was contained has his ledger under the new name.
        for (var moves = 0; moves < MostMoves && ledgerText is not null && IncidentText.MovedTo(ledgerText) is { } movedTo; moves++)
        {
            ledgerName = movedTo;
            ledgerText = await ReadAsync(ledgerName, cancellationToken).ConfigureAwait(false);
        }

        var ledger = ledgerText is null ? null : IncidentText.ReadLedger(ledgerText, _actions);
        if (ledgerText is not null && ledger is null)
            throw new ReleaseException($"{PlainText.OneLine(ledgerName)}: not a ledger of the responder");
        JsonView.TryParse(ledgerText ?? "{}", out var ledgerView);
        var target = TargetOf(ledgerText is null ? record["target"] : ledgerView["principal"])
            ?? throw new ReleaseException($"{PlainText.OneLine(recordName)}: names nothing that was contained");
        var recorded = IncidentText.ReadRecord(recordText, _actions);
        // A released ledger that is older than the record belongs to an earlier containment: the delivery that contained again could
        // neither read it nor write a new one.
        var isRecorded = ledger is { Released: true } && recorded?.Prior is not null && WasWrittenAfter(record, ledgerView);
        var isAgain = ledger is { Released: true }
            && (isRecorded || force || await IsMarkedAsync(target, recordName, ledger.Prior, cancellationToken).ConfigureAwait(false));
        if (ledger is { Released: true } && !isAgain)
        {
            return new ReleasePlan(ReleaseState.AlreadyReleased, recordName, ledgerName, target, ledger.Prior, null)
            {
                Described = ([.. Before(ledger.Prior)], []),
                Notes = [$"released at {PlainText.OneLine(ledgerView["release"]["at"].Text ?? "an unknown time", 64)} by "
                    + $"{PlainText.OneLine(ledgerView["release"]["by"].Text ?? "unknown", 300)}"],
                RecordText = recordText,
            };
        }

        var prior = (isRecorded ? null : ledger?.Prior) ?? recorded?.Prior ?? _actions.ReadPrior(JsonView.Absent);
        // Two deliveries at the same time: the record may know what the ledger, written by the other delivery, does not.
        if (ledger is { Released: false } && recorded?.Prior is { } noted && IsOfOneTime(record, ledgerView))
            prior = _actions.Together(prior, noted);
        var fromLog = logged?.Of(target, [PlainText.Ascii(record["id"].Text, 128), .. recorded?.EventIds ?? []]);
        if (logged is not null && fromLog is null)
            throw new ReleaseException(
                $"the log lines have no prior state of {target} from this incident (\"what\":\"{JsonLog.PriorStateLine}\")");
        if (fromLog is not null) prior = ledger is null && recorded?.Prior is null ? fromLog : _actions.Together(prior, fromLog);
        if (boundary is not null) prior = prior.With(new BoundaryBefore(boundary == NoBoundary ? "" : boundary));
        var iam = await IamOfAsync(target, recordName, cancellationToken).ConfigureAwait(false);
        var current = await CurrentAsync(iam, target, prior, cancellationToken).ConfigureAwait(false);
        // Whoever has the name now is left alone, and what was taken from somebody else is not given to him.
        var containedId = ledger is null ? target.Id : ledger.PrincipalId;
        var isAnother = current is { Exists: true, Id: not null } && containedId is not null && current.Id != containedId;
        string[] earlier = isAgain ? [] : Texts(ledgerView["release"]["steps"]);
        var steps = new UndoPlan(target, current, earlier, StepsWithoutEffect(record), boundary is not null);
        foreach (var measure in current.Exists && !isAnother ? _actions.ToUndo(prior) : []) measure.PlanUndo(steps, prior);
        if (isAnother)
            steps.Notes.Add($"the {target} of today ({current.Id}) is somebody else than the one who was contained "
                + $"({PlainText.OneLine(containedId, 64)}), who was deleted or renamed; nothing is restored, only the ledger is "
                + "closed");
        if (!current.Exists)
            steps.Notes.Add($"the {target.Kind.ToString().ToLowerInvariant()} no longer exists; only the ledger is closed");
        // A boundary that is no longer ours is left alone, so the one before it need not be known.
        var needsBoundary = current.Exists && !isAnother && prior.IsUnknown && PermissionsBoundary.IsDenyAll(current.BoundaryArn);
        var state = needsBoundary
            ? ReleaseState.NeedsBoundary
            : steps.Changes.Count > 0 && !force
            ? ReleaseState.Changed
            : ReleaseState.Ready;
        return new ReleasePlan(state, recordName, ledgerName, target, prior, current)
        {
            Steps = steps.Steps,
            Changes = steps.Changes,
            Notes =
            [
                .. SourceNotes(ledger, isAgain, isRecorded, fromLog),
                .. logged is null ? Unsure(record, target, prior, current) : [],
                .. steps.Notes,
            ],
            Described = ([.. Before(prior)], [.. Now(current, prior)]),
            RecordText = recordText,
            // The current ledger is kept if it describes the state that is restored; otherwise the ledger is written anew.
            LedgerText = isAgain || fromLog is not null ? null : ledgerText,
            EarlierRequestIds = ledger?.ReleaseRequestIds ?? [],
            EarlierSteps = earlier,
        };
    }

    private static bool IsOfOneTime(JsonView record, JsonView ledger) => !record["release"].Exists
        && DateTimeOffset.TryParse(record["writtenAt"].Text, CultureInfo.InvariantCulture, out var written)
        && DateTimeOffset.TryParse(ledger["containedAt"].Text, CultureInfo.InvariantCulture, out var contained) && (written - contained)
        .Duration() < s_oneTime;

    private static bool WasWrittenAfter(JsonView record, JsonView ledger) => !record["release"].Exists
        && DateTimeOffset.TryParse(record["writtenAt"].Text, CultureInfo.InvariantCulture, out var written)
        && DateTimeOffset.TryParse(ledger["release"]["at"].Text, CultureInfo.InvariantCulture, out var released) && written > released;

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
        ReleaseNote Note() =>
            new(accounts.Time.Now, by, [.. plan.EarlierRequestIds, .. steps.Select(static s => s.RequestId).OfType<string>()])
            {
                Reason = reason,
                Steps = [
                .. plan.EarlierSteps, .. plan.Steps.Take(steps.Count).Where((_, i) => steps[i].Result == StepResult.Succeeded)
                .Select(static s => s.Key)],
            };

        foreach (var step in plan.Steps)
        {
            if (failures.Count > 0) break;
            var run = step.Run ?? throw new InvalidOperationException($"{step.Action}: a step without a call");
            var done = await run(iam, cancellationToken).ConfigureAwait(false);
            steps.Add(done);
            if (done.Result == StepResult.Failed) failures.Add(done.Error ?? done.Action);
            // The call's event may already be on its way: the responder has to find the request id when it arrives.
            if (done.RequestId is not null && await PutAsync(ledgerName, LedgerOf(plan, Note(), released: false), cancellationToken)
                .ConfigureAwait(false) is { } unwritten)
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
            var note = Note();
            if (await PutAsync(ledgerName, LedgerOf(plan, note, released: true), cancellationToken).ConfigureAwait(false) is { } openLedger)
                failures.Add(openLedger);
            if (await PutAsync(plan.RecordName, ReleasedText.Record(plan.RecordText, note), cancellationToken)
                .ConfigureAwait(false) is { } openRecord)
                failures.Add(openRecord);
        }

        return new ReleaseResult(plan, by, steps, proof is { Exists: true } ? [.. Now(proof, prior)] : null, failures)
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
            await Task.Delay(s_proofInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Steps of the containment that did not succeed, according to its record, as "Action subject".</summary>
    private static string[] StepsWithoutEffect(JsonView record) =>
        [.. record["containment"].Items.Where(static s => s["result"].Text != nameof(StepResult.Succeeded))
            .Select(static s => s["subject"].Text is { } subject ? $"{s["action"].Text} {subject}" : s["action"].Text ?? "")];

    private static string[] Texts(JsonView list) => [.. list.Items.Select(static i => i.Text).OfType<string>()];

    private string LedgerOf(ReleasePlan plan, ReleaseNote note, bool released) =>
        ReleasedText.Ledger(
            plan.LedgerText ?? IncidentText.Ledger(plan.Principal!, plan.Prior!, plan.RecordName, note.At, _actions), note, released);

    private async Task<string> FindAsync(string incident, CancellationToken cancellationToken)
    {
        if (incident.StartsWith('/')) return incident;
        var id = ParameterNames.Encode(incident);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var request = new DescribeParametersRequest
        {
            ParameterFilters = [new ParameterStringFilter { Key = "Name", Option = "Contains", Values = [id] }],
        };
        do
        {
            var page = await ssm.DescribeParametersAsync(request, cancellationToken).ConfigureAwait(false);
            foreach (var parameter in page.Parameters ?? [])
            {
                if (parameter.Name.StartsWith(names.IncidentsRoot + "/", StringComparison.Ordinal)
                    && parameter.Name.EndsWith("/" + id, StringComparison.Ordinal)) found.Add(parameter.Name);
            }

            request.NextToken = page.NextToken;
        }
        while (request.NextToken is { Length: > 0 });

        return found.Count switch
        {
            1 => found.First(),
            0 => throw new ReleaseException(
                $"no record of incident {PlainText.OneLine(incident, 128)} below {names.IncidentsRoot}; the page names the record in full"),
            _ => throw new ReleaseException(
                $"several records of that id, name one: {string.Join(", ", found.Order(StringComparer.Ordinal))}"),
        };
    }

    private async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken)
                .ConfigureAwait(false)).Parameter.Value;
        }
        catch (ParameterNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a parameter, with one retry. Returns the reason why it could not be written, or null.</summary>
    private async Task<string?> PutAsync(string name, string value, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ssm.PutParameterAsync(StandardParameter.Put(name, value), cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                if (attempt == 2 || cancellationToken.IsCancellationRequested) return AwsFailure.Describe("PutParameter " + name, e);
            }
        }
    }

    private static Principal? TargetOf(JsonView principal)
    {
        if (principal["name"].Text is not { Length: > 0 } name) return null;
        PrincipalKind? kind = principal["kind"].Text switch
        {
            "user" => PrincipalKind.User,
            "role" => PrincipalKind.Role,
            "group" => PrincipalKind.Group,
            // IAM identifies a policy only by its ARN.
            "policy" when principal["arn"].Text is not null => PrincipalKind.Policy,
            _ => null,
        };
        return kind is { } known
            ? new Principal(known, principal["account"].Text, name, principal["arn"].Text) { Id = principal["id"].Text }
            : null;
    }
}
