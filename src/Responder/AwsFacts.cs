using System.Collections.Concurrent;
using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// Looks everything up in one round trip: record, ledger and kill switch (SSM), budget, the principal, and open questions (IAM). Only an
/// answer that raises another question takes one more.
/// </summary>
public sealed partial class AwsFacts(
    IamAccounts accounts, IIncidents incidents, ResponderOptions options, ActionCatalog actions, TimeProvider time) : IFacts
{
    /// <summary>The time for SSM in all; after that, containment goes ahead without it.</summary>
    private static readonly TimeSpan s_storeTime = TimeSpan.FromSeconds(1);

    /// <summary>The part of that time that the first read of SSM may take.</summary>
    private static readonly TimeSpan s_firstReadTime = TimeSpan.FromMilliseconds(600);

    /// <summary>The IAM actions that looking up needs while nothing is promoted; the role in template.yaml allows them.</summary>
    public static IReadOnlyList<string> Permissions { get; } =
    [
        .. ((IEnumerable<string>)[
            .. ActionCatalog.Default.All.Where(static a => a.DefaultStage == Stage.Contain).SelectMany(static a => a.Reads),
            .. IamPolicies.RolePermissions, .. IamPolicies.GroupPermissions, .. IamPolicies.HolderPermissions,
            .. IamPolicies.UserPermissions, .. IamTargets.CallsFor(PrincipalKind.Group).Select(static call => "iam:" + call),
        ]).Distinct(),
    ];

    /// <summary>
    /// The IAM actions of a function that receives no IAM events: it only reads the roles that are passed to services, and what they may
    /// do.
    /// </summary>
    public static IReadOnlyList<string> RolePermissions => IamPolicies.RolePermissions;

    /// <summary>As old as a call may be that contains anybody.</summary>
    private static readonly TimeSpan s_wantedFor = TimeSpan.FromHours(6);

    /// <summary>The most names of one id that are followed.</summary>
    private const int MostNames = 5;

    /// <summary>A document, then what its holder has: no finding needs more.</summary>
    private const int MostRounds = 2;

    private readonly Releases _releases = new(incidents, options, actions);

    private readonly TrustedLedgers _trusted = new(incidents, options);

    private readonly TrustedSilence _silence = new(incidents, options, actions);

    private bool _killSwitch; // the last value that could be read

    public async Task<KnownFacts> LookUpAsync(
        CloudTrailEvent e, IReadOnlyList<Finding> findings, ContainmentTarget? candidate, IncidentNames names,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var storeTime = new CancellationTokenSource(s_storeTime, time);
        using var store = CancellationTokenSource.CreateLinkedTokenSource(storeTime.Token, cancellationToken);

        var reads = ReadStoreAsync(names, store.Token);
        var isPutBack = findings is [{ PutsBack: not null }, ..];
        // Candidates and questions belong to the event's account: whoever received the event, IAM is asked there.
        var access = AccessAsync(e, cancellationToken);
        var target = candidate is not null
            ? JudgedAsync(ReadTargetAsync(access, candidate, cancellationToken), e)
            : Task.FromResult(Read<PrincipalState>.Of(null));
        var unread = new ConcurrentQueue<string>();
        var questions = findings.Select(static f => f.Question).OfType<Question>().Distinct()
            .ToDictionary(static q => q, q => AnswerAsync(access, q, e, unread, cancellationToken));

        await Task.WhenAll([reads, target, .. questions.Values]).ConfigureAwait(false);

        var read = await reads.ConfigureAwait(false);
        if (read.Mode.Known) _killSwitch = string.Equals(read.Mode.Value?.Trim(), "observe", StringComparison.OrdinalIgnoreCase);
        var answered = await AnsweredAsync(access, findings, questions, unread, cancellationToken).ConfigureAwait(false);
        var state = await target.ConfigureAwait(false);
        var (book, forReleases, isRenamed, unbelieved) = await _trusted.OfAsync(
            read.Ledger.Value, read.Renamed is not null && names.Ledger is { } path ? ParameterNames.RenamedOf(path) : null, store.Token)
            .ConfigureAwait(false);
        var renamed = isRenamed ? read.Renamed : null;
        // Entries of somebody else who had the name are no reason to put anything back, and are not counted.
        var ledger = await LedgerOfAsync(
            book is null ? read.Ledger : Read<LedgerBook>.Of(book), state.Value?.Id, store.Token).ConfigureAwait(false);
        var released = forReleases is null || ReferenceEquals(forReleases, book)
            ? ledger
            : await LedgerOfAsync(Read<LedgerBook>.Of(forReleases), state.Value?.Id, store.Token).ConfigureAwait(false);
        var (release, byHand) = await _releases.OfAsync(e, released.Value, forReleases, store.Token).ConfigureAwait(false);
        var isCopy = read.Record.Value is { Complete: true } record && record.EventIds.Contains(e.IncidentId, StringComparer.Ordinal);
        var putBacks = candidate is not null && isPutBack && !isCopy && ledger is not { Known: true, Value: null }
            && options is { Mode: Mode.Enforce, PutBacksPerPrincipalAndHour: { } most }
            ? await incidents.CountPutBackAsync(
                candidate.Principal, e.IncidentId, most,
                1 + (read.PageCounts?.Of(PageCounts.KeyOf(names.PrincipalCause, findings[0].Severity)).Count ?? 0), now, store.Token)
                .ConfigureAwait(false)
            : Read<int?>.Of(null);
        var place = candidate is null || isPutBack || options is not { Mode: Mode.Enforce, ContainmentBudgetPerHour: not null }
            ? null
            : await PlaceAsync(access, candidate, state.Value, cancellationToken).ConfigureAwait(false);
        (read, var unheard) = await _silence.OfAsync(read, names, place, now, store.Token).ConfigureAwait(false);
        (putBacks, var uncounted) = await _silence.OfAsync(putBacks, candidate?.Principal, now, store.Token).ConfigureAwait(false);
        return new KnownFacts
        {
            Now = accounts.Time.Now,
            Findings = answered,
            Record = read.Record,
            SharedRecord = read.SharedRecord,
            FloodRecord = read.FloodRecord,
            FloodIncident = read.FloodIncident,
            PageCounts = read.PageCounts,
            Ledger = ledger,
            Release = release,
            ContainedByHand = byHand,
            LedgerNumber = read.Ledger.Value?.Last ?? 0,
            Target = state,
            Renamed = renamed,
            KillSwitch = _killSwitch,
            KillSwitchUnread = read.Mode.Failure,
            Budget = read.Budget,
            BudgetUnread = read.Mode.Failure ?? read.BudgetUnwritten,
            Place = place,
            PutBacks = putBacks.Value,
            HasNoContainmentRole = candidate is not null && (await access.ConfigureAwait(false)).IsRefused,
            Failures = [
                .. ((string?[])[read.Mode.Failure ?? read.Ledger.Failure, state.Failure, .. state.Value?.Unread ?? []]).OfType<string>(),
                .. unbelieved, .. unheard, .. uncounted],
            UnreadAnswers = [.. unread.Distinct(StringComparer.Ordinal)],
            UnknownTargets = await UnknownTargetsAsync(questions).ConfigureAwait(false),
        };
    }

    public async Task<DateTimeOffset?> ReleasedSinceAsync(IncidentNames names, string? id, CancellationToken cancellationToken)
    {
        if (names.Ledger is not { } path) return null;
        var read = await incidents.ReadLedgerAsync(path, cancellationToken).ConfigureAwait(false);
        var (book, _, _, _) = await _trusted.OfAsync(read.Value, null, cancellationToken).ConfigureAwait(false);
        return book?.Of(id) is { Released: true, ReleasedAt: { } at } ? at : null;
    }

    /// <summary>What the ledger says about this id, also where its entries are under another name that was given up since.</summary>
    private async Task<Read<LedgerState>> LedgerOfAsync(Read<LedgerBook> read, string? id, CancellationToken cancellationToken)
    {
        if (read.Value is not { } book) return read.Failure is { } unread ? Read<LedgerState>.Failed(unread) : Read<LedgerState>.Of(null);
        if (id is null || book.Of(id) is not null || book.MovedTo(id) is not { } moved) return Read<LedgerState>.Of(book.Of(id));
        var there = await incidents.ReadLedgerAsync(moved, cancellationToken).ConfigureAwait(false);
        return there.Value is { } found ? Read<LedgerState>.Of(found.Of(id)) : Read<LedgerState>.Failed(there.Failure ?? "");
    }

    /// <summary>The place that containing the target takes; null as long as nobody knows him.</summary>
    private async Task<BudgetPlace?> PlaceAsync(
        Task<IamAccess> access, ContainmentTarget target, PrincipalState? state, CancellationToken cancellationToken)
    {
        if (state is not { Exists: true }) return null;
        // Whoever may do nothing gains nothing, and must not use up the places of others.
        var isDenied = PermissionsBoundary.IsDenyAll(state.BoundaryArn)
            || state.Part<AttachedPolicies>()?.Arns.Any(PermissionsBoundary.IsDenyAll) == true;
        var isVoid = isDenied || (state.BoundaryArn is { } boundary && (await access.ConfigureAwait(false)).Client is { } iam
            && await new IamPolicies(iam).WithholdsAsync(boundary, target.Principal, time.GetUtcNow(), cancellationToken)
                .ConfigureAwait(false));
        return BudgetPlace.Of(target.Principal, state, isVoid, time.GetUtcNow());
    }

    public async Task<AssumedRoles> RolesAssumedByAsync(CloudTrailEvent e, Principal user, CancellationToken cancellationToken)
    {
        // The region of the event: for IAM it is also that of STS's global endpoint. An impossible name is replaced, so it reaches no host.
        var region = AwsRegion.Of(e);
        var access = await accounts.OfAsync(user.AccountId, e.IncidentId, cancellationToken).ConfigureAwait(false);
        return access.History is { } history
            ? await history.RolesAssumedByAsync(user, region, cancellationToken).ConfigureAwait(false)
            : new AssumedRoles(region, time.GetUtcNow() - RoleSessions.Longest, []) { Failure = access.Failure };
    }

    private static async Task<IReadOnlyList<string>> UnknownTargetsAsync(Dictionary<Question, Task<Answer>> questions)
    {
        var unknown = new List<string>();
        foreach (var answer in questions.Values)
        {
            if (await answer.ConfigureAwait(false) is Answer.PolicyHolders { Failure: { } holders }) unknown.Add(holders);
            else if (await answer.ConfigureAwait(false) is Answer.Renamed { Failure: { } renamed }) unknown.Add(renamed);
        }

        return unknown;
    }

    private static async Task<IReadOnlyList<Finding>> AnsweredAsync(
        Task<IamAccess> access, IReadOnlyList<Finding> findings, Dictionary<Question, Task<Answer>> questions,
        ConcurrentQueue<string> unread, CancellationToken cancellationToken)
    {
        if (questions.Count == 0) return findings;
        var answered = await Task.WhenAll(findings.Select(finding => AnsweredAsync(access, finding, questions, unread, cancellationToken)))
            .ConfigureAwait(false);
        return DetectionCatalog.Ordered([.. answered.OfType<Finding>()]);
    }

    /// <summary>
    /// The finding after its question, and any that the answers raise, were answered; the first questions have been asked already.
    /// </summary>
    private static async Task<Finding?> AnsweredAsync(
        Task<IamAccess> access, Finding finding, Dictionary<Question, Task<Answer>> asked, ConcurrentQueue<string> unread,
        CancellationToken cancellationToken)
    {
        var known = finding;
        for (var round = 0; round < MostRounds && known is { Question: { } question, WhenAnswered: { } whenAnswered }; round++)
        {
            var answer = await (asked.GetValueOrDefault(question) ?? AnswerAsync(access, question, unread, cancellationToken))
                .ConfigureAwait(false);
            known = whenAnswered(answer);
            if (known?.Question == question) break;
        }

        return known;
    }

    public async Task<Read<PrincipalState>> ReadTargetAsync(
        CloudTrailEvent e, ContainmentTarget target, CancellationToken cancellationToken) =>
        await JudgedAsync(ReadTargetAsync(AccessAsync(e, cancellationToken), target, cancellationToken), e).ConfigureAwait(false);

    public async Task<Read<IReadOnlyList<PolicyHolder>>> HoldersOfAsync(
        CloudTrailEvent e, string policyArn, CancellationToken cancellationToken)
    {
        var access = await accounts.OfAsync(e.AccountId, e.IncidentId, cancellationToken).ConfigureAwait(false);
        if (access.Client is not { } iam) return Read<IReadOnlyList<PolicyHolder>>.Failed(access.Failure ?? "");
        try
        {
            return Read<IReadOnlyList<PolicyHolder>>.Of(
                await new IamPolicies(iam).HoldersNowAsync(policyArn, e.AccountId, cancellationToken).ConfigureAwait(false));
        }
        catch (NoSuchEntityException)
        {
            return Read<IReadOnlyList<PolicyHolder>>.Of([]); // the policy is gone, so nobody has it
        }
        catch (Exception failure) when (AwsFailure.Is(failure))
        {
            return Read<IReadOnlyList<PolicyHolder>>.Failed(AwsFailure.Describe("ListEntitiesForPolicy", failure));
        }
    }

    /// <summary>
    /// Whoever was made after the call is not the one it named, who was deleted or renamed. Times are AWS's, in whole seconds; in the same
    /// second it may be him.
    /// </summary>
    private static async Task<Read<PrincipalState>> JudgedAsync(Task<Read<PrincipalState>> reading, CloudTrailEvent e)
    {
        var read = await reading.ConfigureAwait(false);
        return read.Value is { Exists: true, Created: { } made } && e.EventTime is { } called && made > called
            ? Read<PrincipalState>.Of(PrincipalState.Missing with { ReplacedAt = made })
            : read;
    }

    /// <summary>The state that the actions on the target would change, as far as it can be read.</summary>
    private async Task<Read<PrincipalState>> ReadTargetAsync(
        Task<IamAccess> access, ContainmentTarget target, CancellationToken cancellationToken)
    {
        var reached = await access.ConfigureAwait(false);
        if (reached.Client is not { } iam) return Read<PrincipalState>.Failed(reached.Failure ?? "");
        var measures = actions.MeasuresOn(target.Principal.Kind, target.Actions);
        var holding = target.Grant is { PolicyArn: null } grant
            ? new IamPolicies(iam).HoldsAsync(target.Principal, grant, cancellationToken)
            : Task.FromResult<bool?>(null);
        var state = await IamTargets.ReadPartsAsync(iam, target.Principal, measures, cancellationToken).ConfigureAwait(false);
        bool? isAttached = target.Grant?.PolicyArn is { } arn && state.Part<AttachedPolicies>() is { IsUnread: false } attached
            ? attached.Arns.Contains(arn, StringComparer.Ordinal)
            : null;
        return Read<PrincipalState>.Of(state with { HoldsGrant = await holding.ConfigureAwait(false) ?? isAttached });
    }

    /// <summary>
    /// Reads record, ledger and kill switch. A read that fails or hangs is tried once more while there is time, because only the ledger
    /// tells a late copy of an event from a new attack.
    /// </summary>
    private async Task<IncidentReads> ReadStoreAsync(IncidentNames names, CancellationToken cancellationToken)
    {
        using var firstTime = new CancellationTokenSource(s_firstReadTime, time);
        using var first = CancellationTokenSource.CreateLinkedTokenSource(firstTime.Token, cancellationToken);
        var read = await incidents.ReadAsync(names, time.GetUtcNow(), first.Token).ConfigureAwait(false);
        return read is { Mode.Failure: null, Ledger.Failure: null } || cancellationToken.IsCancellationRequested
            ? read
            : await incidents.ReadAsync(names, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<IamAccess> AccessAsync(CloudTrailEvent e, CancellationToken cancellationToken)
    {
        var first = await accounts.OfAsync(e.AccountId, e.IncidentId, cancellationToken).ConfigureAwait(false);
        return first.Client is not null || first.IsRefused || cancellationToken.IsCancellationRequested
            ? first
            : await accounts.OfAsync(e.AccountId, e.IncidentId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Answer> AnswerAsync(
        Task<IamAccess> access, Question question, CloudTrailEvent e, ConcurrentQueue<string> unread,
        CancellationToken cancellationToken) =>
        question is Question.Renamed renamed
            ? await RenamedAsync(access, renamed, e, cancellationToken).ConfigureAwait(false)
            : await AnswerAsync(access, question, unread, cancellationToken).ConfigureAwait(false);

    private static async Task<Answer> AnswerAsync(
        Task<IamAccess> access, Question question, ConcurrentQueue<string> unread, CancellationToken cancellationToken)
    {
        var reached = await access.ConfigureAwait(false);
        if (reached.Client is not { } iam) return new Answer.Unanswered(reached.Failure ?? "");
        var policies = new IamPolicies(iam);
        try
        {
            return question switch
            {
                Question.PolicyDocument { At: { } at } policy =>
                    await policies.DocumentAsOfAsync(policy.PolicyArn, at, cancellationToken).ConfigureAwait(false),
                Question.PolicyDocument policy =>
                    new Answer.PolicyDocument(
                        await policies.DocumentAsync(policy.PolicyArn, null, cancellationToken).ConfigureAwait(false)),
                Question.GroupPolicies group => await policies.GroupAsync(group, cancellationToken).ConfigureAwait(false),
                Question.PolicyHolders policy => await policies.HoldersAsync(policy.PolicyArn, policy.VersionId, cancellationToken)
                    .ConfigureAwait(false),
                Question.RolePolicies role => await policies.RoleAsync(role.RoleName, cancellationToken).ConfigureAwait(false),
                Question.HeldPolicies holder => await policies.HeldAsync(holder.Kind, holder.Name, cancellationToken).ConfigureAwait(false),
                Question.InstanceProfile profile => await policies.InstanceProfileAsync(profile.Name, cancellationToken)
                    .ConfigureAwait(false),
                _ => new Answer.Unanswered("nobody knows how to ask this"),
            };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            var because = AwsFailure.Describe(question.GetType().Name, e);
            if (AwsFailure.IsPassing(e)) unread.Enqueue(because);
            return new Answer.Unanswered(because);
        }
        finally
        {
            foreach (var part in policies.Unread) unread.Enqueue(part);
        }
    }
}
