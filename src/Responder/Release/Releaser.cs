using Amazon.IdentityManagement;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Containment;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Incidents;

namespace Responder.Release;

/// <summary>
/// Lifts the quarantine of a user: restores what the ledger says was there before, reads it back, and writes down what was done. The
/// request ids of its calls go into the ledger, by which the responder knows the events they cause.
/// </summary>
public sealed class Releaser(IAmazonIdentityManagementService iam, IAmazonSimpleSystemsManagement ssm, ParameterNames names, TimeProvider time)
{
    /// <summary>What <c>--boundary</c> says for "there was none".</summary>
    public const string NoBoundary = "none";

    /// <summary>IAM answers from copies that may be seconds old.</summary>
    private const int ProofAttempts = 5;

    private static readonly TimeSpan s_proofInterval = TimeSpan.FromSeconds(1);

    private readonly UserBoundary _boundary = new(iam);
    private readonly UserPolicyDetachment _detachment = new(iam);

    /// <summary>Reads what there is to release.</summary>
    /// <param name="incident">Full name of the record, or the bare event id.</param>
    /// <param name="boundary">The boundary to restore instead of what the ledger says: an ARN, or <see cref="NoBoundary"/>; null: the ledger's.</param>
    /// <exception cref="ReleaseException">No such incident, several, or no record of ours.</exception>
    public async Task<ReleasePlan> PlanAsync(string incident, string? boundary, CancellationToken cancellationToken)
    {
        if (boundary is not null && boundary != NoBoundary && !(AwsArn.TryParse(boundary, out var arn) && arn.Service == "iam" && arn.Resource.StartsWith("policy/", StringComparison.Ordinal)))
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
            };
        }

        var ledgerText = await ReadAsync(ledgerName, cancellationToken).ConfigureAwait(false);
        var ledger = ledgerText is null ? null : IncidentText.ReadLedger(ledgerText);
        if (ledgerText is not null && ledger is null) throw new ReleaseException($"{PlainText.OneLine(ledgerName)}: not a ledger of the responder");
        var user = UserOf(ledgerText, record) ?? throw new ReleaseException($"{PlainText.OneLine(recordName)}: names no user that was contained");
        if (ledger is { Released: true })
        {
            JsonView.TryParse(ledgerText!, out var released);
            return new ReleasePlan(ReleaseState.AlreadyReleased, recordName, ledgerName, user, ledger.Prior, null)
            {
                Notes = [$"released at {PlainText.OneLine(released["release"]["at"].Text ?? "an unknown time", 64)} by {PlainText.OneLine(released["release"]["by"].Text ?? "unknown", 300)}"],
            };
        }

        var notes = new List<string>();
        if (ledger is null) notes.Add("the ledger is missing; the prior state is taken from the record");
        var prior = ledger?.Prior ?? IncidentText.ReadRecord(recordText)?.Prior ?? new PriorState(null, []);
        if (boundary is not null) prior = prior with { Boundary = boundary == NoBoundary ? "" : boundary };

        var current = await IamUsers.ReadAsync(iam, user.Name, cancellationToken).ConfigureAwait(false);
        if (!current.Exists) notes.Add("the user no longer exists; only the ledger is closed");
        // A boundary that is ours no longer needs no memory to be left alone.
        var needsBoundary = current.Exists && prior.Boundary is null && IsDenyAll(current.BoundaryArn);
        return new ReleasePlan(needsBoundary ? ReleaseState.NeedsBoundary : ReleaseState.Ready, recordName, ledgerName, user, prior, current)
        {
            Steps = StepsOf(prior, current, boundary is not null, notes),
            Notes = notes,
            RecordText = recordText,
            LedgerText = ledgerText,
            EarlierRequestIds = ledger?.ReleaseRequestIds ?? [],
        };
    }

    /// <summary>Carries out a plan that is ready.</summary>
    /// <param name="by">Who releases: an ARN, or <c>unknown</c>.</param>
    public async Task<ReleaseResult> ReleaseAsync(ReleasePlan plan, string by, CancellationToken cancellationToken)
    {
        if (plan is not { State: ReleaseState.Ready, Principal: { } user, Prior: { } prior, LedgerName: { } ledgerName })
            throw new InvalidOperationException($"a plan in state {plan.State} cannot be carried out");

        var failures = new List<string>();
        var steps = new List<ContainmentStep>();
        // The boundary comes last: as long as it stands, a release that stops half-way has freed nobody.
        foreach (var step in plan.Steps)
        {
            if (failures.Count > 0) break;
            var done = step.Action == UserPolicyDetachment.UndoAction
                ? await _detachment.UndoAsync(user, step.Subject!, cancellationToken).ConfigureAwait(false)
                : await _boundary.UndoAsync(user, step.Subject ?? "", cancellationToken).ConfigureAwait(false);
            steps.Add(done);
            if (done.Result == StepResult.Failed) failures.Add(done.Error ?? done.Action);
            // Their events may be on the way already: the responder has to find the ids when they arrive.
            if (done.RequestId is not null && await PutAsync(ledgerName, LedgerOf(plan, MarkOf(plan, by, steps), released: false), cancellationToken).ConfigureAwait(false) is { } unwritten)
                failures.Add(unwritten);
        }

        PrincipalState? proof = null;
        if (failures.Count == 0)
        {
            (proof, var differences) = await ProveAsync(user, prior, steps, cancellationToken).ConfigureAwait(false);
            failures.AddRange(differences);
        }

        if (failures.Count == 0)
        {
            var mark = MarkOf(plan, by, steps);
            if (await PutAsync(ledgerName, LedgerOf(plan, mark, released: true), cancellationToken).ConfigureAwait(false) is { } openLedger) failures.Add(openLedger);
            if (await PutAsync(plan.RecordName, ReleasedText.Record(plan.RecordText, mark), cancellationToken).ConfigureAwait(false) is { } openRecord) failures.Add(openRecord);
        }

        return new ReleaseResult(plan, by, steps, proof, failures)
        {
            Notes = [.. steps.Where(static s => s.Result == StepResult.Skipped).Select(static s => $"{s.Action} {s.Subject}: {s.Error}")],
        };
    }

    private static List<PlannedStep> StepsOf(PriorState prior, PrincipalState current, bool chosen, List<string> notes)
    {
        var steps = new List<PlannedStep>();
        if (!current.Exists) return steps;
        foreach (var arn in prior.Detached)
        {
            if (current.AttachedPolicyArns.Contains(arn, StringComparer.Ordinal)) notes.Add($"already attached: {PlainText.OneLine(arn)}");
            else steps.Add(new PlannedStep(UserPolicyDetachment.UndoAction, arn));
        }

        var now = current.BoundaryArn ?? "";
        if (string.Equals(now, prior.Boundary, StringComparison.Ordinal)) notes.Add("the boundary is already what it was before");
        else if (!IsDenyAll(now) && !chosen) notes.Add($"the boundary is no longer ours ({(now.Length == 0 ? "none" : PlainText.OneLine(now))}) and stays; --boundary replaces it");
        else if (prior.Boundary is { } before) steps.Add(before.Length > 0 ? new PlannedStep(UserBoundary.DoAction, before) : new PlannedStep(UserBoundary.UndoAction, null));
        return steps;
    }

    /// <summary>Reads the user until every step that was taken shows, and says what does not.</summary>
    private async Task<(PrincipalState? State, IReadOnlyList<string> Differences)> ProveAsync(
        Principal user, PriorState prior, List<ContainmentStep> steps, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            PrincipalState? state = null;
            var differences = new List<string>();
            try
            {
                state = await IamUsers.ReadAsync(iam, user.Name, cancellationToken).ConfigureAwait(false);
                foreach (var step in steps.Where(static s => s.Result == StepResult.Succeeded))
                {
                    if (step.Action == UserPolicyDetachment.UndoAction && !state.AttachedPolicyArns.Contains(step.Subject!, StringComparer.Ordinal))
                        differences.Add($"read back: {step.Subject} is not attached");
                    else if (step.Action != UserPolicyDetachment.UndoAction && !string.Equals(state.BoundaryArn ?? "", prior.Boundary, StringComparison.Ordinal))
                        differences.Add($"read back: the boundary is {state.BoundaryArn ?? "none"}");
                }
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                differences.Add(AwsFailure.Describe("read back: GetUser, ListAttachedUserPolicies", e));
            }

            if (differences.Count == 0 || attempt == ProofAttempts) return (state, differences);
            await Task.Delay(s_proofInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private ReleaseMark MarkOf(ReleasePlan plan, string by, List<ContainmentStep> steps) =>
        new(time.GetUtcNow(), by, [.. plan.EarlierRequestIds, .. steps.Select(static s => s.RequestId).OfType<string>()]);

    private static string LedgerOf(ReleasePlan plan, ReleaseMark mark, bool released) =>
        ReleasedText.Ledger(plan.LedgerText ?? IncidentText.Ledger(plan.Principal!, plan.Prior!, plan.RecordName, mark.At), mark, released);

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
                if (parameter.Name.StartsWith(names.IncidentsRoot + "/", StringComparison.Ordinal) && parameter.Name.EndsWith("/" + id, StringComparison.Ordinal)) found.Add(parameter.Name);
            }

            request.NextToken = page.NextToken;
        }
        while (request.NextToken is { Length: > 0 });

        return found.Count switch
        {
            1 => found.First(),
            0 => throw new ReleaseException($"no record of incident {PlainText.OneLine(incident, 128)} below {names.IncidentsRoot}; the page names the record in full"),
            _ => throw new ReleaseException($"several records of that id, name one: {string.Join(", ", found.Order(StringComparer.Ordinal))}"),
        };
    }

    private async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken).ConfigureAwait(false)).Parameter.Value;
        }
        catch (ParameterNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes and, if need be, writes again; the reason why it could not, or null.</summary>
    private async Task<string?> PutAsync(string name, string value, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ssm.PutParameterAsync(
                    new PutParameterRequest { Name = name, Value = value, Type = ParameterType.String, Tier = ParameterTier.Standard, Overwrite = true }, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                if (attempt == 2 || cancellationToken.IsCancellationRequested) return AwsFailure.Describe("PutParameter " + name, e);
            }
        }
    }

    private static Principal? UserOf(string? ledgerText, JsonView record)
    {
        var principal = record["target"];
        if (ledgerText is not null && JsonView.TryParse(ledgerText, out var ledger)) principal = ledger["principal"];
        return principal["kind"].Text == "user" && principal["name"].Text is { Length: > 0 } name
            ? new Principal(PrincipalKind.User, principal["account"].Text, name, principal["arn"].Text)
            : null;
    }

    private static bool IsDenyAll(string? boundary) => AwsArn.TryParse(boundary, out var arn) && arn.IsAwsManagedPolicy("AWSDenyAll");
}
