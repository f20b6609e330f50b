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
public sealed class AwsFacts(
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
            .. IamPolicies.UserPermissions,
        ]).Distinct(),
    ];

    /// <summary>
    /// The IAM actions of a function that receives no IAM events: it only reads the roles that are passed to services, and what they may
    /// do.
    /// </summary>
    public static IReadOnlyList<string> RolePermissions => IamPolicies.RolePermissions;

    /// <summary>A document, then what its holder has: no finding needs more.</summary>
    private const int MostRounds = 2;

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
        // A finding with a question may turn out to be nothing: it counts against the budget only once it is answered, or harmless calls
        // would use the budget up.
        var isCertain = findings.Any(f => f.Question is null && options.Considers(f, actions.All));
        Task<Read<int?>> CountAsync(bool isDue) => isDue && candidate is not null && !isPutBack
            && options is { Mode: Mode.Enforce, ContainmentBudgetPerHour: { } budget }
            ? incidents.CountContainmentAsync(candidate.Principal, budget, now, store.Token)
            : Task.FromResult(Read<int?>.Of(null));
        var counts = CountAsync(isCertain);
        var putBacks = candidate is not null && isPutBack && options is { Mode: Mode.Enforce, PutBacksPerPrincipalAndHour: { } most }
            ? incidents.CountPutBackAsync(candidate.Principal, e.IncidentId, most, now, store.Token)
            : Task.FromResult(Read<int?>.Of(null));
        // Candidates and questions belong to the event's account: whoever received the event, IAM is asked there.
        var access = AccessAsync(e, cancellationToken);
        var target = candidate is not null
            ? ReadTargetAsync(access, candidate, cancellationToken)
            : Task.FromResult(Read<PrincipalState>.Of(null));
        var questions = findings.Select(static f => f.Question).OfType<Question>().Distinct()
            .ToDictionary(static q => q, q => AnswerAsync(access, q, cancellationToken));

        await Task.WhenAll([reads, counts, putBacks, target, .. questions.Values]).ConfigureAwait(false);

        var read = await reads.ConfigureAwait(false);
        if (read.Mode.Known) _killSwitch = string.Equals(read.Mode.Value?.Trim(), "observe", StringComparison.OrdinalIgnoreCase);
        var answered = await AnsweredAsync(access, findings, questions, cancellationToken).ConfigureAwait(false);
        if (!isCertain) counts = CountAsync(answered.Any(f => options.Considers(f, actions.All)));
        var state = await target.ConfigureAwait(false);
        return new KnownFacts
        {
            Now = now,
            Findings = answered,
            Record = read.Record,
            SharedRecord = read.SharedRecord,
            Ledger = read.Ledger,
            Target = state,
            KillSwitch = _killSwitch,
            BudgetUsed = (await counts.ConfigureAwait(false)).Value,
            PutBacks = (await putBacks.ConfigureAwait(false)).Value,
            HasNoContainmentRole = candidate is not null && (await access.ConfigureAwait(false)).IsRefused,
            Failures = [.. ((string?[])[read.Mode.Failure, state.Failure, .. state.Value?.Unread ?? []]).OfType<string>()],
            UnknownTargets = await UnknownTargetsAsync(questions).ConfigureAwait(false),
        };
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
            if (await answer.ConfigureAwait(false) is Answer.PolicyHolders { Failure: { } failure }) unknown.Add(failure);
        }

        return unknown;
    }

    private static async Task<IReadOnlyList<Finding>> AnsweredAsync(
        Task<IamAccess> access, IReadOnlyList<Finding> findings, Dictionary<Question, Task<Answer>> questions,
        CancellationToken cancellationToken)
    {
        if (questions.Count == 0) return findings;
        var answered = await Task.WhenAll(findings.Select(finding => AnsweredAsync(access, finding, questions, cancellationToken)))
            .ConfigureAwait(false);
        return DetectionCatalog.Ordered([.. answered.OfType<Finding>()]);
    }

    /// <summary>
    /// The finding after its question, and any that the answers raise, were answered; the first questions have been asked already.
    /// </summary>
    private static async Task<Finding?> AnsweredAsync(
        Task<IamAccess> access, Finding finding, Dictionary<Question, Task<Answer>> asked, CancellationToken cancellationToken)
    {
        var known = finding;
        for (var round = 0; round < MostRounds && known is { Question: { } question, WhenAnswered: { } whenAnswered }; round++)
        {
            var answer = await (asked.GetValueOrDefault(question) ?? AnswerAsync(access, question, cancellationToken))
                .ConfigureAwait(false);
            known = whenAnswered(answer);
            if (known?.Question == question) break;
        }

        return known;
    }

    /// <summary>The state that the actions on the target would change, as far as it can be read.</summary>
    private async Task<Read<PrincipalState>> ReadTargetAsync(
        Task<IamAccess> access, ContainmentTarget target, CancellationToken cancellationToken)
    {
        var reached = await access.ConfigureAwait(false);
        if (reached.Client is not { } iam) return Read<PrincipalState>.Failed(reached.Failure ?? "");
        var measures = actions.MeasuresOn(target.Principal.Kind, target.Actions);
        var state = await IamTargets.ReadPartsAsync(iam, target.Principal, measures, cancellationToken).ConfigureAwait(false);
        return Read<PrincipalState>.Of(state);
    }

    /// <summary>
    /// Reads record, ledger and kill switch. A read that fails or hangs is tried once more while there is time, because only the ledger
    /// tells a late copy of an event from a new attack.
    /// </summary>
    private async Task<IncidentReads> ReadStoreAsync(IncidentNames names, CancellationToken cancellationToken)
    {
        using var firstTime = new CancellationTokenSource(s_firstReadTime, time);
        using var first = CancellationTokenSource.CreateLinkedTokenSource(firstTime.Token, cancellationToken);
        var read = await incidents.ReadAsync(names, first.Token).ConfigureAwait(false);
        return read.Mode.Failure is null || cancellationToken.IsCancellationRequested
            ? read
            : await incidents.ReadAsync(names, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IamAccess> AccessAsync(CloudTrailEvent e, CancellationToken cancellationToken)
    {
        var first = await accounts.OfAsync(e.AccountId, e.IncidentId, cancellationToken).ConfigureAwait(false);
        return first.Client is not null || first.IsRefused || cancellationToken.IsCancellationRequested
            ? first
            : await accounts.OfAsync(e.AccountId, e.IncidentId, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Answer> AnswerAsync(Task<IamAccess> access, Question question, CancellationToken cancellationToken)
    {
        var reached = await access.ConfigureAwait(false);
        if (reached.Client is not { } iam) return new Answer.Unanswered(reached.Failure ?? "");
        var policies = new IamPolicies(iam);
        try
        {
            return question switch
            {
                Question.PolicyDocument policy =>
                    new Answer.PolicyDocument(
                        await policies.DocumentAsync(policy.PolicyArn, policy.VersionId, cancellationToken).ConfigureAwait(false)),
                Question.GroupPolicies group => await policies.GroupAsync(group.GroupName, cancellationToken).ConfigureAwait(false),
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
            return new Answer.Unanswered(AwsFailure.Describe(question.GetType().Name, e));
        }
    }
}
