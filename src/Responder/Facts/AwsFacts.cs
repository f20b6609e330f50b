using Amazon.IdentityManagement;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Incidents;

namespace Responder.Facts;

/// <summary>Looks everything up in one round trip: record, ledger and kill switch (SSM), budget, the principal, and open questions (IAM).</summary>
public sealed class AwsFacts(IAmazonIdentityManagementService iam, IIncidents incidents, ResponderOptions options, TimeProvider time) : IFacts
{
    /// <summary>What SSM may take in all; then containment goes ahead without it.</summary>
    private static readonly TimeSpan s_storeTime = TimeSpan.FromSeconds(1);

    /// <summary>IAM actions that looking up takes as long as only users are quarantined; the role in template.yaml allows these.</summary>
    public static IReadOnlyList<string> Permissions { get; } = [.. IamTargets.ReadsOf([ContainmentAction.QuarantineUser]), .. IamPolicies.RolePermissions, .. IamPolicies.GroupPermissions, .. IamPolicies.HolderPermissions];

    /// <summary>Those that a function takes which gets no call of IAM itself: the roles that are passed to services, and what they may do.</summary>
    public static IReadOnlyList<string> RolePermissions => IamPolicies.RolePermissions;

    private readonly IamPolicies _policies = new(iam);

    private bool _killSwitch; // the last value that could be read

    public async Task<KnownFacts> LookUpAsync(
        CloudTrailEvent e, IReadOnlyList<Finding> findings, ContainmentTarget? candidate, IncidentNames names, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var storeTime = new CancellationTokenSource(s_storeTime, time);
        using var store = CancellationTokenSource.CreateLinkedTokenSource(storeTime.Token, cancellationToken);

        var reads = incidents.ReadAsync(names, store.Token);
        var counts = candidate is not null && options is { Mode: Mode.Enforce, ContainmentBudgetPerHour: { } budget }
            ? incidents.CountContainmentAsync(candidate.Principal, budget, now, store.Token)
            : Task.FromResult(Read<int?>.Of(null));
        var target = candidate is not null
            ? ReadTargetAsync(candidate, cancellationToken)
            : Task.FromResult(Read<PrincipalState>.Of(null));
        var questions = findings.Select(static f => f.Question).OfType<Question>().Distinct()
            .ToDictionary(static q => q, q => AnswerAsync(q, cancellationToken));

        await Task.WhenAll([reads, counts, target, .. questions.Values]).ConfigureAwait(false);

        var read = await reads.ConfigureAwait(false);
        if (read.Mode.Known) _killSwitch = string.Equals(read.Mode.Value?.Trim(), "observe", StringComparison.OrdinalIgnoreCase);
        var answered = await AnsweredAsync(findings, questions).ConfigureAwait(false);
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
            Failures = [.. ((string?[])[read.Mode.Failure, state.Failure]).OfType<string>()],
            UnknownTargets = await UnknownTargetsAsync(questions).ConfigureAwait(false),
        };
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

    private static async Task<IReadOnlyList<Finding>> AnsweredAsync(IReadOnlyList<Finding> findings, Dictionary<Question, Task<Answer>> questions)
    {
        if (questions.Count == 0) return findings;
        var answered = new List<Finding>(findings.Count);
        foreach (var finding in findings)
        {
            var known = finding is { Question: { } question, WhenAnswered: { } whenAnswered }
                ? whenAnswered(await questions[question].ConfigureAwait(false))
                : finding;
            if (known is not null) answered.Add(known);
        }

        return DetectionCatalog.Ordered(answered);
    }

    /// <summary>What the actions on the target would change. A read that fails is tried once more: undo data is worth it.</summary>
    private async Task<Read<PrincipalState>> ReadTargetAsync(ContainmentTarget target, CancellationToken cancellationToken)
    {
        var first = await ReadTargetOnceAsync(target, cancellationToken).ConfigureAwait(false);
        return first.Known || cancellationToken.IsCancellationRequested ? first : await ReadTargetOnceAsync(target, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Read<PrincipalState>> ReadTargetOnceAsync(ContainmentTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return Read<PrincipalState>.Of(await IamTargets.ReadAsync(iam, target.Principal, target.Actions, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return Read<PrincipalState>.Failed(AwsFailure.Describe(string.Join(", ", IamTargets.ReadsOf(target.Actions).Select(static p => p["iam:".Length..])), e));
        }
    }

    private async Task<Answer> AnswerAsync(Question question, CancellationToken cancellationToken)
    {
        try
        {
            return question switch
            {
                Question.PolicyDocument policy => new Answer.PolicyDocument(await _policies.DocumentAsync(policy.PolicyArn, policy.VersionId, cancellationToken).ConfigureAwait(false)),
                Question.GroupPolicies group => await _policies.GroupAsync(group.GroupName, cancellationToken).ConfigureAwait(false),
                Question.PolicyHolders policy => await _policies.HoldersAsync(policy.PolicyArn, policy.VersionId, cancellationToken).ConfigureAwait(false),
                Question.RolePolicies role => await _policies.RoleAsync(role.RoleName, cancellationToken).ConfigureAwait(false),
                Question.InstanceProfile profile => await _policies.InstanceProfileAsync(profile.Name, cancellationToken).ConfigureAwait(false),
                _ => new Answer.Unanswered("nobody knows how to ask this"),
            };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new Answer.Unanswered(AwsFailure.Describe(question.GetType().Name, e));
        }
    }
}
