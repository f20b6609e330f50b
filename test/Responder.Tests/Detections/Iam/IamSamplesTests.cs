using Responder.Containment;
using Responder.Detections;
using Responder.Events;
using Responder.LocalAws.State;
using Responder.Records;
using Responder.Tests.Support;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Iam;

public sealed class IamSamplesTests
{
    public static TheoryData<string> Ids =>
        [.. DetectionCatalog.Default.Detections.Select(static d => d.Info.Id)
        .Where(static id => id.StartsWith("iam.", StringComparison.Ordinal))];

    public static TheoryData<string> Asking =>
        [.. Sample.All.Where(static sample => sample.Fires && Own(sample).Any(static f => f.Question is not null))
        .Select(static sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_refused_sample_is_quiet_because_it_was_refused_and_for_no_other_reason(string id)
    {
        var refused = Sample.All.Where(sample => sample.Folder == id && sample.Quiet).Select(static sample => sample.Parse())
            .Where(static e => e.Outcome == CallOutcome.Refused).ToList();

        Assert.Contains(refused, e => DetectionCatalog.Default.DetectAsIfSucceeded(e).Any(f => f.Detection.Id == id));
        Assert.All(refused, e => Assert.DoesNotContain(DetectionCatalog.Default.Detect(e), f => f.Detection.Id == id));
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public void A_sample_that_asks_has_its_severity_once_given_yaml_has_answered(string name)
    {
        var sample = Sample.All.Single(sample => sample.Name == name);
        var world = World.Load(File.ReadAllText(Path.Combine(Repository.Events, sample.Folder, "given.yaml")));
        var findings = Own(sample);

        var answered = findings.Select(finding => Answered(world, finding)).OfType<Finding>().ToList();

        Assert.NotEmpty(answered);
        Assert.Equal(sample.NamedSeverity ?? findings[0].Detection.Severity, answered.Max(static f => f.Severity));
    }

    private static List<Finding> Own(Sample sample) => [.. DetectionCatalog.Default.Detect(sample.Parse()).Where(f =>
        f.Detection.Id == sample.Folder && sample.Folder.StartsWith("iam.", StringComparison.Ordinal))];

    private static Finding? Answered(World world, Finding finding)
    {
        Finding? known = finding;
        while (known is { Question: { } question, WhenAnswered: { } whenAnswered })
            known = whenAnswered(AnswerFrom(world, world.Home, question));
        return known;
    }

    private static Answer AnswerFrom(World world, Account account, Question question) => question switch
    {
        Question.PolicyHolders { VersionId: var version } policy => new Answer.PolicyHolders(
            account.Policies.GetValueOrDefault(policy.PolicyArn)?.Versions.Values.FirstOrDefault(v => v.Id == version)?.Document,
            [.. account.Users.Values.Where(user => user.AttachedPolicies.Contains(policy.PolicyArn))
                .Select(static user => new Principal(PrincipalKind.User, IamEvent.Account, user.Name))]),
        Question.PolicyDocument policy => new Answer.PolicyDocument(account.Policies[policy.PolicyArn].Default.Document),
        Question.GroupPolicies group =>
            new Answer.GroupPolicies(
                [.. account.Groups[group.GroupName].AttachedPolicies], [.. account.Groups[group.GroupName].InlinePolicies.Values]),
        Question.RolePolicies role => RoleIn(account, role.RoleName),
        Question.HeldPolicies { Kind: PrincipalKind.User } user => new Answer.HeldPolicies(
        [
            .. account.Users[user.Name].AttachedPolicies.Select(arn => new HeldPolicy(arn, null, DocumentOf(world, account, arn))),
            .. account.Users[user.Name].InlinePolicies.Select(static policy => new HeldPolicy(null, policy.Key, policy.Value)),
            .. account.Users[user.Name].Groups.Select(name => account.Groups[name])
            .SelectMany(
                static group =>
                    group.InlinePolicies.Select(policy => new HeldPolicy(null, policy.Key, policy.Value) { Group = group.Name })),
        ]),
        Question.InstanceProfile profile => RoleIn(account, account.InstanceProfiles[profile.Name].RoleName!),
        Question.Renamed renamed => RenamedIn(account, renamed.From),
        _ => throw new NotSupportedException(question.ToString()),
    };

    private static string DocumentOf(World world, Account account, string policyArn) =>
        (account.Policies.GetValueOrDefault(policyArn) ?? world.AwsPolicies[policyArn]).Default.Document;

    /// <summary>given.yaml shows everybody under the old name: replay renames them.</summary>
    private static Answer.Renamed RenamedIn(Account account, Principal from)
    {
        var name = new ParameterNames("/security").Ledger(from);
        var user = account.Users.GetValueOrDefault(from.Name);
        var isContained = PermissionsBoundary.IsDenyAll(user?.BoundaryArn)
            && account.LedgerOf(name) is { Released: false };
        var policy = account.Parameter(ParameterNames.WantedOf(name)) is { } waiting && JsonView.TryParse(waiting.Value, out var wanted)
            ? wanted["policyArn"].Text
            : null;
        return new Answer.Renamed(
            isContained, policy is not null && user!.AttachedPolicies.Contains(policy) ? new AdministratorGrant(policy) : null, false);
    }

    private static Answer RoleIn(Account account, string name) => account.Roles.TryGetValue(name, out var role)
        ? new Answer.RolePolicies(
            name, [.. role.AttachedPolicies],
            [.. role.InlinePolicies.Values, .. role.AttachedPolicies.Where(account.Policies.ContainsKey)
            .Select(arn => account.Policies[arn].Default.Document)])
        : new Answer.Unanswered("no such role");
}
